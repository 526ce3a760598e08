import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { after } from './clock.js';

/** How a `sleep` ends early. */
export interface SleepOptions {
  /** Ends the sleep: it rejects with the signal's own `reason`, at once. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Waits `ms` milliseconds. Nothing stays on the signal afterwards, however it ended.
 *
 * @throws InvalidOptionError (as a rejection) when `ms` is not a number from 0 up.
 */
export function sleep(ms: number, { signal }: SleepOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    if (typeof ms !== 'number' || !(ms >= 0))
      throw new InvalidOptionError(`Expected milliseconds from 0 up, got ${quote(ms)}.`);
    if (signal?.aborted) {
      reject(signal.reason as Error);
      return;
    }
    const wake = (): void => {
      cancel();
      signal?.removeEventListener('abort', wake);
      if (signal?.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const cancel = after(ms, wake);
    signal?.addEventListener('abort', wake);
  });
}
