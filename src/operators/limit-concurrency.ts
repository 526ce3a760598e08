import type { Observable, OperatorFunction } from 'rxjs';
import { OverflowError } from '../errors/work-errors.js';
import { checkCount, checkFunction, checkOneOf } from '../errors/check-option.js';
import { LimitedRuns } from './limited-runs.js';
import { operate, relay } from './operate.js';

/** How many may wait, and what happens to one more. */
export interface LimitConcurrencyOptions<T> {
  /** Values that may wait: a whole number from 0 up, or `Infinity`. @default 1000 */
  readonly maxQueue?: number | undefined;
  /**
   * What happens to a value for which there is no room. `drop-newest`: it is dropped.
   * `drop-oldest`: the one that has waited longest is dropped in its place. `error`: the stream
   * fails with an `OverflowError`. @default 'drop-newest'
   */
  readonly overflow?: 'drop-oldest' | 'drop-newest' | 'error' | undefined;
  /** Told of every value that is dropped, and how many that makes for this subscriber. */
  readonly onDrop?: ((value: T, dropped: number) => void) | undefined;
}

/** What comes out of a project: the values of an Observable, of a promise, or itself. */
export type Projected<R> = R extends Observable<infer V> ? V : Awaited<R>;

const OVERFLOWS: readonly string[] = ['drop-oldest', 'drop-newest', 'error'];

/**
 * Works on at most `limit` values at once and lets the others wait, like `mergeMap` with a limit
 * whose queue is bounded.
 *
 *     values                          -ab-c-----|
 *     limitConcurrency(2, project)    ----ab-c--|    each takes 3; c waits for a
 *
 * `project` is called in the order of the values and gives a promise, an Observable or a plain
 * value (lists, too, are plain values); what comes of it is passed on as it comes. Its signal
 * aborts when the result is not wanted any more; a function that declares one parameter, the value,
 * is given no signal. A value that waited is worked on with the cause that it came with. At most
 * `maxQueue` values wait, 1,000 unless told otherwise; one more is dropped and counted (`onDrop`),
 * or fails the stream.
 *
 * Completes when the source has, and all that runs or waits is done. An error, of the source or of
 * a project, passes at once; that and unsubscribing abort what runs and drop what waits. Each
 * subscriber has work of its own.
 *
 * @param limit A whole number from 1 up.
 * @throws InvalidOptionError naming the option and the value.
 */
export function limitConcurrency<T, R>(
  limit: number,
  project: (value: T, signal: AbortSignal) => R,
  options: LimitConcurrencyOptions<T> = {},
): OperatorFunction<T, Projected<R>> {
  const { maxQueue = 1_000, overflow = 'drop-newest', onDrop } = options;
  checkCount('limit', limit);
  checkFunction('project', project);
  checkCount('maxQueue', maxQueue, { least: 0, orInfinity: true });
  checkOneOf('overflow', overflow, OVERFLOWS);
  return operate((source, subscriber) => {
    const runs = new LimitedRuns<T>(limit, project, subscriber);
    let dropped = 0;
    subscriber.add(() => runs.close());
    source.subscribe(
      relay<T, Projected<R>>(subscriber, {
        next: (value) => {
          if (runs.hasRoom) runs.start(value);
          else if (runs.waiting < maxQueue) runs.wait(value);
          else if (overflow === 'error')
            throw new OverflowError(
              `There is no room for another value: ${limit} run and ${maxQueue} wait already.`,
            );
          else {
            const isOldest = overflow === 'drop-oldest' && runs.waiting > 0;
            const victim = isOldest ? runs.takeOldest() : value;
            if (isOldest) runs.wait(value);
            onDrop?.(victim, ++dropped);
          }
        },
        complete: () => runs.finish(),
      }),
    );
  });
}
