import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { isWorkerFunction, type WorkerFunction } from '../executor/worker-function.js';
import { isAsyncFunction, isCallback } from './callback.js';

/** Where a job runs: inline, as a task, or in a worker thread. */
export type JobType = 'callback' | 'coroutine' | 'executor';

/** What a job can be: a function of the loop, or a reference to one of a worker module. */
export type JobTarget<A extends unknown[], R> =
  ((...args: A) => R | PromiseLike<R>) | WorkerFunction<A, R>;

/** How a job is reported and ended. */
export interface JobOptions {
  /** @default the name of the function */
  readonly name?: string | undefined;
  /** Timers and tasks of this job end when the hub begins to stop. @default false */
  readonly cancelOnShutdown?: boolean | undefined;
}

/** A handler with a name and a place to run; its kind is found out once. */
export class Job<A extends unknown[] = never[], R = unknown> {
  readonly target: JobTarget<A, R>;
  readonly name: string;
  readonly cancelOnShutdown: boolean;
  /**
   * A hint: a marked function, an async function and a worker reference can be told beforehand.
   * Of any other function it is what it returns that decides, and the hint says `callback`.
   */
  readonly type: JobType;

  /** @throws InvalidOptionError when the target is neither a function nor a worker reference. */
  constructor(target: JobTarget<A, R>, { name, cancelOnShutdown = false }: JobOptions = {}) {
    if (typeof target !== 'function' && !isWorkerFunction(target))
      throw new InvalidOptionError(
        `Expected a function or a worker function, got ${quote(target)}.`,
      );
    this.target = target;
    this.name = name ?? (target.name || 'anonymous');
    this.cancelOnShutdown = cancelOnShutdown;
    if (isWorkerFunction(target)) this.type = 'executor';
    else this.type = isAsyncFunction(target) ? 'coroutine' : 'callback';
  }

  /** Whether it was promised to do all its work at once. */
  get isMarked(): boolean {
    return isCallback(this.target);
  }
}
