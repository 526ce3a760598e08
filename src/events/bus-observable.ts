import { Observable, type Observer, type Operator, Subscriber, Subscription } from 'rxjs';
import { type Connection, DirectSubscription } from './direct-subscription.js';
import { FinalSubscriber } from './final-subscriber.js';
import type { Completable } from './listener-node.js';
import { attachTo, type StreamOwner } from './stream-owner.js';

export type { Connection } from './direct-subscription.js';

/** Connects what a stream calls with its source, under the name in which it fails. */
export type Connect<T> = (
  next: (value: T) => unknown,
  stream: Completable,
  name: string,
) => readonly Connection[];

type Listening<T> = Partial<Observer<T>> | ((value: T) => void);

/**
 * A hot stream of the bus, and of everything piped from it.
 *
 * - It completes when the hub has stopped; after that, at once. Late subscribers see nothing of
 *   the past.
 * - What a subscriber throws is reported and changes nothing: neither for the others, nor for
 *   itself. An error inside a pipeline ends that pipeline (`keepAlive` goes on) and is reported
 *   unless the subscriber has an `error` handler; it never becomes an uncaught exception.
 * - The subscription at the end of a pipeline belongs to the scope of the stream: when that
 *   closes it is unsubscribed, inner `interval`s included, without completing, so that nothing
 *   held back (`debounceTime`) is let go. Streams combined by a creation function (`merge`) have
 *   another end: give them `untilUnload(scope)`.
 *
 * RxJS asks its source for `lift` in every operator, so this class comes along through `pipe`.
 */
export class BusObservable<T> extends Observable<T> {
  readonly #owner: StreamOwner;
  readonly #connect: Connect<T> | undefined;

  constructor(owner: StreamOwner, connect?: Connect<T>) {
    super();
    this.#owner = owner;
    this.#connect = connect;
  }

  /**
   * The same stream, connected in another way: for operators that no composition gives. A new
   * Observable would have lost its owner.
   */
  reconnect<R>(
    connect: (source: Observable<T>, subscriber: Subscriber<R>) => Subscription,
  ): Observable<R> {
    return this.lift<R>({
      call: (subscriber: Subscriber<R>, source: Observable<T>) => connect(source, subscriber),
    });
  }

  /** Whose stream it is. */
  get owner(): StreamOwner {
    return this.#owner;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    const lifted = new BusObservable<R>(this.#owner);
    lifted.source = this;
    lifted.operator = operator;
    return lifted;
  }

  override subscribe(listening?: Listening<T>): Subscription;
  override subscribe(
    next?: ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription;
  override subscribe(
    listening?: Listening<T> | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // An operator, which is part of a pipeline with an end of its own.
    if (isSubscriber(listening)) return super.subscribe(listening);
    const { fence, endsWithHub } = this.#owner;
    if (!endsWithHub && fence.blocks('subscribe')) return Subscription.EMPTY;
    // Alone, a function needs no observer: it is called as it is, which is faster.
    if (this.#connect && typeof listening === 'function' && !complete)
      return this.#subscribeDirectly(this.#connect, null, listening);
    const observer: Partial<Observer<T>> =
      typeof listening === 'function' || listening == null
        ? {
            ...(listening && { next: listening }),
            ...(error && { error }),
            ...(complete && { complete }),
          }
        : listening;
    if (this.#connect)
      return this.#subscribeDirectly(this.#connect, observer, observer.next?.bind(observer));
    const subscriber = new FinalSubscriber(observer, this.#owner);
    super.subscribe(subscriber);
    return subscriber;
  }

  /** Without an operator in between, the bus calls the observer itself: as fast as a listener. */
  #subscribeDirectly(
    connect: Connect<T>,
    observer: Partial<Observer<T>> | null,
    next: (value: T) => void = () => undefined,
  ): Subscription {
    const name = (observer ? observer.next?.name : next.name) || 'subscriber';
    const subscription = new DirectSubscription(this.#owner, observer, name);
    subscription.begin(connect(next, subscription, name));
    return subscription;
  }

  /** At the bottom of a pipeline: rxjs calls this for an observable without an operator. @internal */
  _subscribe(subscriber: Subscriber<T>): Subscription {
    // Not bound: V8 can inline closures that have their code in common.
    const next = (value: T): void => subscriber.next(value);
    const connections = this.#connect?.(next, subscriber, 'pipe') ?? [];
    // Also for pipelines whose end the scope does not own, as in `firstValueFrom(merge(…))`.
    const detach = connections.map((connection) => attachTo(this.#owner, connection));
    return new Subscription(() => {
      for (const connection of connections) connection.remove();
      for (const forget of detach) forget();
    });
  }
}

// As rxjs itself tells, so that another copy of rxjs is recognised too.
function isSubscriber(value: unknown): value is Subscriber<unknown> {
  if (value instanceof Subscriber) return true;
  const like = value as Partial<Subscriber<unknown>> | null | undefined;
  return typeof like?.next === 'function' && typeof like.add === 'function' && 'closed' in like;
}
