import { type MonoTypeOperatorFunction, type Observable, Subject, type Subscriber } from 'rxjs';
import { now } from '../clock/clock.js';
import { checkMs } from '../errors/check-option.js';
import { looseRelay, operate } from './operate.js';

/**
 * Shares one subscription to the source among all subscribers, and gives the latest value to those
 * who come late, as long as it is not older than `ttlMs` milliseconds.
 *
 *     source             -a-----b---c--
 *     first              ^a-----b--!
 *     cacheLatest(4)           ^b---!          a is 5 old
 *     cacheLatest(4)              ^b-!         b is 2 old
 *
 * The source is subscribed by the first subscriber and unsubscribed with the last; the value is
 * kept. Whoever comes then gets it while it is fresh, and subscribes to the source again. Of a
 * source that has completed the value is all there is: while it is fresh a late subscriber gets it
 * and completes, and the source is left alone. So a request is made once in `ttlMs`:
 *
 *     const weather = defer(() => fetchWeather()).pipe(cacheLatest(600_000));
 *
 * Errors reach those who are subscribed and are not kept: the next one subscribes again, and
 * before that gets the last value while it is fresh. Completion reaches all. No timer runs: a
 * value that is too old is let go at the next one or at the next subscription.
 *
 * @param ttlMs Above 0; `Infinity` for a value that does not age.
 * @throws InvalidOptionError when it is something else.
 */
export function cacheLatest<T>(ttlMs: number): MonoTypeOperatorFunction<T> {
  checkMs('ttlMs', ttlMs, { orInfinity: true });
  return (stream) => {
    const shared = new Shared<T>(ttlMs);
    return operate<T, T>((source, subscriber) => shared.join(source, subscriber))(stream);
  };
}

/** What all subscribers of one stream have in common. */
class Shared<T> {
  readonly #ttlMs: number;
  #latest: { readonly value: T; readonly at: number } | null = null;
  #isComplete = false;
  /** Those who are subscribed now; `null` while nobody is, and the source is not. */
  #audience: Subject<T> | null = null;
  #connection: Subscriber<T> | null = null;

  constructor(ttlMs: number) {
    this.#ttlMs = ttlMs;
  }

  join(source: Observable<T>, subscriber: Subscriber<T>): void {
    if (this.#latest && now() - this.#latest.at > this.#ttlMs) this.#latest = null;
    const latest = this.#latest;
    if (latest && this.#isComplete) {
      subscriber.next(latest.value);
      subscriber.complete();
      return;
    }
    const isFirst = this.#audience === null;
    const audience = (this.#audience ??= new Subject<T>());
    audience.subscribe(subscriber); // before the value, which may lead to another one
    subscriber.add(() => this.#leave(audience));
    if (latest) subscriber.next(latest.value);
    if (isFirst && this.#audience === audience) this.#connect(source, audience, subscriber);
  }

  #connect(source: Observable<T>, audience: Subject<T>, first: Subscriber<T>): void {
    this.#isComplete = false;
    // Not the child of a subscriber: it ends with the last of them.
    this.#connection = looseRelay<T, T>(first, {
      next: (value) => {
        this.#latest = { value, at: now() };
        audience.next(value);
      },
      complete: () => {
        this.#isComplete = true;
        this.#audience = null;
        audience.complete();
      },
      error: (error) => {
        this.#audience = null;
        audience.error(error);
      },
    });
    source.subscribe(this.#connection);
  }

  #leave(audience: Subject<T>): void {
    if (this.#audience !== audience || audience.observed) return;
    this.#audience = null;
    this.#connection?.unsubscribe();
  }
}
