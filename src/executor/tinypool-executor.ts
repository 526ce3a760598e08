import { after } from '../clock/clock.js';
import { ShutdownError } from '../errors/work-errors.js';
import {
  type CompleteExecutorOptions,
  completeOptions,
  type Executor,
  type ExecutorOptions,
  type ExecutorRun,
  type ExecutorStats,
} from './executor.js';
import { JobRun } from './job-run.js';
import { openPool } from './one-thread-pool.js';
import { ThreadGroup } from './thread-group.js';
import type { WorkerFunction } from './worker-function.js';

/**
 * Runs worker functions in threads of tinypool.
 *
 * It has a tinypool of one thread for each of its threads. A tinypool of several does not tell
 * which thread runs a call, and lets a call wait for a thread that is still starting, behind
 * whatever that one runs first, while another is idle. With one thread and one call at a time it
 * never has a choice, and its queue is never used; choosing and queueing are done here.
 */
export class TinypoolExecutor implements Executor {
  readonly #options: CompleteExecutorOptions;
  readonly #shared: ThreadGroup;
  readonly #dedicated = new Map<string, ThreadGroup>();
  #completed = 0;
  #crashed = 0;
  #areCallsShutDown = false;
  #closing: Promise<readonly string[]> | undefined;

  /** @throws InvalidOptionError */
  constructor(options: ExecutorOptions = {}) {
    this.#options = completeOptions(options);
    this.#shared = this.#createGroup(this.#options, { firstNumber: 1 });
  }

  run<A extends readonly unknown[], R>(
    fn: WorkerFunction<A, R>,
    args: A,
    run: ExecutorRun,
  ): Promise<R> {
    const job = new JobRun(fn as WorkerFunction<readonly unknown[]>, args, run);
    try {
      if (this.#closing)
        throw new ShutdownError(`\`${fn.name}\` was refused: the executor is closing.`);
      this.#groupOf(fn.dedicated, fn.module).add(job);
    } catch (error) {
      job.fail(error);
    }
    return job.promise as Promise<R>;
  }

  get stats(): ExecutorStats {
    const groups = this.#groups();
    const sum = (count: (group: ThreadGroup) => number): number =>
      groups.reduce((total, group) => total + count(group), 0);
    return {
      threads: sum((group) => group.threads),
      running: sum((group) => group.running),
      queued: sum((group) => group.queued),
      maxThreads: this.#options.maxThreads,
      maxQueue: this.#options.maxQueue,
      completed: this.#completed,
      crashed: this.#crashed,
    };
  }

  shutDownCalls(): void {
    this.#areCallsShutDown = true;
    for (const group of this.#groups()) group.shutDownCalls();
  }

  close(graceMs: number): Promise<readonly string[]> {
    return (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: number): Promise<readonly string[]> {
    const groups = this.#groups();
    this.shutDownCalls();
    for (const group of groups)
      group.dropQueue(new ShutdownError('The executor closed before the call had its turn.'));
    const running = groups.flatMap((group) => group.handedOver);
    await within(graceMs, Promise.allSettled(running.map((job) => job.promise)));
    const late = running.filter((job) => !job.isSettled);
    for (const job of late)
      job.end(new ShutdownError(`\`${job.name}\` was ended: the executor is closing.`), 0);
    // Code that is inside a native call cannot be interrupted, and is not waited for.
    await within(TERMINATE_MS, Promise.allSettled(groups.map((group) => group.close())));
    return late.map((job) => job.run.name);
  }

  #groups(): ThreadGroup[] {
    return [this.#shared, ...this.#dedicated.values()];
  }

  #groupOf(isDedicated: boolean, module: string): ThreadGroup {
    if (!isDedicated) return this.#shared;
    let group = this.#dedicated.get(module);
    if (!group) {
      const firstNumber = this.#options.maxThreads + this.#dedicated.size + 1;
      const limits = { ...this.#options, minThreads: 1, maxThreads: 1 };
      group = this.#createGroup(limits, { firstNumber, dedicatedTo: module });
      this.#dedicated.set(module, group);
      if (this.#areCallsShutDown) group.shutDownCalls();
    }
    return group;
  }

  #createGroup(
    limits: CompleteExecutorOptions,
    kind: { readonly firstNumber: number; readonly dedicatedTo?: string },
  ): ThreadGroup {
    return new ThreadGroup({
      ...limits,
      ...kind,
      // Between calls a thread of tinypool sleeps without its event loop, which is fast; but a
      // client that lives in a thread of its own has sockets and timers to attend to.
      openPool: () =>
        openPool({
          useAtomics: kind.dedicatedTo === undefined,
          resourceLimits: limits.resourceLimits,
        }),
      onEnd: (hasCrashed) => {
        this.#completed++;
        if (hasCrashed) this.#crashed++;
      },
    });
  }
}

// Milliseconds that a terminated thread gets to be gone.
const TERMINATE_MS = 1_000;

/** Waits for the promise, but not longer than `ms`. */
async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let cancel = (): void => undefined;
  const time = new Promise<void>((resolve) => (cancel = after(ms, resolve)));
  await Promise.race([promise, time]);
  cancel();
}
