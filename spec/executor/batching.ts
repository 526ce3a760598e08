import { afterEach, beforeEach, jest } from '@jest/globals';
import type { ExecutorRun } from '../../src/executor/executor.js';
import { JobRun } from '../../src/executor/job-run.js';
import { openPool } from '../../src/executor/one-thread-pool.js';
import { QuickFunctions } from '../../src/executor/quick-functions.js';
import { ThreadGroup, type ThreadGroupOptions } from '../../src/executor/thread-group.js';
import { workerModule } from '../../src/executor/worker-module.js';
import type { WorkerFunction } from '../../src/executor/worker-function.js';
import type { Board, How } from '../fixtures/batch.worker.mjs';
import { runFor } from './harness.js';

export const { work, other, size } = workerModule<typeof import('../fixtures/batch.worker.mjs')>(
  new URL('../fixtures/batch.worker.mjs', import.meta.url),
);

/** A new board for so many calls. */
export function boardFor(calls: number): Required<Board> {
  const numbers = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));
  return { counts: numbers(calls), gate: numbers(1), order: numbers(1 + 2 * calls) };
}

/** The numbers of the calls in the order in which they were begun. */
export function orderOn({ order }: Required<Board>): number[] {
  return [...order.slice(1, 1 + (order[0] ?? 0))];
}

export function open({ gate }: Board): void {
  Atomics.store(gate, 0, 1);
  Atomics.notify(gate, 0);
}

/** Threads and their queue, watched: what was given to them, and how many at a time. */
export class WatchedGroup {
  readonly group: ThreadGroup;
  /** How many calls went along, each time. */
  readonly sizes: number[] = [];
  /** The first arguments of the calls of each batch. */
  readonly batches: unknown[][] = [];
  crashed = 0;
  completed = 0;

  constructor(options: Partial<ThreadGroupOptions> = {}) {
    this.group = new ThreadGroup({
      maxThreads: 1,
      minThreads: options.maxThreads ?? 1,
      maxQueue: 100_000,
      idleMs: 30_000,
      firstNumber: 1,
      report: () => undefined,
      onEnd: (hasCrashed) => {
        this.completed++;
        if (hasCrashed) this.crashed++;
      },
      ...options,
      openPool: () => this.#watch(options.openPool?.()),
    });
  }

  /** Adds a call, as the executor would. */
  run(
    fn: WorkerFunction<never>,
    args: readonly unknown[],
    run: ExecutorRun = runFor(),
  ): Promise<unknown> {
    const job = new JobRun(fn as WorkerFunction<readonly unknown[]>, args, run);
    try {
      this.group.add(job);
    } catch (error) {
      job.fail(error);
    }
    return job.promise;
  }

  work(board: Board, n: number, how: How = 'value', run?: ExecutorRun): Promise<unknown> {
    return this.run(work, [board, n, how], run);
  }

  /** Starts all threads, and has them load the module. */
  async warmUp(threads = 1): Promise<void> {
    for (let i = 0; i < 2; i++)
      await Promise.all(Array.from({ length: threads }, (_, n) => this.run(other as never, [n])));
  }

  /** The thread has ended all that it was given: that is a little later than the last reply. */
  async rest(): Promise<void> {
    await this.run(other, [0]);
  }

  /** So that the calls that are queued in this turn come to the thread together. */
  occupy(): Promise<unknown> {
    train();
    return this.run(other, [0]);
  }

  #watch(pool = openPool({ useAtomics: true, resourceLimits: {} })): ReturnType<typeof openPool> {
    const { sizes, batches } = this;
    return {
      get thread() {
        return pool.thread;
      },
      run: (request, transfer) => {
        sizes.push(1);
        return pool.run(request, transfer);
      },
      runBatch: (requests) => {
        sizes.push(requests.length);
        batches.push(requests.map(([, , , [first]]) => first));
        return pool.runBatch(requests);
      },
      close: () => pool.close(),
    };
  }
}

// Whether a call is quick is measured in the thread, which may have to wait for its turn on a busy
// machine; specs say it themselves.
let newest: QuickFunctions | undefined;
const { inARow, forget } = QuickFunctions.prototype;

beforeEach(() => {
  newest = undefined;
  jest.spyOn(QuickFunctions.prototype, 'inARow').mockImplementation(function (
    this: QuickFunctions,
    fn,
  ) {
    newest = this; // eslint-disable-line @typescript-eslint/no-this-alias -- there is no other way to it
    return inARow.call(this, fn);
  });
  // Whoever has run slow calls only has asked for nothing yet.
  jest.spyOn(QuickFunctions.prototype, 'forget').mockImplementation(function (
    this: QuickFunctions,
    fn,
  ) {
    newest = this; // eslint-disable-line @typescript-eslint/no-this-alias -- the same
    forget.call(this, fn);
  });
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** Makes `work` and `size` quick in the group that ran a call last, as many calls would. */
export function train(): void {
  for (const fn of [work, size]) for (let i = 0; i < 32; i++) newest?.add(fn);
}

/** Makes watched groups, and ends their threads after each test. */
export function groupsOfASpec(): (options?: Partial<ThreadGroupOptions>) => WatchedGroup {
  const all: WatchedGroup[] = [];
  afterEach(async () => {
    await Promise.all(all.splice(0).map(({ group }) => group.close()));
  });
  return (options) => {
    const watched = new WatchedGroup(options);
    all.push(watched);
    return watched;
  };
}
