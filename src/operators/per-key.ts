import { type Observable, type OperatorFunction, Subject, type Subscriber } from 'rxjs';
import { after, type CancelTimer } from '../clock/clock.js';
import { checkCount, checkFunction, checkMs } from '../errors/check-option.js';
import { looseRelay, operate, relay } from './operate.js';

/** When the state of a key is freed. */
export interface PerKeyOptions<K> {
  /**
   * Milliseconds without a value of the key, neither in nor out, after which it is forgotten;
   * above 0. What its pipeline then holds back is lost, so it has to be longer than anything in
   * there waits. @default Infinity: never for this reason
   */
  readonly idleMs?: number | undefined;
  /**
   * Keys at the same time: a whole number from 1 up, or `Infinity`. For one more the key that has
   * been idle longest is forgotten. @default 10000
   */
  readonly maxKeys?: number | undefined;
  /** Told of every key that `maxKeys` made it forget, and how many that makes. */
  readonly onDrop?: ((key: K, dropped: number) => void) | undefined;
}

/**
 * Applies an operator to the values of each key as if they were a stream of their own, and merges
 * what comes out.
 *
 *     doors.pipe(perKey(({ data }) => data.entityId, heldFor(60_000, 'on')))
 *
 *     values                         -a-b-A--B--|    one key for a and A
 *     perKey(keyOf, pairwise())      -----x--y--|    x = [a, A], y = [b, B]
 *
 * What an operator holds back cannot be seen from outside, so silence alone does not end a key. It
 * is forgotten, and its next value begins anew, when
 * - its pipeline completes by itself (`take`, `first`); so a pipeline can say when it is done;
 * - more than `maxKeys` keys are there: the one idle longest has to go, and is counted;
 * - nothing came in or out for `idleMs`, if you have set it.
 *
 * The last two unsubscribe the key's pipeline without completing it, so nothing is let go early,
 * and what it held back is lost.
 *
 * Completion completes the streams of all keys; it completes itself when their pipelines have. An
 * error, of the source or of one pipeline, passes at once and ends all: put `keepAlive` inside to
 * go on. Unsubscribing ends all pipelines. Each subscriber has pipelines of its own.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function perKey<T, K, R>(
  keyOf: (value: T) => K,
  operator: (values: Observable<NoInfer<T>>, key: NoInfer<K>) => Observable<R>,
  options: PerKeyOptions<K> = {},
): OperatorFunction<T, R> {
  const { idleMs = Infinity, maxKeys = 10_000, onDrop } = options;
  checkFunction('keyOf', keyOf);
  checkFunction('operator', operator);
  checkMs('idleMs', idleMs, { orInfinity: true });
  checkCount('maxKeys', maxKeys, { orInfinity: true });
  return operate((source, subscriber) => {
    const connect: Connect<T, K, R> = (values, key, results) =>
      operator(values, key).subscribe(results);
    const lines = new Lines(connect, idleMs, subscriber);
    let dropped = 0;
    subscriber.add(() => lines.close());
    source.subscribe(
      relay<T, R>(subscriber, {
        next: (value) => {
          const key = keyOf(value);
          if (lines.size >= maxKeys && !lines.has(key)) onDrop?.(lines.dropIdlest(), ++dropped);
          lines.next(key, value);
        },
        complete: () => lines.complete(),
      }),
    );
  });
}

type Connect<T, K, R> = (values: Observable<T>, key: K, results: Subscriber<R>) => void;

/** The stream of one key and what is made of it. */
interface Line<T, R> {
  readonly values: Subject<T>;
  readonly results: Subscriber<R>;
  cancelIdle: CancelTimer | undefined;
}

/** The lines of one subscriber, the one idle longest first. */
class Lines<T, K, R> {
  readonly #connect: Connect<T, K, R>;
  readonly #idleMs: number;
  readonly #results: Subscriber<R>;
  readonly #byKey = new Map<K, Line<T, R>>();
  #isComplete = false;

  constructor(connect: Connect<T, K, R>, idleMs: number, results: Subscriber<R>) {
    this.#connect = connect;
    this.#idleMs = idleMs;
    this.#results = results;
  }

  get size(): number {
    return this.#byKey.size;
  }

  has(key: K): boolean {
    return this.#byKey.has(key);
  }

  next(key: K, value: T): void {
    const known = this.#byKey.get(key);
    if (known) this.#touch(key, known);
    (known ?? this.#begin(key)).values.next(value);
  }

  /** No more values come. */
  complete(): void {
    this.#isComplete = true;
    for (const { values } of [...this.#byKey.values()]) values.complete();
    this.#completeIfDone();
  }

  dropIdlest(): K {
    const [first] = this.#byKey;
    const [key, line] = first as [K, Line<T, R>];
    this.#drop(key, line);
    return key;
  }

  close(): void {
    for (const [key, line] of [...this.#byKey]) this.#drop(key, line);
  }

  #begin(key: K): Line<T, R> {
    const values = new Subject<T>();
    const results: Subscriber<R> = looseRelay<R, R>(this.#results, {
      next: (result) => {
        this.#touch(key, line);
        this.#results.next(result);
      },
      complete: () => {
        this.#forget(key, line);
        this.#completeIfDone();
      },
    });
    const line: Line<T, R> = { values, results, cancelIdle: undefined };
    this.#byKey.set(key, line);
    this.#touch(key, line);
    this.#connect(values, key, results);
    return line;
  }

  /** Makes a line the one that is idle shortest. */
  #touch(key: K, line: Line<T, R>): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, line);
    if (this.#idleMs === Infinity) return;
    line.cancelIdle?.();
    line.cancelIdle = after(this.#idleMs, () => {
      this.#drop(key, line);
      this.#completeIfDone();
    });
  }

  #forget(key: K, line: Line<T, R>): void {
    line.cancelIdle?.();
    this.#byKey.delete(key);
  }

  /** Ends a line without completing it, which would let go what it holds back. */
  #drop(key: K, line: Line<T, R>): void {
    this.#forget(key, line);
    line.results.unsubscribe();
  }

  #completeIfDone(): void {
    if (this.#isComplete && this.#byKey.size === 0) this.#results.complete();
  }
}
