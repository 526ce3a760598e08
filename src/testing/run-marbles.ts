import type { Observable } from 'rxjs';
import { InvalidOptionError } from '../errors/input-errors.js';
import { toMs, type Duration } from './durations.js';
import { Recording, subscriptionsToBe, toBe, toEqual } from './expectation.js';
import { Expectations } from './expectations.js';
import { ColdStream, HotStream } from './marble-streams.js';
import {
  parseMarbles,
  parseSubscription,
  parseTime,
  type MarbleValues,
  type SubscriptionSpan,
} from './marble-syntax.js';
import { ForgottenAwaitError } from './testing-errors.js';
import { isIdling, stillRunning, untilIdle } from './until-idle.js';
import type { VirtualClockOptions } from './clock-options.js';
import { VirtualClock } from './virtual-clock.js';

/** What the body of a marble test is given. All of it may be taken apart: nothing needs `this`. */
export interface MarbleTest {
  /** The clock of this test. */
  readonly clock: VirtualClock;
  /** A stream that plays from the moment the test makes it, or from its `^`. */
  hot<T = string>(
    this: void,
    diagram: string,
    values?: MarbleValues<T>,
    error?: unknown,
  ): HotStream<T>;
  /** A stream that plays anew from every subscription. */
  cold<T = string>(
    this: void,
    diagram: string,
    values?: MarbleValues<T>,
    error?: unknown,
  ): ColdStream<T>;
  /**
   * Subscribes to a stream now, or where `subscription` (`'--^--!'`) says. What it does is
   * compared when the test ends; frame 0 of all diagrams is the moment of this call.
   */
  expectObservable(
    this: void,
    stream: Observable<unknown>,
    subscription?: string,
  ): StreamExpectation;
  /** Compares the `subscriptions` of a stream from `hot` or `cold` when the test ends. */
  expectSubscriptions(this: void, spans: readonly SubscriptionSpan[]): SubscriptionExpectation;
  /** Calls `fn` at a frame, counted from the beginning of the test; it may be async. */
  at(this: void, frame: Duration, fn: () => unknown): void;
  /** Lets virtual time pass; `VirtualClock.advance`. */
  advance(this: void, span?: Duration): Promise<void>;
  /**
   * Lets virtual time pass until nothing is under way: no timer waits but such as repeat (an
   * interval that has ticked, a timer that was set again by what it led to).
   */
  advanceUntilIdle(this: void): Promise<void>;
  /** The milliseconds up to the `|`: `time('---|')` is 3. */
  time(this: void, diagram: string): number;
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
  /** Names the work that still runs, for the message when the body waits for what never comes. */
  unfinished?: () => readonly string[];
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
  extend: (
    test: MarbleTest,
    clock: VirtualClock,
    expectations: Expectations,
  ) => E & MarbleExtension,
  body: (test: MarbleTest & E) => unknown,
  options: VirtualClockOptions = {},
): Promise<void> {
  const clock = VirtualClock.install(options);
  try {
    const expectations = new Expectations();
    const run = new MarbleRun(clock, expectations);
    const extension = extend(run.test, clock, expectations);
    run.unfinished = () => extension.unfinished?.() ?? [];
    Object.defineProperties(run.test, Object.getOwnPropertyDescriptors(extension));
    const failures: unknown[] = [];
    const note = (error: unknown): number => failures.push(error);
    await run.whole(() => body(run.test as MarbleTest & E)).catch(note);
    expectations.close();
    await run.settled(() => extension.finish?.(), 'the end of the test extension').catch(note);
    if (expectations.failure) failures.unshift(expectations.failure);
    if (failures.length > 0) throw failures[0];
  } finally {
    clock.uninstall();
  }
}

/** One marble test while it runs. */
class MarbleRun {
  readonly test: MarbleTest;
  unfinished: () => readonly string[] = () => [];
  readonly #clock: VirtualClock;
  readonly #expectations: Expectations;
  readonly #steps: Promise<unknown>[] = [];
  #lastStep = 0;

  constructor(clock: VirtualClock, expectations: Expectations) {
    this.#clock = clock;
    this.#expectations = expectations;
    this.test = {
      clock,
      hot: (diagram, values, error) => new HotStream(clock, parseMarbles(diagram, values, error)),
      cold: (diagram, values, error) => new ColdStream(clock, parseMarbles(diagram, values, error)),
      expectObservable: (stream, subscription) => this.#expectObservable(stream, subscription),
      expectSubscriptions: (spans) => this.#expectSubscriptions(spans),
      at: (frame, fn) => this.#at(toMs(frame), fn),
      advance: (span) => clock.advance(span),
      advanceUntilIdle: () => untilIdle(clock),
      time: parseTime,
    };
  }

  /** The test from its body to its verdict. */
  async whole(body: () => unknown): Promise<void> {
    await this.settled(body, 'the body of the marble test');
    const isIdle = isIdling(this.#clock);
    if (isIdle || this.#clock.isAdvancing)
      throw new ForgottenAwaitError(
        `The body of the test ended while \`${isIdle ? 'advanceUntilIdle' : 'advance'}\` was still running: put \`await\` in front of it.`,
      );
    await this.#runOn();
    // Before anything is closed: that would end the subscriptions that are expected to last.
    this.#expectations.check();
  }

  /** Waits for `work` while time passes by itself. */
  async settled(work: () => unknown, what: string): Promise<void> {
    let isSettled = false;
    const ended = (async () => work())().finally(() => (isSettled = true));
    ended.catch(() => undefined); // reported below, unless the clock fails first
    const clue = (): string => stillRunning(this.unfinished());
    await this.#clock.advanceUntil(() => isSettled, { what, clue });
    await ended;
  }

  async #runOn(): Promise<void> {
    const clock = this.#clock;
    const expectations = this.#expectations;
    let stepsSeen: number;
    do {
      await this.#toHorizon();
      expectations.endOfTest();
      stepsSeen = this.#steps.length;
      const before = clock.timersRun;
      const isDone = (): boolean => {
        if (clock.busy?.()) return false;
        const limit = expectations.isOpenEnded ? MAX_TIMERS_WHEN_COMPARING : MAX_TIMERS_AFTERWARDS;
        return clock.pendingCount === 0 || clock.timersRun - before >= limit;
      };
      await clock.advanceUntil(isDone, { maxMs: Number.MAX_SAFE_INTEGER });
    } while (this.#steps.length > stepsSeen || expectations.horizon > clock.frame);
  }

  /** To where the last diagram and the last step end. */
  async #toHorizon(): Promise<void> {
    const clock = this.#clock;
    const horizon = (): number => Math.max(this.#expectations.horizon, this.#lastStep);
    let stepsSeen: number;
    do {
      stepsSeen = this.#steps.length;
      // At least once, so that what is due at this very instant has run.
      await clock.advance(Math.max(0, horizon() - clock.frame));
      await this.settled(() => Promise.all(this.#steps), 'what `at` had started');
    } while (this.#steps.length > stepsSeen || horizon() > clock.frame);
  }

  #expectObservable(stream: Observable<unknown>, subscription?: string): StreamExpectation {
    const span = subscription === undefined ? undefined : parseSubscription(subscription);
    const from = span && span.subscribedFrame !== Infinity ? span.subscribedFrame : 0;
    const listening = { from, to: span?.unsubscribedFrame ?? Infinity };
    const record = (one: Observable<unknown>): Recording =>
      new Recording(this.#clock, one, listening);
    const close = (): void => actual.close();
    const expect = this.#expectations.promise('expectObservable', { close });
    const actual = record(stream);
    return {
      toBe: (diagram, values, error) => expect(toBe(actual, diagram, values, error)),
      toEqual: (other) => expect(toEqual(actual, record(other))),
    };
  }

  #expectSubscriptions(spans: readonly SubscriptionSpan[]): SubscriptionExpectation {
    const expect = this.#expectations.promise('expectSubscriptions');
    return { toBe: (diagrams) => expect(subscriptionsToBe(this.#clock, spans, diagrams)) };
  }

  #at(frame: number, fn: () => unknown): void {
    if (frame < this.#clock.frame)
      throw new InvalidOptionError(
        `\`at(${frame})\` is in the past: it is ${this.#clock.frame} ms.`,
      );
    this.#lastStep = Math.max(this.#lastStep, frame);
    const step = new Promise((resolve) => {
      this.#clock.scheduleAt(frame, () => resolve((async () => fn())()));
    });
    step.catch(() => undefined);
    this.#steps.push(step);
  }
}

const MAX_TIMERS_AFTERWARDS = 1_000;
const MAX_TIMERS_WHEN_COMPARING = 100_000;
