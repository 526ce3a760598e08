import { LRUCache } from 'lru-cache';
import { monotonic } from '../clock/clock.js';
import { checkCount, checkFunction, checkMs } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** How long results are kept, and how many. */
export interface CacheAsyncOptions {
  /**
   * How long a result is given again, in milliseconds from 0 up, counted from when it came. With
   * 0 only those who ask while it runs share it. @default Infinity
   */
  readonly ttlMs?: number | undefined;
  /**
   * How many results are kept, a whole number from 1 up; then the one that was asked for longest
   * ago makes room. What runs does not count. @default 1000
   */
  readonly maxSize?: number | undefined;
}

/** What tells which calls have the same result. */
export interface KeyedBy<A extends readonly unknown[], K> {
  /** Keys are compared like those of a `Map`: make a string of two arguments, or of an object. */
  readonly key: (...args: A) => K;
}

/** A function whose results are kept. */
export interface CachedFunction<A extends readonly unknown[], T, K> {
  (...args: A): Promise<T>;
  /** How many results are kept that are not too old. */
  readonly size: number;
  /** Forgets the result of a key, also the one of a call that still runs; tells if there was any. */
  delete(key: K): boolean;
  /** Forgets all results, also of calls that still run. */
  clear(): void;
}

/**
 * Keeps the results of `fn`, and lets calls that want the same one share a single run.
 *
 *     const forecast = cacheAsync(fetchForecast, { ttlMs: 600_000, maxSize: 100 });
 *     await forecast('Bern'); // fetches; again only after ten minutes
 *
 * `key` says which calls are the same; without it it is the argument, and a function of several
 * must have one. `fn` is called with the arguments, and in the context, of the first who asks. A
 * failure reaches all who wait for that run and is not kept. What is forgotten while it runs still
 * reaches those who wait, but the next call runs anew, whichever ends first. Calls of `fn` that ask
 * for their own key wait for themselves.
 *
 * A signal among the arguments ends the run for all who share it; to give up alone, wait with
 * `withTimeout(ms, forecast(city), { signal })`. The cache belongs to whoever made it, starts no
 * timers and holds nothing open.
 *
 * @throws InvalidOptionError naming the option and the value. What `key` throws is a rejection.
 */
export function cacheAsync<F extends (...args: never[]) => unknown, K>(
  fn: F,
  options: CacheAsyncOptions & KeyedBy<Parameters<F>, K>,
): CachedFunction<Parameters<F>, Awaited<ReturnType<F>>, K>;
export function cacheAsync<A extends [unknown?], T>(
  fn: (...args: A) => T | PromiseLike<T>,
  options?: CacheAsyncOptions,
): CachedFunction<A, T, A[0]>;
export function cacheAsync<A extends unknown[], T>(
  fn: (...args: A) => T | PromiseLike<T>,
  options: CacheAsyncOptions & Partial<KeyedBy<A, unknown>> = {},
): CachedFunction<A, T, unknown> {
  const { ttlMs = Infinity, maxSize = 1_000, key } = options;
  checkFunction('fn', fn);
  checkMs('ttlMs', ttlMs, { orZero: true, orInfinity: true });
  checkCount('maxSize', maxSize);
  if (key !== undefined) checkFunction('key', key);
  else if (fn.length > 1)
    throw new InvalidOptionError(
      `Expected a \`key\` for ${quote(fn.name || fn)}, which has ${fn.length} arguments, got none.`,
    );
  const keyOf = key ?? ((...args: A) => args[0]);
  const cache = new SharedResults<T>(ttlMs, maxSize);
  const cached = async (...args: A): Promise<T> =>
    cache.get(keyOf(...args) as Key, () => fn(...args));
  Object.defineProperty(cached, 'size', { get: () => cache.size });
  return Object.assign(cached as typeof cached & { readonly size: number }, {
    delete: (of: unknown) => cache.delete(of as Key),
    clear: () => cache.clear(),
  });
}

// Anything; only that the types of the list leave out `undefined` and `null`, which it keeps too.
type Key = object;

interface Kept<T> {
  // Not the promise: that would hold on to whatever was running for whoever asked first.
  readonly result: T;
  /** When it came. */
  readonly at: number;
}

/** Results by key, and the runs that will give some. */
class SharedResults<T> {
  readonly #ttlMs: number;
  // Counted as sizes, because for a `max` all the room is taken at the start. Its own `ttl` reads
  // a clock that was there when it was imported, and takes an instant of 0 for none.
  readonly #kept: LRUCache<Key, Kept<T>>;
  readonly #running = new Map<Key, Promise<T>>();

  constructor(ttlMs: number, maxSize: number) {
    this.#ttlMs = ttlMs;
    this.#kept = new LRUCache({ maxSize, sizeCalculation: () => 1 });
  }

  get size(): number {
    let size = 0;
    for (const kept of this.#kept.values()) if (this.#isFresh(kept)) size++;
    return size;
  }

  get(key: Key, start: () => T | PromiseLike<T>): T | Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#isFresh(kept)) return kept.result;
    return this.#running.get(key) ?? this.#run(key, start);
  }

  delete(key: Key): boolean {
    const kept = this.#kept.peek(key);
    const isKept = this.#kept.delete(key) && kept !== undefined && this.#isFresh(kept);
    return this.#running.delete(key) || isKept;
  }

  clear(): void {
    this.#kept.clear();
    this.#running.clear();
  }

  #run(key: Key, start: () => T | PromiseLike<T>): Promise<T> {
    let begin: (result: Promise<T>) => void = () => undefined;
    const run = new Promise<T>((resolve) => (begin = resolve));
    // Known before it starts, so that `start` itself may forget it.
    this.#running.set(key, run);
    begin(this.#settle(key, run, start));
    return run;
  }

  async #settle(key: Key, run: Promise<T>, start: () => T | PromiseLike<T>): Promise<T> {
    // Whether it is still the one whose result counts: it may have been forgotten.
    const isWanted = (): boolean => this.#running.get(key) === run;
    try {
      const result = await start();
      if (isWanted() && this.#ttlMs > 0) this.#kept.set(key, { result, at: monotonic() });
      return result;
    } finally {
      if (isWanted()) this.#running.delete(key);
    }
  }

  #isFresh({ at }: Kept<T>): boolean {
    return this.#ttlMs === Infinity || monotonic() - at < this.#ttlMs;
  }
}
