import { onAbort } from '../ownership/abort-relay.js';

/**
 * Starts something and gives what it gives, but rejects with the signal's own reason as soon as
 * that aborts; what comes later is ignored. Nothing is started when it has aborted already, and
 * nothing stays on it.
 */
export function untilAborted<T>(signal: AbortSignal, start: () => T | PromiseLike<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    signal.throwIfAborted();
    const forget = onAbort(signal, () => reject(signal.reason as Error));
    // Asynchronously, so that what `start` throws is a rejection like any other.
    const started = (async () => start())();
    started.then(
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
