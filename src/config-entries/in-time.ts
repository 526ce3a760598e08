import { runUncaused } from '../causality/execution.js';
import { after } from '../clock/clock.js';
import { TimeoutError } from '../errors/work-errors.js';
import { onAbort } from '../ownership/abort-relay.js';

interface Limits {
  readonly ms: number;
  /** Its owner is closed: what has not ended by then is not waited for. */
  readonly signal: AbortSignal;
}

/**
 * The same as `work`, but no later than in `ms` milliseconds. The work is not told: whoever asks
 * does that.
 *
 * @throws TimeoutError (as a rejection) that says what took too long; the reason of the signal.
 */
export function inTime<T>(work: PromiseLike<T>, what: string, { ms, signal }: Limits): Promise<T> {
  return new Promise((resolve, reject) => {
    const expire = (): void => {
      forget();
      reject(new TimeoutError(`${what} took longer than ${ms / 1000} s.`));
    };
    const cancel = ms === Infinity ? undefined : runUncaused(() => after(ms, expire));
    const forgetSignal = onAbort(signal, () => {
      forget();
      reject(signal.reason as Error);
    });
    const forget = (): void => {
      cancel?.();
      forgetSignal();
    };
    work.then(
      (value) => {
        forget();
        resolve(value);
      },
      (error: unknown) => {
        forget();
        reject(error);
      },
    );
  });
}
