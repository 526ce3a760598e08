import { after } from '../clock/clock.js';
import { ShutdownError } from '../errors/work-errors.js';
import { describeTask } from '../jobs/task-tracker.js';
import type { Task } from '../jobs/task.js';
import type { ShutdownWork } from '../lifecycle/shutdown-plan.js';
import type { Scope } from '../ownership/scope.js';
import type { HubCore } from './hub-core.js';

/** What the steps of the shutdown mean for a hub. */
export function shutdownWork(core: HubCore): ShutdownWork {
  const stopping = new ShutdownError('The hub is stopping.');
  return {
    async runShutdownJobs(timeoutMs) {
      const tasks: Task<unknown>[] = [];
      for (const { owner, job, args } of core.shutdownJobs) {
        const task = core.tasks.runJob(owner, job, args);
        if (task && !task.isCaller()) tasks.push(task);
      }
      return lateOf(tasks, timeoutMs);
    },
    cancelBackground() {
      core.entries.stop();
      core.tracker.cancelBackground(stopping);
    },
    async settleTasks(timeoutMs) {
      const late = await core.tracker.settle({ includeBackground: true, timeoutMs });
      return late.map(describeTask);
    },
    cancelLate() {
      core.executor.shutDownCalls();
      for (const shutDown of [...core.onCallsShutDown]) shutDown();
      for (const task of core.tracker.running) if (!task.isCaller()) task.cancel(stopping);
    },
    async closeEntries(timeoutMs) {
      const { children } = core.scope;
      await within(timeoutMs, Promise.allSettled(children.map((scope) => scope.close())));
      const late = new Set(core.scope.children); // one that has closed is forgotten
      return children.filter((scope) => late.has(scope)).map(({ name }) => `scope of ${name}`);
    },
    async closeRest(timeoutMs) {
      const late = [...(await core.executor.close(timeoutMs))];
      if (!(await within(timeoutMs, closeQuietly(core.scope)))) late.push('scope of hub');
      core.data.clear();
      return late;
    },
  };
}

async function lateOf(tasks: readonly Task<unknown>[], timeoutMs: number): Promise<string[]> {
  const running = new Set(tasks);
  for (const task of tasks) void task.ended.then(() => running.delete(task));
  await within(timeoutMs, Promise.all(tasks.map(({ ended }) => ended)));
  return [...running].filter((task) => !task.waitsForStop).map(describeTask);
}

/** Waits for what never rejects, for a while. Returns whether it was over by then. */
function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve) => {
    const cancel = after(ms, () => resolve(false));
    void work.then(() => {
      cancel();
      resolve(true);
    });
  });
}

// Its failures were reported one by one.
async function closeQuietly(scope: Scope): Promise<void> {
  await scope.close().catch(() => undefined);
}
