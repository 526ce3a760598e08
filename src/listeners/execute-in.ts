import type { OperatorFunction } from 'rxjs';
import { isWorkerFunction, type WorkerFunction } from '../executor/worker-function.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Overflow } from './action-runs.js';
import { runAction } from './run-action.js';

/** What runs worker functions: a hub. */
export interface WorkerCaller {
  addExecutorJob<A extends unknown[], R>(
    fn: WorkerFunction<A, R>,
    ...args: A
  ): PromiseLike<R> & {
    cancel(reason?: unknown): void;
  };
}

/** How values become calls, and how many. */
export interface ExecuteOptions<T, A extends unknown[]> {
  /** The arguments of a call. @default the value as the only one */
  readonly args?: ((value: T) => NoInfer<A>) | undefined;
  /** Calls at most, those that wait included. @default 1000 */
  readonly max?: number | undefined;
  /** What happens to a value for which there is no room; as for `runAction`. @default 'drop-newest' */
  readonly overflow?: Overflow | undefined;
  readonly key?: ((value: T) => unknown) | undefined;
}

/**
 * Calls a function of a worker module with each value, and gives the results in the order in which
 * they come. The call is caused by its value.
 *
 *     files                        -a-b-----|      each takes 3, in threads of their own
 *     executeIn(hub, disk.hash)    ----A-B--|
 *
 * A call that fails is reported and the stream goes on. Completes when the source has and all
 * calls have ended; unsubscribing and unloading cancel what runs (told first, then its thread is
 * replaced) and drop what waits.
 *
 * @throws InvalidOptionError when it is not given a worker function, or a wrong option.
 */
export function executeIn<T, A extends unknown[], R>(
  hub: WorkerCaller,
  fn: WorkerFunction<A, R>,
  options: ExecuteOptions<T, A> = {},
): OperatorFunction<T, R> {
  if (!isWorkerFunction(fn))
    throw new InvalidOptionError(`Expected a function of a worker module, got ${quote(fn)}.`);
  const { args = (value: T) => [value] as unknown[] as A, max = 1000, overflow, key } = options;
  const call = async (value: T, signal: AbortSignal): Promise<R> => {
    const job = hub.addExecutorJob<A, R>(fn, ...args(value));
    const cancel = (): void => job.cancel(signal.reason);
    signal.addEventListener('abort', cancel);
    try {
      return await job;
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
  return runAction(call, { mode: 'parallel', max, overflow, key, name: fn.name });
}
