import { sleep } from '../clock/sleep.js';
import { checkSignal } from '../errors/check-option.js';
import { type RetryOptions, RetryPlan } from './backoff.js';
import { untilAborted } from './until-aborted.js';

/** How often to try, how long to wait in between, and what ends it all. */
export interface RetryAsyncOptions extends RetryOptions {
  /** Ends it: it rejects with the signal's own `reason`, at once, whatever runs. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Calls `fn` until it succeeds: after a failure again, after a wait that grows. Rejects with the
 * error of the last attempt as it is.
 *
 *     const state = await retryAsync((signal) => device.read({ signal }), { attempts: 5, signal });
 *
 * It belongs to whoever awaits it; `signal` cancels it, in a wait and in an attempt, and is handed
 * to `fn`, so that what runs can end too. What an attempt does after that is ignored. Nothing
 * stays on the signal.
 *
 * @throws (as a rejection) InvalidOptionError; what `shouldRetry` or `onRetry` throw.
 */
export async function retryAsync<T>(
  fn: (signal: AbortSignal, attempt: number) => T | PromiseLike<T>,
  options: RetryAsyncOptions = {},
): Promise<T> {
  const plan = new RetryPlan(options);
  const { signal = new AbortController().signal } = options;
  checkSignal(signal);
  for (let attempt = 1; ; attempt++) {
    try {
      return await untilAborted(signal, () => fn(signal, attempt));
    } catch (error) {
      signal.throwIfAborted();
      const delayMs = plan.failed(error);
      if (delayMs === undefined) throw error;
      await sleep(delayMs, { signal, name: `retry ${fn.name || 'function'}` });
    }
  }
}
