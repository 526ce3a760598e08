import { runUncaused } from '../causality/execution.js';
import { after } from '../clock/clock.js';
import { sleep } from '../clock/sleep.js';
import { isThenable } from '../clock/is-thenable.js';
import type { Report } from '../errors/report.js';
import { fromWire, toWire } from '../errors/wire.js';
import { ShutdownError, StageError, WrongThreadError } from '../errors/work-errors.js';
import { type LoopCallingJob, mainCallback, runInJob, runOutsideOfJobs } from './current-job.js';
import type { Executor, ExecutorOptions, ExecutorRun, ExecutorStats } from './executor.js';
import { JobRun } from './job-run.js';
import { loadFunction } from './load-function.js';
import { callTarget, shownTarget } from './loop-calls.js';
import type { LoopCall } from './loop-link.js';
import { argumentsNotCloneable, resultNotCloneable } from './not-cloneable.js';
import type { WorkerFunction } from './worker-function.js';

/** What an inline executor is made with. */
export interface InlineOptions extends Pick<ExecutorOptions, 'report'> {
  /** How long a function takes before it is called, by its name. @default at once */
  readonly takesMs?: (name: string) => number;
}

/**
 * Runs worker functions on the loop itself, for specs: no threads, and no waiting for them.
 *
 * What passes is copied, and errors are taken apart and put together, as between threads. What
 * needs a thread is missing: a call that was aborted or timed out rejects after its `graceMs`, but
 * its function can only be told; a callback cannot wait for a promise (`WrongThreadError`).
 */
export class InlineExecutor implements Executor {
  readonly #running = new Set<JobRun>();
  readonly #report: Report;
  readonly #takesMs: (name: string) => number;
  #waiting = 0;
  #completed = 0;
  #areCallsShutDown = false;
  #closing: Promise<readonly string[]> | undefined;

  constructor({ report = () => undefined, takesMs = () => 0 }: InlineOptions = {}) {
    this.#report = report;
    this.#takesMs = takesMs;
  }

  /** How many functions really run: those that only let their time pass are not counted. */
  get calling(): number {
    return this.#running.size - this.#waiting;
  }

  run<A extends readonly unknown[], R>(
    fn: WorkerFunction<A, R>,
    args: A,
    run: ExecutorRun,
  ): Promise<R> {
    const job = new JobRun(fn as WorkerFunction<readonly unknown[]>, args, run);
    if (this.#closing)
      job.fail(new ShutdownError(`\`${fn.name}\` was refused: the executor is closing.`));
    else {
      job.listen();
      if (!job.isSettled) this.#start(job);
    }
    return job.promise as Promise<R>;
  }

  get stats(): ExecutorStats {
    return {
      threads: 0,
      running: this.#running.size,
      queued: 0,
      maxThreads: 0,
      maxQueue: 0,
      completed: this.#completed,
      crashed: 0,
    };
  }

  shutDownCalls(): void {
    this.#areCallsShutDown = true;
  }

  close(graceMs: number): Promise<readonly string[]> {
    return (this.#closing ??= this.#close(graceMs));
  }

  async #close(graceMs: number): Promise<readonly string[]> {
    this.shutDownCalls();
    const running = [...this.#running];
    let cancel = (): void => undefined;
    const time = new Promise<void>((resolve) => (cancel = after(graceMs, resolve)));
    await Promise.race([Promise.allSettled(running.map((job) => job.promise)), time]);
    cancel();
    const late = running.filter((job) => !job.isSettled);
    for (const job of late)
      job.end(new ShutdownError(`\`${job.name}\` was ended: the executor is closing.`), 0);
    return late.map((job) => job.run.name);
  }

  #start(job: JobRun): void {
    this.#running.add(job);
    const takeTime = (signal: AbortSignal): Promise<void> => this.#takeTime(job.name, signal);
    const inline = new InlineJob(job, this.#report, () => this.#areCallsShutDown, takeTime);
    job.placeAt(inline);
    job.started(1);
    void inline.run().then(() => {
      this.#running.delete(job);
      this.#completed++;
    });
  }

  async #takeTime(name: string, signal: AbortSignal): Promise<void> {
    const ms = this.#takesMs(name);
    if (ms === 0) return;
    this.#waiting++;
    try {
      await sleep(ms, { signal });
    } finally {
      this.#waiting--;
    }
  }
}

/** A call on the loop: it is its own worker. */
class InlineJob implements LoopCallingJob {
  readonly name: string;
  readonly owner: string;
  readonly context: unknown;
  readonly #job: JobRun;
  readonly #report: Report;
  readonly #areCallsShutDown: () => boolean;
  readonly #takeTime: (signal: AbortSignal) => Promise<void>;
  readonly #controller = new AbortController();

  constructor(
    job: JobRun,
    report: Report,
    areCallsShutDown: () => boolean,
    takeTime: (signal: AbortSignal) => Promise<void>,
  ) {
    ({ name: this.name, owner: this.owner, context: this.context } = job.run);
    this.#job = job;
    this.#report = report;
    this.#areCallsShutDown = areCallsShutDown;
    this.#takeTime = takeTime;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get cancelled(): boolean {
    return this.signal.aborted;
  }

  throwIfCancelled(): void {
    this.signal.throwIfAborted();
  }

  tell(_job: JobRun, reason: unknown): void {
    this.#controller.abort(reason);
  }

  kill(_job: JobRun, reason: unknown): void {
    this.#controller.abort(reason);
    this.#job.fail(reason);
  }

  async run(): Promise<void> {
    const job = this.#job;
    try {
      const args = this.#copyArguments();
      // As in a thread: who calls the hub does so through the door, and nothing else tells of it.
      const value = await runUncaused(() => runInJob(this, () => this.#call(args)));
      job.finish({ value: copyResult(job.name, value) });
    } catch (error) {
      job.finish({ thrown: toWire(error) });
    }
  }

  async #call(args: readonly unknown[]): Promise<unknown> {
    const fn = await loadFunction(this.#job.fn.module, this.#job.fn.name);
    this.throwIfCancelled();
    await this.#takeTime(this.signal);
    return await fn(...args);
  }

  callLoop(call: LoopCall): unknown {
    this.throwIfCancelled();
    let result: unknown;
    try {
      result = this.#callDirectly(call);
    } catch (error) {
      throw fromWire(toWire(error));
    }
    if (!isThenable(result)) return copyResult(shownTarget(call.target), result);
    Promise.resolve(result).catch(() => undefined);
    throw new WrongThreadError(
      `${call.name} returned a promise, for which only a thread can wait: use the executor with threads here.`,
    );
  }

  postToLoop(call: LoopCall): void {
    this.throwIfCancelled();
    // In a turn of its own, as from a thread: the poster never sees what it leads to.
    void Promise.resolve()
      .then(() => this.#callDirectly(call))
      .catch((error: unknown) =>
        this.#report({
          error,
          source: 'loop-call',
          owner: this.owner,
          name: `${this.name}: ${call.name}`,
          context: this.context,
        }),
      );
  }

  #callDirectly({ target, name, args }: LoopCall): unknown {
    if (this.#job.isSettled)
      throw new StageError(`${name} was called after its job \`${this.name}\` had ended.`);
    if (this.#areCallsShutDown()) throw new ShutdownError('The hub is stopping.');
    let copy: readonly unknown[];
    try {
      copy = structuredClone(args);
    } catch (error) {
      throw argumentsNotCloneable(name, args, error);
    }
    return runOutsideOfJobs(() => callTarget(this.#job, target, copy));
  }

  #copyArguments(): unknown[] {
    const { plainArgs: args } = this.#job;
    const { transfer } = this.#job.fn.options;
    let copy: unknown[];
    try {
      copy = structuredClone([...args], transfer ? { transfer: [...transfer] as never[] } : {});
    } catch (error) {
      throw argumentsNotCloneable(this.#job.name, args, error);
    }
    for (const index of this.#job.callbacks.keys()) copy[index] = mainCallback(this, index);
    return copy;
  }
}

function copyResult(name: string, value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch (error) {
    throw resultNotCloneable(name, value, error);
  }
}
