import type { MonoTypeOperatorFunction } from 'rxjs';
import { after, type CancelTimer } from '../clock/clock.js';
import { TimeoutError } from '../errors/work-errors.js';
import { checkMs } from '../errors/check-option.js';
import { operate, relay } from './operate.js';

/**
 * Fails with a `TimeoutError` when the next value does not come within `ms` milliseconds: the
 * first one after subscribing, every other one after the one before.
 *
 *     reports            -a--b-------c--|
 *     timeoutAfter(5)    -a--b----#          5 after b
 *
 * What differs from `timeout(ms)` of RxJS: the error is rxhome's own (code `TIMEOUT`) and its
 * message says what was awaited; any span works, also more than 24 days; a span that is none is
 * refused at once. There is no other stream to change to (`with`): put `catchError` behind it.
 *
 * Completes with its source and passes its error on; both, and unsubscribing, end the waiting.
 * The source is unsubscribed before the `TimeoutError` is passed on. Each subscriber has a time of
 * its own.
 *
 * @throws InvalidOptionError when `ms` is not a number above 0.
 */
export function timeoutAfter<T>(ms: number): MonoTypeOperatorFunction<T> {
  checkMs('ms', ms);
  return operate((source, subscriber) => {
    let cancel: CancelTimer;
    const wait = (since: string): void => {
      cancel = after(ms, () => {
        values.unsubscribe();
        subscriber.error(new TimeoutError(`No value came within ${ms} ms of ${since}.`));
      });
    };
    const values = relay<T, T>(subscriber, {
      next: (value) => {
        cancel();
        wait('the one before');
        subscriber.next(value);
      },
    });
    wait('subscribing');
    subscriber.add(() => cancel());
    source.subscribe(values);
  });
}
