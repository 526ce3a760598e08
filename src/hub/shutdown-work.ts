import { after } from '../clock/clock.js';
import { ShutdownError } from '../errors/work-errors.js';
import type { SettleOptions } from '../jobs/task-tracker.js';
import type { Task } from '../jobs/task.js';
import type { ShutdownWork } from '../lifecycle/shutdown-plan.js';
import type { StageTimeouts } from '../lifecycle/stages.js';
import type { LateKind } from '../ownership/late.js';
import type { Scope } from '../ownership/scope.js';
import type { HubCore } from './hub-core.js';

/** What the steps of the shutdown mean for a hub. */
export function shutdownWork(core: HubCore): ShutdownWork {
  const stopping = new ShutdownError('The hub is stopping.');
  const { unloadTimeoutMs } = core.settings;
  let told: ReadonlySet<Task<unknown>> = new Set();

  /** Waits for tasks; who is late is named, and left if it has had all the time it gets. */
  const settle = async (
    stage: keyof StageTimeouts,
    options: SettleOptions,
    { isLast = true, what }: { isLast?: boolean; what?: LateKind } = {},
  ): Promise<void> => {
    const late = await core.tracker.settle(options);
    if (isLast) for (const task of late) task.leave();
    core.tellLate(
      stage,
      late.map((task) => ({ ...task.late(), ...(what && { what }) })),
    );
  };

  return {
    async runShutdownJobs(timeoutMs) {
      const jobs = new Set<Task<unknown>>();
      for (const { owner, job, args } of core.shutdownJobs) {
        const task = core.tasks.runJob(owner, job, args);
        if (task) jobs.add(task);
      }
      const among = (task: Task<unknown>): boolean => jobs.has(task);
      await settle('shutdownJobs', { timeoutMs, among }, { what: 'shutdown job' });
    },
    cancelBackground() {
      core.entries.stop();
      // A worker that waits for the loop would hold the stop up for nothing.
      core.executor.shutDownCalls();
      for (const shutDown of [...core.onCallsShutDown]) shutDown();
      told = core.tracker.cancelBackground(stopping);
    },
    async settleTasks(timeoutMs, stage) {
      const among = (task: Task<unknown>): boolean => told.has(task);
      const grace = { includeBackground: true, timeoutMs: Math.min(timeoutMs, unloadTimeoutMs) };
      await Promise.all([
        settle(stage, { timeoutMs }, { isLast: false }),
        settle(stage, { ...grace, among }),
      ]);
    },
    cancelLate() {
      core.isClosing = true;
      for (const task of core.tracker.running) if (!task.isCaller()) task.cancel(stopping);
    },
    async closeEntries(timeoutMs) {
      await close(core.scope.children, timeoutMs);
      core.entries.end();
    },
    async settleGoodbyes(timeoutMs) {
      // For what was cancelled its scope waits.
      const among = (task: Task<unknown>): boolean => !task.isCancelled;
      await settle('close', { timeoutMs: Math.min(timeoutMs, unloadTimeoutMs), among });
    },
    async closeExecutor(timeoutMs) {
      const isJob = (task: Task<unknown>): boolean => task.kind === 'job';
      const graceMs = Math.min(timeoutMs, unloadTimeoutMs);
      const settled = settle('close', { timeoutMs: graceMs, among: isJob });
      const isSomeLeft = core.tracker.running.some((task) => isJob(task) && !task.isLeft);
      await within(timeoutMs, core.executor.close(isSomeLeft ? graceMs : 0));
      await settled;
    },
    async closeHub(timeoutMs) {
      await close([core.scope], timeoutMs);
      core.data.clear();
      for (const task of core.tracker.running) task.leave();
    },
  };
}

/** Closes scopes side by side. At the end of the time what still keeps them is named and left. */
async function close(scopes: readonly Scope[], timeoutMs: number): Promise<void> {
  const cancel = after(timeoutMs, () => scopes.forEach((scope) => scope.hurry()));
  // Failures were reported one by one.
  await Promise.allSettled(scopes.map((scope) => scope.close()));
  cancel();
}

/** Waits for what never rejects, for a while. */
function within(ms: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = after(ms, resolve);
    void work.then(() => {
      cancel();
      resolve();
    });
  });
}
