import { callSite } from './call-site.js';
import type {
  AdvanceUntilOptions,
  PendingTimer,
  TimerKind,
  VirtualClockOptions,
} from './clock-options.js';
import { ClockRun, endlessInstant, MAX_TIMERS_PER_INSTANT, type RunLimits } from './clock-run.js';
import { toMs, type Duration } from './durations.js';
import { claimRealm, refuseSecondClock } from './realm-clock.js';
import { StepLoop, type NextStep } from './step-loop.js';
import { ForgottenAwaitError } from './testing-errors.js';
import { TimerQueue } from './timer-queue.js';
import { startInstant } from './virtual-date.js';
import { installGlobals } from './virtual-globals.js';
import { VirtualTimer, type TimerOwner } from './virtual-timer.js';

/**
 * One clock for everything that waits: `setTimeout`, `setInterval`, `setImmediate`, `Date`,
 * `performance.now`, the timers of RxJS, and with them promises and async functions.
 *
 * Time stands still until somebody awaits `advance`, `advanceUntil` or `advanceUntilIdle`. Then
 * what is due runs in the order in which Node would run it, and after each timer every promise
 * that can settle does, however long the chain. `frame` counts milliseconds from 0, as RxJS
 * does; `now` is what `Date.now()` says. A delay of 0 is due at the same instant (Node makes it
 * 1 ms); an interval ticks at most once per millisecond, and a delay that Node cannot hold
 * (beyond 2 ** 31 - 1 ms) becomes 1 ms, as it does there.
 *
 * Not virtual: `AbortSignal.timeout`, what is imported from `node:timers` and
 * `node:timers/promises`, `process.hrtime`, and real I/O and threads; for those there is `busy`.
 */
export class VirtualClock implements Disposable {
  /** While this says true, virtual time stands still, so that real work (threads) can end. */
  busy: (() => boolean) | undefined;

  readonly name: string;
  readonly #queue = new TimerQueue();
  readonly #runs: ClockRun[] = [];
  readonly #loop = new StepLoop(() => this.#step());
  readonly #ids = new Map<number, VirtualTimer>();
  readonly #startAt: number;
  readonly #traceAll: boolean;
  readonly #restore: () => void;
  readonly #release: () => void;
  readonly #owner: TimerOwner = {
    arm: (timer, delayMs) => this.#arm(timer, delayMs),
    disarm: (timer) => this.#queue.remove(timer),
    identify: (timer) => this.#ids.set(timer.id, timer),
  };
  #installed = true;
  #frame = 0;
  #timersRun = 0;
  #runAtInstant = 0;

  private constructor({ name, startAt, trace = false }: VirtualClockOptions) {
    this.#startAt = startInstant(startAt);
    this.name = name ?? callSite() ?? 'a test';
    this.#traceAll = trace;
    this.#restore = installGlobals({
      now: () => this.now,
      frame: () => this.#frame,
      start: (kind, callback, delayMs, args) => this.#start(kind, callback, delayMs, args),
      find: (id) => (typeof id === 'object' ? undefined : this.#ids.get(Number(id))),
      isInstalled: () => this.#installed,
    });
    this.#release = claimRealm(this);
  }

  /**
   * Makes time virtual in this realm (a test file, for most runners) until `uninstall`.
   *
   * @throws VirtualTimeInUseError while another clock, or fake timers of a test runner, are
   * installed.
   */
  static install(options: VirtualClockOptions = {}): VirtualClock {
    refuseSecondClock();
    return new VirtualClock(options);
  }

  /** Virtual milliseconds since 1970. */
  get now(): number {
    return this.#startAt + this.#frame;
  }

  /** Virtual milliseconds since the clock was installed. */
  get frame(): number {
    return this.#frame;
  }

  /** How many timers have run so far. */
  get timersRun(): number {
    return this.#timersRun;
  }

  /** Whether an `advance` has not come to its end yet. */
  get isAdvancing(): boolean {
    return this.#runs.some((run) => !run.isOpenEnded);
  }

  /** How many timers wait; cheaper than asking for all of them. */
  get pendingCount(): number {
    return this.#queue.size;
  }

  /** Whether no timer waits but such as repeat, or keep no process alive (`unref`). */
  get isQuiet(): boolean {
    return this.#queue.isQuiet;
  }

  /** The timers that wait, in the order in which they will run. */
  get pendingTimers(): readonly PendingTimer[] {
    return this.#queue.list().map((timer) => timer.describe(this.#frame));
  }

  /**
   * Lets `span` of virtual time pass, and runs all that falls due in it, also what is set
   * meanwhile. Several at once are independent: each ends at its own instant.
   *
   * Rejects with what a timer throws, and with `EndlessTimersError` when an instant never ends.
   */
  advance(span: Duration = 0): Promise<void> {
    return this.#run(() => ({ until: this.#frame + toMs(span), startedAt: this.#frame }));
  }

  /**
   * Lets time pass from timer to timer until `isDone` says true; at once if it does already.
   *
   * Rejects with `NeverSettledError` when no timer is left that could change anything, and with
   * `EndlessTimersError` when `maxMs` or a million timers have passed.
   */
  advanceUntil(isDone: () => boolean, options: AdvanceUntilOptions = {}): Promise<void> {
    return this.#run(() => ({ ...this.#limits(options), isDone }));
  }

  /**
   * Lets time pass until no timer is left, or only intervals that have ticked: those are taken
   * to go on for ever.
   *
   * Rejects with `EndlessTimersError` when timers set each other beyond `maxMs`, or a million.
   */
  advanceUntilIdle(options: AdvanceUntilOptions = {}): Promise<void> {
    const isDone = (): boolean => this.#queue.isIdle && this.busy?.() !== true;
    return this.advanceUntil(isDone, { what: 'silence', ...options });
  }

  /** Calls `fn` at `frame`, outside of any async context; returns what cancels it. */
  scheduleAt(frame: number, fn: () => void): () => void {
    const timer = new VirtualTimer(this.#owner, 'marble', fn, 0, []);
    timer.due = frame;
    this.#queue.add(timer);
    return () => timer.cancel();
  }

  /** Puts real time back, and drops the timers that wait. Does nothing the second time. */
  uninstall(): void {
    if (!this.#installed) return;
    this.#installed = false;
    this.#restore();
    this.#release();
    this.#queue.clear();
    this.#failRuns(new ForgottenAwaitError('The clock ended while it advanced: `await` that.'));
  }

  [Symbol.dispose](): void {
    this.uninstall();
  }

  #limits({ what = 'a condition', maxMs = '30d', ...rest }: AdvanceUntilOptions): RunLimits {
    return { ...rest, until: Infinity, startedAt: this.#frame, what, maxMs: toMs(maxMs) };
  }

  #start(kind: TimerKind, callback: () => void, delayMs: number, args: unknown[]): VirtualTimer {
    const timer = new VirtualTimer(this.#owner, kind, callback, delayMs, args);
    if (this.#traceAll || this.#nearLimit) timer.madeAt = callSite();
    this.#arm(timer, delayMs);
    return timer;
  }

  #arm(timer: VirtualTimer, delayMs: number): void {
    this.#queue.remove(timer);
    timer.due = this.#frame + delayMs;
    if (this.#installed) this.#queue.add(timer);
  }

  // A loop that is about to be reported should be reported with its place.
  get #nearLimit(): boolean {
    return (
      this.#runAtInstant > MAX_TIMERS_PER_INSTANT - 100 ||
      this.#runs[0]?.isNearLimit(this.#frame) === true
    );
  }

  #run(limits: () => RunLimits): Promise<void> {
    try {
      if (!this.#installed)
        throw new ForgottenAwaitError('The test of this clock is over: is an `await` missing?');
      const run = new ClockRun(limits());
      const next = this.#runs.findIndex(({ until }) => until > run.until);
      this.#runs.splice(next < 0 ? this.#runs.length : next, 0, run);
      this.#loop.wake();
      return run.promise;
    } catch (error) {
      return Promise.reject(error);
    }
  }

  /** Does one thing: runs one timer, or ends one run. */
  #step(): NextStep {
    const run = this.#runs[0];
    if (run === undefined) return 'sleep';
    try {
      for (const one of this.#runs) if (one.isDone?.()) return this.#end(one);
      const due = this.#queue.takeDue(this.#frame);
      if (due) return this.#call(due);
      if (run.until <= this.#frame) return this.#end(run);
      if (this.busy?.()) return 'wait';
      const next = this.#queue.nextDue;
      if (next === undefined && run.isOpenEnded) return run.waitForWorld();
      this.#frame = run.goTo(this.#frame, next);
      this.#runAtInstant = 0;
      run.check(this.#frame, () => this.#queue.list());
      const first = this.#queue.takeDue(this.#frame);
      if (first) return this.#call(first);
    } catch (error) {
      this.#failRuns(error);
    }
    return 'again';
  }

  #call(timer: VirtualTimer): NextStep {
    this.#timersRun++;
    for (const run of this.#runs) run.timersRun++;
    timer.run();
    if (++this.#runAtInstant < MAX_TIMERS_PER_INSTANT) return 'again';
    this.#runAtInstant = 0;
    throw endlessInstant(timer, this.#frame, this.#queue.list());
  }

  #end(run: ClockRun): NextStep {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    run.resolve();
    if (!run.isOpenEnded) for (const other of this.#runs) other.goOn(this.#frame);
    return 'again';
  }

  #failRuns(error: unknown): void {
    for (const run of this.#runs.splice(0)) run.reject(error);
  }
}
