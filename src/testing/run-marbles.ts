import type { Observable } from 'rxjs';
import { InvalidOptionError } from '../errors/input-errors.js';
import { toMs, type Duration } from './durations.js';
import { Recording, subscriptionsToBe, toBe, toEqual, type Expectation } from './expectation.js';
import { ColdStream, HotStream } from './marble-streams.js';
import {
  parseMarbles,
  parseSubscription,
  parseTime,
  type MarbleValues,
  type SubscriptionSpan,
} from './marble-syntax.js';
import { ForgottenAwaitError, MarbleMismatchError } from './testing-errors.js';
import type { VirtualClockOptions } from './clock-options.js';
import { VirtualClock } from './virtual-clock.js';

/** What the body of a marble test is given. All of it may be taken apart: nothing needs `this`. */
export interface MarbleTest {
  /** The clock of this test. */
  readonly clock: VirtualClock;
  /** A stream that plays from the moment the test makes it, or from its `^`. */
  hot<T = string>(diagram: string, values?: MarbleValues<T>, error?: unknown): HotStream<T>;
  /** A stream that plays anew from every subscription. */
  cold<T = string>(diagram: string, values?: MarbleValues<T>, error?: unknown): ColdStream<T>;
  /**
   * Subscribes to a stream now, or where `subscription` (`'--^--!'`) says. What it does is
   * compared when the test ends; frame 0 of all diagrams is the moment of this call.
   */
  expectObservable(stream: Observable<unknown>, subscription?: string): StreamExpectation;
  /** Compares the `subscriptions` of a stream from `hot` or `cold` when the test ends. */
  expectSubscriptions(spans: readonly SubscriptionSpan[]): SubscriptionExpectation;
  /** Calls `fn` at a frame, counted from the beginning of the test; it may be async. */
  at(frame: Duration, fn: () => unknown): void;
  /** Lets virtual time pass; `VirtualClock.advance`. */
  advance(span?: Duration): Promise<void>;
  /** The milliseconds up to the `|`: `time('---|')` is 3. */
  time(diagram: string): number;
}

/** What can be expected of a stream. */
export interface StreamExpectation {
  toBe(diagram: string, values?: MarbleValues, error?: unknown): void;
  toEqual(other: Observable<unknown>): void;
}

/** What can be expected of the subscriptions to a stream. */
export interface SubscriptionExpectation {
  toBe(diagrams: string | readonly string[]): void;
}

/** What an extension adds to a marble test. */
export interface MarbleExtension {
  /** Cleans up, still in virtual time, after the expectations were checked or the body failed. */
  finish?: () => Promise<void> | void;
}

/**
 * Runs `body` in virtual time with what `extend` adds to its tools: the extension point on which
 * `marbles` and tests with a hub are built.
 *
 * Time passes by itself while the body awaits something. After it has ended, all runs on to the
 * last frame that a diagram speaks about, then as long as timers wait, but for at most 1,000 of
 * them more. Then the expectations are checked, `finish` of the extension is awaited, and real
 * time is put back, whatever happened.
 */
export async function runMarbles<E extends object>(
  extend: (test: MarbleTest, clock: VirtualClock) => E & MarbleExtension,
  body: (test: MarbleTest & E) => unknown,
  options: VirtualClockOptions = {},
): Promise<void> {
  const clock = VirtualClock.install(options);
  try {
    const run = new MarbleRun(clock);
    const extension = extend(run.test, clock);
    Object.defineProperties(run.test, Object.getOwnPropertyDescriptors(extension));
    const failures: unknown[] = [];
    const note = (error: unknown): number => failures.push(error);
    await run.whole(() => body(run.test as MarbleTest & E)).catch(note);
    run.close();
    await run.settled(() => extension.finish?.(), 'the end of the test extension').catch(note);
    run.refuseLateness(note);
    if (failures.length > 0) throw failures[0];
  } finally {
    clock.uninstall();
  }
}

/** One marble test while it runs. */
class MarbleRun {
  readonly test: MarbleTest;
  readonly #clock: VirtualClock;
  readonly #expectations: Expectation[] = [];
  readonly #steps: Promise<unknown>[] = [];
  #isOver = false;
  #late: Error | undefined;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
    this.test = {
      clock,
      hot: (diagram, values, error) => new HotStream(clock, parseMarbles(diagram, values, error)),
      cold: (diagram, values, error) => new ColdStream(clock, parseMarbles(diagram, values, error)),
      expectObservable: (stream, subscription) => this.#expectObservable(stream, subscription),
      expectSubscriptions: (spans) => this.#expectSubscriptions(spans),
      at: (frame, fn) => this.#at(toMs(frame), fn),
      advance: (span) => clock.advance(span),
      time: parseTime,
    };
  }

  /** The test from its body to its verdict. */
  async whole(body: () => unknown): Promise<void> {
    await this.settled(body, 'the body of the marble test');
    if (this.#clock.isAdvancing)
      throw new ForgottenAwaitError(
        'The body of the test ended while `advance` was still running: put `await` in front of it.',
      );
    await this.#runOn();
    // Before anything is closed: that would end the subscriptions that are expected to last.
    const failures = this.#expectations
      .map((one) => one.check())
      .filter((one) => one !== undefined);
    if (failures.length > 0) throw all(failures);
  }

  /** Waits for `work` while time passes by itself. */
  async settled(work: () => unknown, what: string): Promise<void> {
    let isSettled = false;
    const ended = (async () => work())().finally(() => (isSettled = true));
    ended.catch(() => undefined); // reported below, unless the clock fails first
    await this.#clock.advanceUntil(() => isSettled, { what });
    await ended;
  }

  /** From here on nothing is recorded, and nothing more may be expected. */
  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const one of this.#expectations) one.close();
  }

  /** Notes what somebody expected when it was too late. */
  refuseLateness(note: (error: unknown) => void): void {
    if (this.#late) note(this.#late);
  }

  async #runOn(): Promise<void> {
    const clock = this.#clock;
    let stepsSeen: number;
    do {
      stepsSeen = this.#steps.length;
      const horizon = Math.max(0, ...this.#expectations.map((one) => one.horizon));
      // At least once, so that what is due at this very instant has run.
      await clock.advance(Math.max(0, horizon - clock.frame));
      const before = clock.timersRun;
      const isDone = (): boolean => {
        if (clock.busy?.()) return false;
        const isOpenEnded = this.#expectations.some((one) => one.isOpenEnded);
        const limit = isOpenEnded ? MAX_TIMERS_WHEN_COMPARING : MAX_TIMERS_AFTERWARDS;
        return clock.pendingCount === 0 || clock.timersRun - before >= limit;
      };
      await clock.advanceUntil(isDone, { maxMs: Number.MAX_SAFE_INTEGER });
      await this.settled(() => Promise.all(this.#steps), 'what `at` had started');
    } while (
      this.#steps.length > stepsSeen ||
      this.#expectations.some((one) => one.horizon > clock.frame)
    );
  }

  #expectObservable(stream: Observable<unknown>, subscription?: string): StreamExpectation {
    this.#refuseWhenOver('expectObservable');
    const span = subscription === undefined ? undefined : parseSubscription(subscription);
    const from = span && span.subscribedFrame !== Infinity ? span.subscribedFrame : 0;
    const listening = { from, to: span?.unsubscribedFrame ?? Infinity };
    const record = (one: Observable<unknown>): Recording =>
      new Recording(this.#clock, one, listening);
    const actual = record(stream);
    const expect = this.#promise(actual);
    return {
      toBe: (diagram, values, error) => expect(toBe(actual, diagram, values, error)),
      toEqual: (other) => expect(toEqual(actual, record(other))),
    };
  }

  #expectSubscriptions(spans: readonly SubscriptionSpan[]): SubscriptionExpectation {
    this.#refuseWhenOver('expectSubscriptions');
    const expect = this.#promise();
    return { toBe: (diagrams) => expect(subscriptionsToBe(this.#clock, spans, diagrams)) };
  }

  // Until something is expected, the expectation stands for its own absence.
  #promise(recording?: Recording): (expectation: Expectation) => void {
    const index = this.#expectations.push({
      horizon: 0,
      isOpenEnded: false,
      close: () => recording?.close(),
      check: () => new MarbleMismatchError('An expectation has no `toBe`, so it expects nothing.'),
    });
    return (expectation) => {
      this.#expectations[index - 1] = expectation;
    };
  }

  #at(frame: number, fn: () => unknown): void {
    if (frame < this.#clock.frame)
      throw new InvalidOptionError(
        `\`at(${frame})\` is in the past: it is ${this.#clock.frame} ms.`,
      );
    const step = new Promise((resolve) => {
      this.#clock.scheduleAt(frame, () => resolve((async () => fn())()));
    });
    step.catch(() => undefined);
    this.#steps.push(step);
  }

  #refuseWhenOver(what: string): void {
    if (!this.#isOver) return;
    this.#late = new ForgottenAwaitError(
      `\`${what}\` was called after the test had ended: something in its body is not awaited.`,
    );
    throw this.#late;
  }
}

function all(failures: readonly Error[]): Error {
  const [first] = failures;
  if (first === undefined || failures.length === 1) return first ?? new Error();
  const message = failures.map((one, i) => `${i + 1}. ${one.message}`).join('\n');
  const error = new MarbleMismatchError(`${failures.length} expectations failed.\n\n${message}`, {
    cause: first,
  });
  const frames = (first.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  error.stack = `${error.name}: ${error.message}\n${frames.join('\n')}`;
  return error;
}

const MAX_TIMERS_AFTERWARDS = 1_000;
const MAX_TIMERS_WHEN_COMPARING = 100_000;
