import { Wait } from '../causality/wait.js';
import { after } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { checkMs, checkSignal } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { TimeoutError } from '../errors/work-errors.js';
import { LinkedSignal } from './linked-signal.js';
import { untilAborted } from './until-aborted.js';

/** What ends `withTimeout` before its time. */
export interface WithTimeoutOptions {
  /** Ends it: it rejects with the signal's own `reason`, at once, whatever runs. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives what `work` gives, if that comes within `ms` milliseconds, and rejects with a
 * `TimeoutError` otherwise. It needs no hub; `hub.timeout.run` can be frozen, and knows zones.
 *
 *     const reading = await withTimeout(5_000, (signal) => meter.read({ signal }));
 *
 * A function is called at once and gets a signal, which aborts when the time is over (its reason
 * is the `TimeoutError`) or when the caller's `signal` aborts: only it can really end the work. A
 * promise, which can be told nothing, is only no longer waited for. What comes too late, an error
 * included, is ignored. Nothing stays on the caller's signal, and no timer. In code of a hub it is a
 * `timeout` of `hub.activity$`.
 *
 * @param ms From 0 up. With 0, what has not ended when timers run next is too late; with
 *   `Infinity` only the signal ends it.
 * @throws (as a rejection) InvalidOptionError; TimeoutError; the reason of the signal; what the
 *   work throws.
 */
export async function withTimeout<T>(
  ms: number,
  work: ((signal: AbortSignal) => T | PromiseLike<T>) | PromiseLike<T>,
  { signal }: WithTimeoutOptions = {},
): Promise<T> {
  const start = typeof work === 'function' ? work : taken(work);
  checkMs('ms', ms, { orZero: true, orInfinity: true });
  checkSignal(signal);
  const linked = new LinkedSignal([signal]);
  const who = typeof work === 'function' && work.name !== '' ? quote(work.name) : 'It';
  const expire = (): void => linked.abort(new TimeoutError(`${who} took longer than ${ms} ms.`));
  const wait = Wait.ofCode('timeout', (typeof work === 'function' && work.name) || 'promise', ms);
  const cancel = ms === Infinity ? undefined : after(ms, expire);
  try {
    const result = await untilAborted(linked.signal, () => start(linked.signal));
    wait?.end('done');
    return result;
  } catch (error) {
    wait?.end(signal?.aborted === true && error === signal.reason ? 'cancelled' : 'failed', error);
    throw error;
  } finally {
    cancel?.();
    linked[Symbol.dispose]();
  }
}

/** From here on somebody has taken care of the promise, also when nobody will wait for it. */
function taken<T>(work: PromiseLike<T>): () => Promise<T> {
  if (!isThenable<unknown>(work))
    throw new InvalidOptionError(`Expected a function or a promise, got ${quote(work)}.`);
  const promise = Promise.resolve(work);
  promise.catch(() => undefined);
  return () => promise;
}
