import { Wait } from '../causality/wait.js';
import { checkMs, checkSignal, checkText } from '../errors/check-option.js';
import { onAbort } from '../ownership/abort-relay.js';
import { after } from './clock.js';

/** How a `sleep` ends early, and what it is called. */
export interface SleepOptions {
  /** Ends the sleep: it rejects with the signal's own `reason`, at once. */
  readonly signal?: AbortSignal | undefined;
  /** Under which it stands in `hub.activity$`. @default 'sleep' */
  readonly name?: string | undefined;
}

/**
 * Waits `ms` milliseconds. Nothing stays on the signal afterwards, however it ended.
 * In code of a hub it is a `timer` of `hub.activity$`, unless it lasts 0 ms.
 *
 * @throws InvalidOptionError (as a rejection) when `ms` is not a number from 0 up.
 */
export function sleep(ms: number, { signal, name = 'sleep' }: SleepOptions = {}): Promise<void> {
  return new Promise((resolve, reject) => {
    checkMs('ms', ms, { orZero: true, orInfinity: true });
    checkSignal(signal);
    checkText('name', name);
    signal?.throwIfAborted();
    const wait = ms === 0 ? null : Wait.ofCode('timer', name, ms);
    const forget =
      signal &&
      onAbort(signal, () => {
        cancel();
        wait?.end('cancelled');
        reject(signal.reason as Error);
      });
    const cancel = after(ms, () => {
      forget?.();
      wait?.end('done');
      resolve();
    });
  });
}
