import {
  isObservable,
  type Observable,
  type OperatorFunction,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import { currentExecution, Execution, runSync } from '../causality/execution.js';
import { isThenable } from '../clock/is-thenable.js';
import { CancelledError, OverflowError } from '../errors/work-errors.js';
import { checkCount, checkFunction, checkOneOf } from '../errors/check-option.js';
import { looseRelay, operate, relay } from './operate.js';
import { ValueQueue } from './value-queue.js';

/** How many may wait, and what happens to one more. */
export interface LimitConcurrencyOptions<T> {
  /** Values that may wait: a whole number from 0 up, or `Infinity`. @default 1000 */
  readonly maxQueue?: number | undefined;
  /**
   * What happens to a value for which there is no room. `drop-newest`: it is dropped.
   * `drop-oldest`: the one that has waited longest is dropped in its place. `error`: the stream
   * fails with an `OverflowError`. @default 'drop-newest'
   */
  readonly overflow?: 'drop-oldest' | 'drop-newest' | 'error' | undefined;
  /** Told of every value that is dropped, and how many that makes for this subscriber. */
  readonly onDrop?: ((value: T, dropped: number) => void) | undefined;
}

/** What comes out of a project: the values of an Observable, of a promise, or itself. */
export type Projected<R> = R extends Observable<infer V> ? V : Awaited<R>;

const OVERFLOWS: readonly string[] = ['drop-oldest', 'drop-newest', 'error'];

/**
 * Works on at most `limit` values at once and lets the others wait, like `mergeMap` with a limit
 * whose queue is bounded.
 *
 *     values                          -ab-c-----|
 *     limitConcurrency(2, project)    ----ab-c--|    each takes 3; c waits for a
 *
 * `project` is called in the order of the values and gives a promise, an Observable or a plain
 * value (lists, too, are plain values); what comes of it is passed on as it comes. Its signal
 * aborts when the result is not wanted any more. A value that waited is worked on with the cause
 * that it came with. At most `maxQueue` values wait, 1,000 unless told otherwise; one more is
 * dropped and counted (`onDrop`), or fails the stream.
 *
 * Completes when the source has, and all that runs or waits is done. An error, of the source or of
 * a project, passes at once; that and unsubscribing abort what runs and drop what waits. Each
 * subscriber has work of its own.
 *
 * @param limit A whole number from 1 up.
 * @throws InvalidOptionError naming the option and the value.
 */
export function limitConcurrency<T, R>(
  limit: number,
  project: (value: T, signal: AbortSignal) => R,
  options: LimitConcurrencyOptions<T> = {},
): OperatorFunction<T, Projected<R>> {
  const { maxQueue = 1_000, overflow = 'drop-newest', onDrop } = options;
  checkCount('limit', limit);
  checkFunction('project', project);
  checkCount('maxQueue', maxQueue, { least: 0, orInfinity: true });
  checkOneOf('overflow', overflow, OVERFLOWS);
  return operate((source, subscriber) => {
    const runs = new Runs<T, R>(limit, project, subscriber);
    let dropped = 0;
    subscriber.add(() => runs.close());
    source.subscribe(
      relay<T, Projected<R>>(subscriber, {
        next: (value) => {
          if (runs.hasRoom) runs.start(value);
          else if (runs.waiting < maxQueue) runs.wait(value);
          else if (overflow === 'error')
            throw new OverflowError(
              `There is no room for another value: ${limit} run and ${maxQueue} wait already.`,
            );
          else {
            const isOldest = overflow === 'drop-oldest' && runs.waiting > 0;
            const victim = isOldest ? runs.takeOldest() : value;
            if (isOldest) runs.wait(value);
            onDrop?.(victim, ++dropped);
          }
        },
        complete: () => runs.finish(),
      }),
    );
  });
}

interface Waiting<T> {
  readonly value: T;
  readonly cause: Execution | undefined;
}

interface Run {
  readonly controller: AbortController;
  inner: Subscription | undefined;
}

/** What runs and what waits for one subscriber. */
class Runs<T, R> {
  readonly #limit: number;
  readonly #project: (value: T, signal: AbortSignal) => R;
  readonly #results: Subscriber<Projected<R>>;
  #waiting = new ValueQueue<Waiting<T>>();
  // Not children of the subscriber: a Subscription searches its list for each that ends.
  readonly #running = new Set<Run>();
  #isFinishing = false;
  #isPumping = false;

  constructor(
    limit: number,
    project: (value: T, signal: AbortSignal) => R,
    results: Subscriber<Projected<R>>,
  ) {
    this.#limit = limit;
    this.#project = project;
    this.#results = results;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get hasRoom(): boolean {
    return this.#waiting.size === 0 && this.#running.size < this.#limit;
  }

  wait(value: T): void {
    this.#waiting.push({ value, cause: cause() });
  }

  takeOldest(): T {
    return this.#waiting.shift().value;
  }

  start(value: T): void {
    const run: Run = { controller: new AbortController(), inner: undefined };
    this.#running.add(run);
    try {
      this.#follow(run, this.#project(value, run.controller.signal));
    } catch (error) {
      this.#failed(run, error);
    }
  }

  /** No more values come. */
  finish(): void {
    this.#isFinishing = true;
    this.#pump();
  }

  /** The results are not wanted any more. */
  close(): void {
    this.#waiting = new ValueQueue();
    if (this.#running.size === 0) return;
    const running = [...this.#running];
    this.#running.clear();
    const reason = new CancelledError('The results of `limitConcurrency` are not wanted any more.');
    for (const { controller, inner } of running) {
      inner?.unsubscribe();
      controller.abort(reason);
    }
  }

  #follow(run: Run, result: R): void {
    const next = (value: unknown): void => this.#results.next(value as Projected<R>);
    if (isObservable(result)) {
      const inner = looseRelay<unknown, unknown>(this.#results, {
        next,
        complete: () => this.#ended(run),
        error: (error) => this.#failed(run, error),
      });
      run.inner = inner;
      // Not if the project itself has led to unsubscribing.
      if (this.#running.has(run)) result.subscribe(inner);
    } else if (isThenable(result)) {
      result.then(
        (value) => {
          next(value);
          this.#ended(run);
        },
        (error: unknown) => this.#failed(run, error),
      );
    } else {
      next(result);
      this.#ended(run);
    }
  }

  #failed(run: Run, error: unknown): void {
    if (this.#running.delete(run)) this.#results.error(error);
  }

  #ended(run: Run): void {
    this.#running.delete(run);
    this.#pump();
  }

  /** Starts what waits, in a loop, so that many results at once do not nest. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#waiting.size > 0 && this.#running.size < this.#limit) {
      const { value, cause } = this.#waiting.shift();
      // Not with the cause of what has ended just now.
      runSync(cause, () => this.start(value));
    }
    this.#isPumping = false;
    if (this.#isFinishing && this.#running.size === 0) this.#results.complete();
  }
}

/** What is running now, for later: the dispatcher uses one execution for many events. */
function cause(): Execution | undefined {
  const running = currentExecution();
  return running && new Execution(running.hub, running.context, null, 0, running.owner);
}
