import {
  Observable,
  Subject,
  type ObservableNotification,
  type Observer,
  type Subscriber,
} from 'rxjs';
import type { SubscriptionSpan, TimedNotification } from './marble-syntax.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * A stream that plays its diagram anew for everybody who subscribes, from the moment of
 * subscribing. Completes or fails where the diagram says so; unsubscribing ends the playing.
 */
export class ColdStream<T> extends Observable<T> {
  readonly messages: readonly TimedNotification[];
  /** Who listened from when to when, in frames since the stream was made. */
  readonly subscriptions: SubscriptionSpan[] = [];

  constructor(clock: VirtualClock, messages: readonly TimedNotification[]) {
    const log = new SubscriptionLog(clock);
    super((subscriber) => {
      log.add(subscriber, this.subscriptions);
      const start = clock.frame;
      for (const { frame, notification } of messages)
        subscriber.add(
          clock.scheduleAt(start + frame, () =>
            emit(notification, subscriber as Subscriber<unknown>),
          ),
        );
    });
    this.messages = messages;
  }
}

/**
 * A stream that plays its diagram once, from the moment it was made (`^`, if the diagram has
 * one), whether somebody listens or not. Late subscribers see nothing of the past.
 */
export class HotStream<T> extends Observable<T> {
  readonly messages: readonly TimedNotification[];
  /** Who listened from when to when, in frames since the stream was made. */
  readonly subscriptions: SubscriptionSpan[] = [];

  constructor(clock: VirtualClock, messages: readonly TimedNotification[]) {
    const log = new SubscriptionLog(clock);
    const subject = new Subject<T>();
    super((subscriber) => {
      log.add(subscriber, this.subscriptions);
      return subject.subscribe(subscriber);
    });
    this.messages = messages;
    const start = clock.frame;
    // As with RxJS: what the test subscribes in the same breath comes first.
    queueMicrotask(() => {
      for (const { frame, notification } of messages)
        clock.scheduleAt(start + frame, () => emit(notification, subject as Observer<unknown>));
    });
  }
}

class SubscriptionLog {
  readonly #clock: VirtualClock;
  readonly #origin: number;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.#origin = clock.frame;
  }

  add(subscriber: Subscriber<never>, spans: SubscriptionSpan[]): void {
    const subscribedFrame = this.#clock.frame - this.#origin;
    const index = spans.push({ subscribedFrame, unsubscribedFrame: Infinity }) - 1;
    subscriber.add(() => {
      const unsubscribedFrame = this.#clock.frame - this.#origin;
      spans[index] = { subscribedFrame, unsubscribedFrame };
    });
  }
}

function emit(notification: ObservableNotification<unknown>, observer: Observer<unknown>): void {
  if (notification.kind === 'N') observer.next(notification.value);
  else if (notification.kind === 'E') observer.error(notification.error);
  else observer.complete();
}
