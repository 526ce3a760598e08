import type { MonoTypeOperatorFunction } from 'rxjs';
import { after, type CancelTimer } from '../clock/clock.js';
import { checkRetryOptions, type RetryOptions, RetryPlan } from '../concurrency/backoff.js';
import { operate, relay } from './operate.js';

/**
 * Subscribes again to a source that has failed, after a wait that grows, and gives up after
 * `attempts` failures with nothing in between.
 *
 *     source                            -a-#                then: -b-|
 *     retryWithBackoff({ jitter, … })   -a-----b-|          a wait of 3
 *
 * A value is a success: after one, attempts and waits are counted anew. The waits are those of
 * `retryAsync`, by default anything up to 1, 2, 4 … 60 s. Of a hot source what comes during a wait
 * is missed; for errors of an operator on such a stream `keepAlive` is the better choice.
 *
 * Completes with its source. The error of the last attempt passes as it is, as does what
 * `shouldRetry` or `onRetry` throw. Unsubscribing ends the wait. Each subscriber has attempts of
 * its own.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function retryWithBackoff<T>(options: RetryOptions = {}): MonoTypeOperatorFunction<T> {
  checkRetryOptions(options);
  return operate((source, subscriber) => {
    const plan = new RetryPlan(options);
    let cancel: CancelTimer | undefined;
    const attempt = (): void => {
      const values = relay<T, T>(subscriber, {
        next: (value) => {
          plan.succeeded();
          subscriber.next(value);
        },
        error: (error) => {
          const delayMs = plan.failed(error);
          if (delayMs === undefined) subscriber.error(error);
          else cancel = after(delayMs, attempt);
        },
      });
      source.subscribe(values);
    };
    subscriber.add(() => cancel?.());
    attempt();
  });
}
