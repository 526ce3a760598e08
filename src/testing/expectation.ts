import { isObservable, type Observable, type ObservableNotification } from 'rxjs';
import { userStack } from './call-site.js';
import {
  parseMarbles,
  parseSubscription,
  type MarbleValues,
  type SubscriptionSpan,
  type TimedNotification,
} from './marble-syntax.js';
import { ColdStream } from './marble-streams.js';
import { streamMismatch, subscriptionMismatch } from './mismatch.js';
import { MarbleMismatchError } from './testing-errors.js';
import type { VirtualClock } from './virtual-clock.js';

/** One `expectObservable(…)` or `expectSubscriptions(…)`, checked when the test ends. */
export interface Expectation {
  /** The last frame that its diagrams speak about. */
  readonly horizon: number;
  /** Whether it compares two streams of unknown length. */
  readonly isOpenEnded: boolean;
  /** The body is over, and so are all diagrams. */
  endOfTest?(): void;
  /** Stops listening. */
  close(): void;
  /** The error that tells how it failed. */
  check(): Error | undefined;
}

/** Listens to a stream, and notes what it does in frames since the expectation was made. */
export class Recording {
  readonly messages: TimedNotification[] = [];
  readonly horizon: number;
  readonly origin: number;
  /** What is expected of it, once that is known. */
  expected: readonly TimedNotification[] | undefined;
  #isClosed = false;
  readonly #stop: () => void;

  constructor(clock: VirtualClock, stream: Observable<unknown>, { from, to }: Listening) {
    this.origin = clock.frame;
    let cancel = (): void => undefined;
    const start = clock.scheduleAt(this.origin + from, () => {
      const subscription = stream.subscribe(
        observer((notification) => this.#note(clock, notification)),
      );
      cancel = () => subscription.unsubscribe();
      if (this.#isClosed) cancel();
    });
    this.#stop = () => {
      this.#isClosed = true;
      start();
      cancel();
    };
    if (to !== Infinity) clock.scheduleAt(this.origin + to, this.#stop);
    this.horizon = to === Infinity ? from : to;
  }

  get isOpen(): boolean {
    return !this.#isClosed;
  }

  close(): void {
    this.#stop();
  }

  #note(clock: VirtualClock, notification: ObservableNotification<unknown>): void {
    if (this.#isClosed) return;
    this.messages.push(noted(clock, this.origin, notification));
    const hasEnded = notification.kind !== 'N';
    if (hasEnded) this.#isClosed = true;
    else if (this.expected && this.#isTooLate(clock, this.expected)) this.#stop();
  }

  // Something after the last thing expected: more of it would only lengthen the drawing.
  #isTooLate(clock: VirtualClock, expected: readonly TimedNotification[]): boolean {
    return clock.frame - this.origin > Math.max(this.horizon, expected.at(-1)?.frame ?? 0);
  }
}

/** When an expectation listens, in frames since it was made. */
export interface Listening {
  readonly from: number;
  readonly to: number;
}

/** `expectObservable(…).toBe(…)`. */
export function toBe(
  actual: Recording,
  diagram: string,
  values?: MarbleValues,
  error?: unknown,
): Expectation {
  const stack = userStack();
  const messages = parseMarbles(diagram, values, error).map(({ frame, notification }) => ({
    frame,
    notification: withInnerMessages(notification),
  }));
  actual.expected = messages;
  return {
    horizon: actual.origin + Math.max(actual.horizon, messages.at(-1)?.frame ?? 0),
    isOpenEnded: false,
    close: () => actual.close(),
    check: () =>
      failure('The stream', streamMismatch(actual.messages, { messages, values }), stack),
  };
}

/** `expectObservable(…).toEqual(…)`. */
export function toEqual(actual: Recording, expected: Recording): Expectation {
  const stack = userStack();
  return {
    horizon: actual.origin + actual.horizon,
    get isOpenEnded() {
      return actual.isOpen || expected.isOpen;
    },
    close: () => {
      actual.close();
      expected.close();
    },
    check: () => failure('The stream', streamMismatch(actual.messages, expected), stack),
  };
}

/** `expectSubscriptions(…).toBe(…)`. */
export function subscriptionsToBe(
  clock: VirtualClock,
  actual: readonly SubscriptionSpan[],
  diagrams: string | readonly string[],
): Expectation {
  const stack = userStack();
  const expected = [diagrams]
    .flat()
    .map(parseSubscription)
    .filter(({ subscribedFrame }) => subscribedFrame !== Infinity);
  const frames = expected.flatMap((span) => [span.subscribedFrame, span.unsubscribedFrame]);
  return {
    horizon: clock.frame + Math.max(0, ...frames.filter((frame) => frame !== Infinity)),
    isOpenEnded: false,
    close: () => undefined,
    check: () => failure('The subscriptions', subscriptionMismatch(actual, expected), stack),
  };
}

/** The error for what was drawn, with the stack of the expectation. */
export function failure(
  what: string,
  drawing: string | undefined,
  stack: string,
): Error | undefined {
  if (drawing === undefined) return undefined;
  const error = new MarbleMismatchError(`${what} did not do what was expected.\n\n${drawing}\n`);
  // The place that the user wants to see is the expectation, not the end of the test.
  error.stack = `${error.name}: ${error.message}\n${stack}`;
  return error;
}

/** What an inner stream does, in frames since it came out of the outer one. */
class InnerStream {
  readonly messages: readonly TimedNotification[];

  constructor(messages: readonly TimedNotification[]) {
    this.messages = messages;
  }
}

function noted(
  clock: VirtualClock,
  origin: number,
  notification: ObservableNotification<unknown>,
): TimedNotification {
  const { frame } = clock;
  if (notification.kind !== 'N' || !isObservable(notification.value))
    return { frame: frame - origin, notification };
  const messages: TimedNotification[] = [];
  notification.value.subscribe(observer((inner) => messages.push(noted(clock, frame, inner))));
  return { frame: frame - origin, notification: { kind: 'N', value: new InnerStream(messages) } };
}

function withInnerMessages(
  notification: ObservableNotification<unknown>,
): ObservableNotification<unknown> {
  return notification.kind === 'N' && notification.value instanceof ColdStream
    ? { kind: 'N', value: new InnerStream(notification.value.messages) }
    : notification;
}

function observer(note: (notification: ObservableNotification<unknown>) => void): {
  next: (value: unknown) => void;
  error: (error: unknown) => void;
  complete: () => void;
} {
  return {
    next: (value) => note({ kind: 'N', value }),
    error: (error: unknown) => note({ kind: 'E', error }),
    complete: () => note({ kind: 'C' }),
  };
}
