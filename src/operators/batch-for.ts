import type { OperatorFunction } from 'rxjs';
import { after, type CancelTimer } from '../clock/clock.js';
import { checkCount, checkMs } from '../errors/check-option.js';
import { operate, relay } from './operate.js';

/**
 * Collects values into lists: one is let go `ms` milliseconds after its first value, or as soon as
 * it has `max` of them. There are no empty lists.
 *
 *     values            -ab----c-de--f|
 *     batchFor(4, 3)    -----x----y---(z|)    x = [a, b], y = [c, d, e], z = [f]
 *
 * Completion lets the last list go: a source that completes has said all, and what it said counts.
 * Unloading is not completion: it unsubscribes, and that drops the list. An error passes at once
 * and drops the list. While nothing comes no timer runs. Each subscriber has lists of its own.
 *
 * @param max Values in a list, a whole number from 1 up.
 * @throws InvalidOptionError when `ms` is not a number above 0, or `max` not a whole one.
 */
export function batchFor<T>(ms: number, max = 1_000): OperatorFunction<T, T[]> {
  checkMs('ms', ms);
  checkCount('max', max);
  return operate((source, subscriber) => {
    let batch: T[] = [];
    let cancel: CancelTimer | undefined;

    const letGo = (): void => {
      const full = batch;
      batch = []; // before it is let go, which may lead to another value
      cancel?.();
      subscriber.next(full);
    };
    subscriber.add(() => cancel?.());
    source.subscribe(
      relay<T, T[]>(subscriber, {
        next: (value) => {
          if (batch.push(value) >= max) letGo();
          else if (batch.length === 1) cancel = after(ms, letGo);
        },
        complete: () => {
          if (batch.length > 0) letGo();
          subscriber.complete();
        },
      }),
    );
  });
}
