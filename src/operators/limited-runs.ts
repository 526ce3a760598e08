import { isObservable, type Subscriber, type Subscription } from 'rxjs';
import { currentExecution, Execution, runSync } from '../causality/execution.js';
import { isThenable } from '../clock/is-thenable.js';
import { CancelledError } from '../errors/work-errors.js';
import { looseRelay } from './operate.js';
import { ValueQueue } from './value-queue.js';

/** Where one value after the other is worked on, so that none needs handlers of its own. */
class Place {
  readonly succeed: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
  /** The how-manieth value is worked on here; 0 if none is. */
  number = 0;
  controller: AbortController | undefined = undefined;
  inner: Subscription | undefined = undefined;

  constructor(succeed: (value: unknown) => void, fail: (error: unknown) => void) {
    this.succeed = succeed;
    this.fail = fail;
  }
}

type Project<T> = (value: T, signal: AbortSignal) => unknown;

/** What runs and what waits for one subscriber of `limitConcurrency`. */
export class LimitedRuns<T> {
  readonly #limit: number;
  readonly #project: Project<T>;
  readonly #givesSignal: boolean;
  readonly #results: Subscriber<unknown>;
  // Side by side, and not as pairs: of a burst most of the cost would be making those.
  #waiting = new ValueQueue<T>();
  #causes = new ValueQueue<Execution | undefined>();
  readonly #places: Place[] = [];
  readonly #free: Place[] = [];
  #running = 0;
  #begun = 0;
  #isFinishing = false;
  #isPumping = false;

  constructor(limit: number, project: Project<T>, results: Subscriber<unknown>) {
    this.#limit = limit;
    this.#project = project;
    // A signal costs many times what all else does: a project that declares none gets none.
    this.#givesSignal = project.length !== 1;
    this.#results = results;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get hasRoom(): boolean {
    return this.#waiting.size === 0 && this.#running < this.#limit;
  }

  wait(value: T): void {
    this.#waiting.push(value);
    this.#causes.push(cause());
  }

  takeOldest(): T {
    this.#causes.shift();
    return this.#waiting.shift();
  }

  start(value: T): void {
    const place = this.#free.pop() ?? this.#newPlace();
    place.number = ++this.#begun;
    if (this.#givesSignal) place.controller = new AbortController();
    this.#running++;
    try {
      this.#follow(place, this.#project(value, place.controller?.signal as AbortSignal));
    } catch (error) {
      this.#failed(place, error);
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
    this.#causes = new ValueQueue();
    if (this.#running === 0) return;
    const running = this.#places.filter(({ number }) => number > 0);
    running.sort((a, b) => a.number - b.number);
    this.#running = 0;
    for (const place of running) place.number = 0;
    const reason = new CancelledError('The results of `limitConcurrency` are not wanted any more.');
    for (const { controller, inner } of running) {
      inner?.unsubscribe();
      controller?.abort(reason);
    }
  }

  #newPlace(): Place {
    const place = new Place(
      (value) => {
        this.#results.next(value);
        this.#ended(place);
      },
      (error) => this.#failed(place, error),
    );
    this.#places.push(place);
    return place;
  }

  #follow(place: Place, result: unknown): void {
    if (isObservable(result)) {
      const inner = looseRelay<unknown, unknown>(this.#results, {
        next: (value) => this.#results.next(value),
        complete: () => this.#ended(place),
        error: place.fail,
      });
      // Not if the project itself has led to unsubscribing.
      if (place.number === 0) return;
      place.inner = inner;
      result.subscribe(inner);
    }
    // A promise as it is; what only looks like one is heard once, whatever it does.
    else if (isThenable(result)) void Promise.resolve(result).then(place.succeed, place.fail);
    else place.succeed(result);
  }

  #failed(place: Place, error: unknown): void {
    if (this.#leave(place)) this.#results.error(error);
  }

  #ended(place: Place): void {
    if (this.#leave(place)) this.#pump();
  }

  /** Whether it was there: closing has emptied all places. */
  #leave(place: Place): boolean {
    if (place.number === 0) return false;
    place.number = 0;
    place.controller = place.inner = undefined;
    this.#free.push(place);
    this.#running--;
    return true;
  }

  /** Starts what waits, in a loop, so that many results at once do not nest. */
  #pump(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    while (this.#waiting.size > 0 && this.#running < this.#limit) {
      const value = this.#waiting.shift();
      const cause = this.#causes.shift();
      // Not with the cause of what has ended just now.
      if (cause === currentExecution()) this.start(value);
      else runSync(cause, () => this.start(value));
    }
    this.#isPumping = false;
    if (this.#isFinishing && this.#running === 0) this.#results.complete();
  }
}

/** What is running now, for later: the dispatcher uses one execution for many events. */
function cause(): Execution | undefined {
  const running = currentExecution();
  if (running === undefined) return undefined;
  const { hub, context, activity, owner, event } = running;
  return new Execution(hub, context, null, activity, owner, event);
}
