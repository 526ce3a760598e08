import { type Observable, type OperatorFunction, Subscriber, type TeardownLogic } from 'rxjs';
/* eslint-disable @typescript-eslint/no-deprecated -- rxjs has no other door for operators that keep
   the class of their source, and a stream of the bus must stay one: its owner ends it. */

/**
 * Makes an operator that no composition gives. `connect` is called for every subscription; it
 * subscribes to the source with a `relay`, never with a plain observer, which would be taken for
 * the end of the pipeline. What it throws is passed on as an error.
 */
export function operate<T, R>(
  connect: (source: Observable<T>, subscriber: Subscriber<R>) => TeardownLogic,
): OperatorFunction<T, R> {
  return (stream) =>
    stream.lift<R>({
      call: (subscriber: Subscriber<R>, source: Observable<T>): TeardownLogic => {
        try {
          return connect(source, subscriber);
        } catch (error) {
          subscriber.error(error);
        }
      },
    });
}

/** What an operator does with what comes from its source. */
export interface RelayHandlers<T> {
  next(value: T): void;
  /** @default completes what comes after */
  complete?(): void;
  /** @default passes the error on */
  error?(error: unknown): void;
}

/**
 * The middle of a pipeline: listens to a source for `subscriber`, and ends with it. An error in a
 * handler goes to `subscriber`.
 */
export function relay<T, R>(subscriber: Subscriber<R>, handlers: RelayHandlers<T>): Subscriber<T> {
  const middle = looseRelay(subscriber, handlers);
  subscriber.add(middle);
  return middle;
}

/** A `relay` that its maker has to end: one of many, of which a Subscription would keep a list. */
export function looseRelay<T, R>(
  subscriber: Subscriber<R>,
  handlers: RelayHandlers<T>,
): Subscriber<T> {
  return new Relay(subscriber, handlers);
}

class Relay<T> extends Subscriber<T> {
  readonly #subscriber: Subscriber<unknown>;
  readonly #handlers: RelayHandlers<T>;

  constructor(subscriber: Subscriber<unknown>, handlers: RelayHandlers<T>) {
    super();
    this.#subscriber = subscriber;
    this.#handlers = handlers;
  }

  protected override _next(value: T): void {
    try {
      this.#handlers.next(value);
    } catch (error) {
      this.#subscriber.error(error);
    }
  }

  protected override _error(error: unknown): void {
    this.#end(() => {
      if (this.#handlers.error) this.#handlers.error(error);
      else this.#subscriber.error(error);
    });
  }

  protected override _complete(): void {
    this.#end(() => {
      if (this.#handlers.complete) this.#handlers.complete();
      else this.#subscriber.complete();
    });
  }

  #end(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      this.#subscriber.error(error);
    } finally {
      this.unsubscribe();
    }
  }
}
