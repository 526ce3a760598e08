import type { Scope } from '../ownership/scope.js';
import { BusObservable, type Connection } from './bus-observable.js';
import type { StreamOwner } from './stream-owner.js';

interface Sink<T> {
  readonly next: (value: T) => unknown;
  readonly complete: () => void;
}

/** What a feed does when somebody begins to look, and when nobody looks any more. */
export interface FeedOptions {
  readonly onFirst?: () => void;
  readonly onLast?: () => void;
  /** Takes what a subscriber throws. */
  readonly onError: (error: unknown) => void;
}

/**
 * What the hub tells of itself: errors, activities, stages. Like the bus it has one order for all
 * and isolates its subscribers; unlike the bus it has no types and makes no events.
 */
export class Feed<T> {
  readonly #options: FeedOptions;
  readonly #sinks = new Set<Sink<T>>();
  readonly #waiting: T[] = [];
  #isEmitting = false;
  #isComplete = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  emit(value: T): void {
    if (this.#sinks.size === 0) return;
    this.#waiting.push(value);
    if (this.#isEmitting) return;
    this.#isEmitting = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
      for (const sink of [...this.#sinks]) this.#attempt(() => sink.next(next));
    this.#isEmitting = false;
  }

  complete(): void {
    this.#isComplete = true;
    for (const sink of [...this.#sinks]) this.#attempt(sink.complete);
    this.#sinks.clear();
  }

  /** The feed as a stream of `owner`; with `now` it begins with what is. */
  observable(owner: StreamOwner, now?: () => T): BusObservable<T> {
    return new BusObservable<T>(owner, (hear, stream, name) => {
      const next = (value: T): void => {
        const result = hear(value);
        if (result !== undefined) owner.follow(result, name);
      };
      if (now) this.#attempt(() => next(now()));
      if (this.#isComplete) {
        this.#attempt(() => stream.complete());
        return [];
      }
      return [this.#connect({ next, complete: () => stream.complete() }, owner.fence.scope)];
    });
  }

  #connect(sink: Sink<T>, scope: Scope): Connection {
    this.#sinks.add(sink);
    if (this.#sinks.size === 1) this.#options.onFirst?.();
    const remove = (): void => {
      if (this.#sinks.delete(sink) && this.#sinks.size === 0) this.#options.onLast?.();
    };
    return { name: `feed of ${scope.name}`, remove, silence: remove };
  }

  #attempt(fn: () => unknown): void {
    try {
      fn();
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
