import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Report } from '../errors/report.js';
import type { WorkerFunction } from './worker-function.js';

/** Whose call it is, and what connects it with the loop. */
export interface ExecutorRun {
  /** The name of the job, for messages. */
  readonly name: string;
  /** The name of the scope that owns it. */
  readonly owner: string;
  /** What `currentJob().context` is in the worker: plain data. */
  readonly context: unknown;
  /**
   * Is given what ends the call like `WorkerFunctionOptions.signal`; which of the two came first
   * counts. It is no signal because making one costs more than all else that a call costs here.
   */
  readonly onCancel?: ((end: (reason: unknown) => void) => void) | undefined;
  /** Wraps each call that comes from the worker, so that it runs as the owner of the job. */
  readonly runOnLoop: <T>(fn: () => T) => T;
  /** The functions that code in the worker may call by name. */
  readonly exposed: (name: string) => ((...args: never[]) => unknown) | undefined;
  /**
   * Told when a thread has taken the call, with the number of the thread, from 1. If a thread is
   * waiting that is before `run` returns, otherwise in a turn of its own.
   */
  readonly onStart?: ((worker: number) => void) | undefined;
}

/** What an executor is doing now, and has done. */
export interface ExecutorStats {
  /** Threads that exist now. */
  readonly threads: number;
  readonly running: number;
  readonly queued: number;
  readonly maxThreads: number;
  readonly maxQueue: number;
  /** Calls that a thread had taken and that have ended, however they did. */
  readonly completed: number;
  /** Calls that ended because their thread died. */
  readonly crashed: number;
}

/** Runs functions of worker modules where they cannot block the loop. */
export interface Executor {
  /**
   * Runs `fn` and gives its value. Arguments are copied when a thread takes the call; functions
   * among them stay here and are called from the worker.
   *
   * Its rejections, which are never reported as unhandled: the `reason` of a signal itself;
   * `TimeoutError`; what the function threw, with its class; `WorkerCrashedError`;
   * `WorkerModuleError`; `NotCloneableError`; `ExecutorQueueFullError`; and `ShutdownError` once
   * closing has begun.
   */
  run<A extends readonly unknown[], R>(
    fn: WorkerFunction<A, R>,
    args: A,
    run: ExecutorRun,
  ): Promise<R>;

  readonly stats: ExecutorStats;

  /** From now on calls from a worker to the loop throw `ShutdownError` there, also if waiting. */
  shutDownCalls(): void;

  /**
   * Takes nothing on any more, rejects what is queued, waits up to `graceMs` for what runs, then
   * ends that too. Resolves, always, with the names of the jobs that were late.
   */
  close(graceMs: number): Promise<readonly string[]>;
}

/** How many threads and how long a queue. */
export interface ExecutorOptions {
  /** Threads that are kept when there is nothing to do; each starts when it is first needed. @default 0 */
  readonly minThreads?: number;
  /**
   * Threads at most, those of dedicated modules not counted. A thread whose code waits for an
   * asynchronous function of the loop is not counted while it waits.
   * @default as many as the machine runs in parallel, and 2 at least, so that one job that hangs
   * does not stop all others
   */
  readonly maxThreads?: number;
  /** Calls that may wait for a thread. One more rejects with `ExecutorQueueFullError`. @default 1000 */
  readonly maxQueue?: number;
  /** Milliseconds after which an idle thread ends. @default 30_000 */
  readonly idleMs?: number;
  /**
   * How much memory a thread may use, as for a `Worker` of Node: `maxOldGenerationSizeMb` and the
   * like. A thread that needs more dies, and its job with it (`WorkerCrashedError`). Buffers do
   * not count.
   * @default Node's, which are those of the process: a small computer has less
   */
  readonly resourceLimits?: ResourceLimits;
  /** Takes failures that no caller awaits: a posted callback that threw, an idle thread that died. */
  readonly report?: Report;
}

/** The options with nothing left open. */
export type CompleteExecutorOptions = Required<Omit<ExecutorOptions, 'report'>> & {
  readonly report: Report;
};

/** @throws InvalidOptionError */
export function completeOptions(options: ExecutorOptions): CompleteExecutorOptions {
  const defaultMax = Math.max(2, availableParallelism(), options.minThreads ?? 0);
  const {
    minThreads = 0,
    maxThreads = defaultMax,
    maxQueue = 1000,
    idleMs = 30_000,
    resourceLimits = {},
    report = () => undefined,
  } = options;
  expectInteger('minThreads', minThreads, 0);
  expectInteger('maxThreads', maxThreads, 1);
  expectInteger('maxQueue', maxQueue, 0);
  if (minThreads > maxThreads)
    throw new InvalidOptionError(
      `Expected \`minThreads\` up to \`maxThreads\` (${maxThreads}), got ${quote(minThreads)}.`,
    );
  if (typeof idleMs !== 'number' || !(idleMs >= 0))
    throw new InvalidOptionError(`Expected \`idleMs\` from 0 up, got ${quote(idleMs)}.`);
  checkLimits(resourceLimits);
  return { minThreads, maxThreads, maxQueue, idleMs, resourceLimits, report };
}

function checkLimits(limits: unknown): void {
  if (typeof limits !== 'object' || limits === null)
    throw new InvalidOptionError(
      `Expected \`resourceLimits\` to be an object, got ${quote(limits)}.`,
    );
  for (const [limit, value] of Object.entries(limits) as [string, unknown][])
    if (typeof value !== 'number' || !(value > 0))
      throw new InvalidOptionError(
        `Expected \`resourceLimits.${limit}\` to be a number above 0, got ${quote(value)}.`,
      );
}

function expectInteger(option: string, value: unknown, least: number): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return;
  throw new InvalidOptionError(
    `Expected \`${option}\` to be a whole number from ${least} up, got ${quote(value)}.`,
  );
}
