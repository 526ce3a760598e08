import { Patience } from './patience.js';
import { EndlessTimersError, NeverSettledError } from './testing-errors.js';
import type { VirtualTimer } from './virtual-timer.js';

/** How far one call of `advance` and its like goes. */
export interface RunLimits {
  /** The frame at which it ends; `Infinity` when only a condition ends it. */
  readonly until: number;
  readonly startedAt: number;
  readonly isDone?: () => boolean;
  /** What is waited for, in words. */
  readonly what?: string;
  /** More to say when it does not come. */
  readonly clue?: () => string;
  readonly maxMs?: number;
}

/** One call of `advance` and its like, as long as it goes on. */
export class ClockRun {
  readonly until: number;
  readonly isDone: (() => boolean) | undefined;
  readonly promise: Promise<void>;
  timersRun = 0;
  /** Whether only a condition ends it; asked at every step, and jest is slow to find `Infinity`. */
  readonly isOpenEnded: boolean;

  readonly #what: string;
  readonly #clue: () => string;
  readonly #maxMs: number;
  #startedAt: number;
  #steps = 0;
  #settle: { resolve: () => void; reject: (error: unknown) => void } | undefined;
  #patience: Patience | undefined;
  #timersWhenWaiting = 0;

  constructor(limits: RunLimits) {
    const { until, startedAt, isDone, what = 'its end', clue, maxMs = Infinity } = limits;
    this.until = until;
    this.isOpenEnded = until === Infinity;
    this.isDone = isDone;
    this.#startedAt = startedAt;
    this.#what = what;
    this.#clue = clue ?? (() => '');
    this.#maxMs = maxMs;
    this.promise = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // A call that nobody awaited is reported by what ends the clock, not as an unhandled one.
    this.promise.catch(() => undefined);
  }

  resolve(): void {
    this.#settle?.resolve();
  }

  reject(error: unknown): void {
    this.#settle?.reject(error);
  }

  /** The frame to which time goes from `frame`: when the next timer is due, or its own end. */
  goTo(frame: number, nextDue: number | undefined): number {
    const { until } = this;
    const target = nextDue !== undefined && nextDue < until ? nextDue : until;
    return target > frame ? target : frame;
  }

  /**
   * Somebody had let a span of time pass on purpose while this waits: that is not counted.
   *
   * @throws EndlessTimersError when it has happened too often.
   */
  goOn(frame: number): void {
    this.#startedAt = frame;
    this.timersRun = 0;
    if (!this.isOpenEnded || ++this.#steps < MAX_STEPS) return;
    throw new EndlessTimersError(
      `Waited for ${this.#what} while \`advance\` was called ${MAX_STEPS} times, up to ${frame} ms: is it called in a loop that never ends?${this.#clueText()}`,
    );
  }

  /** @throws EndlessTimersError when time has gone further than it should. */
  check(frame: number, pending: () => readonly VirtualTimer[]): void {
    if (!this.isOpenEnded) return;
    const tooLong = frame - this.#startedAt > this.#maxMs;
    if (!tooLong && this.timersRun < MAX_TIMERS) return;
    const spent = tooLong ? `${this.#maxMs} ms of virtual time` : `${MAX_TIMERS} timers`;
    const timers = pending().slice(0, 5).map(describe).join('; ');
    throw new EndlessTimersError(
      `Waited ${spent} for ${this.#what}, and timers still go on: ${timers}.${this.#clueText()}`,
    );
  }

  isNearLimit(frame: number): boolean {
    return (
      this.isOpenEnded &&
      (frame - this.#startedAt > 0.9 * this.#maxMs || this.timersRun > MAX_TIMERS - 1_000)
    );
  }

  /**
   * Called while no timer is left. Short real work (loading a module, reading a file) may still
   * bring the end, so that is waited for.
   *
   * @throws NeverSettledError when that has taken too long.
   */
  waitForWorld(): 'wait' {
    if (!this.#patience || this.#timersWhenWaiting !== this.timersRun) {
      this.#patience = new Patience(GRACE_MS);
      this.#timersWhenWaiting = this.timersRun;
    }
    if (!this.#patience.isOver()) return 'wait';
    throw new NeverSettledError(
      `Waited for ${this.#what}, which never comes: no timer is pending and no work is known to run. Is there a promise that nobody settles, or work that \`busy\` should know of?${this.#clueText()}`,
    );
  }

  #clueText(): string {
    const clue = this.#clue();
    return clue === '' ? '' : ` ${clue}`;
  }
}

const MAX_TIMERS = 1_000_000;
const MAX_STEPS = 100_000;
/** How many timers may run before time has to go on. */
export const MAX_TIMERS_PER_INSTANT = 100_000;
const GRACE_MS = 500;

/** The error for timers without a delay that set each other again and again. */
export function endlessInstant(
  timer: VirtualTimer,
  frame: number,
  pending: readonly VirtualTimer[],
): EndlessTimersError {
  const place = timer.madeAt ?? pending.find(({ madeAt }) => madeAt !== undefined)?.madeAt;
  return new EndlessTimersError(
    `${MAX_TIMERS_PER_INSTANT} timers ran at ${frame} ms and time never went on: \`${timer.name}\`${place === undefined ? '' : ` (${place})`} is set again and again without a delay.`,
  );
}

function describe(timer: VirtualTimer): string {
  const { kind, name, delayMs, madeAt } = timer;
  const place = madeAt === undefined ? '' : ` (${madeAt})`;
  return `${kind} of ${delayMs} ms that calls \`${name}\`${place}`;
}
