import { checkMs, checkSignal } from '../errors/check-option.js';
import { onAbort } from '../ownership/abort-relay.js';
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
    checkMs('ms', ms, { orZero: true, orInfinity: true });
    checkSignal(signal);
    signal?.throwIfAborted();
    const forget =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(signal.reason as Error);
      });
    const cancel = after(ms, () => {
      forget?.();
      resolve();
    });
  });
}
