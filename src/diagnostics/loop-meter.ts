import type { CancelTimer } from '../clock/clock.js';
import { everyOnLoop, loopIdleMs, loopNow } from '../clock/loop-time.js';
import { type LoopSignal, SUSPENSION_MS, tick, ticksBetween } from './loop-signal.js';

/** What the meter tells. */
export interface MeterHost<T> {
  readonly signal: LoopSignal;
  /** How long the loop has to stand still for it to be told, in milliseconds. */
  readonly tellMs: () => number;
  /** Whether there is a thread that notices when the whole process is stopped. */
  readonly isWatched: () => boolean;
  /** Whether the process may stand at a breakpoint: nothing is a stall then. */
  readonly isDebugged: () => boolean;
  /** What was seen since the last beat. */
  readonly take: () => T | undefined;
  /** Told once for each stall, as soon as it is over, with what was seen in it. */
  readonly onStall: (ms: number, seen: T | undefined) => void;
}

/** A stall whose length is not certain yet. */
interface Pending<T> {
  readonly busyMs: number;
  readonly endedAt: number;
  readonly suspendedMs: number;
  readonly seen: T | undefined;
}

/**
 * Measures how long the loop stands still, by a beat that comes too late. What Node's own count of
 * idle time says of the time between two beats is taken off, so the length is exact to a
 * millisecond or two. It needs nobody: without a watching thread no stall is lost either.
 */
export class LoopMeter<T> {
  readonly #host: MeterHost<T>;
  #cancel: CancelTimer | undefined;
  #periodMs = 0;
  #lastAt = 0;
  #lastIdleMs = 0;
  #lastSuspendedMs = 0;
  readonly #pending: Pending<T>[] = [];
  #wasDebugged = false;
  #worstMs = 0;
  #worstBefore = 0;
  #worstSince = 0;

  constructor(host: MeterHost<T>) {
    this.#host = host;
  }

  /** Begins to beat every `periodMs`, or goes on with another period. */
  start(periodMs: number): void {
    if (this.#cancel) this.beat();
    this.#cancel?.();
    this.#periodMs = periodMs;
    this.#note(loopNow());
    this.#cancel = everyOnLoop(periodMs, this.beat);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** By how much the beats of the last one to two seconds came too late, at worst. */
  get delayMs(): number {
    const late = loopNow() - this.#lastAt - this.#periodMs; // while a beat is overdue
    return Math.max(0, this.#worstMs, this.#worstBefore, late);
  }

  /** The loop turns. */
  readonly beat = (): void => {
    if (!this.#cancel) return; // stopped meanwhile
    const now = loopNow();
    const elapsedMs = now - this.#lastAt;
    const busyMs = elapsedMs - (loopIdleMs() - this.#lastIdleMs);
    const suspendedMs = this.#lastSuspendedMs;
    const seen = this.#host.take();
    const isDebugged = this.#host.isDebugged();
    const mayBeDebugged = isDebugged || this.#wasDebugged;
    this.#wasDebugged = isDebugged;
    this.#keepWorst(now, elapsedMs - this.#periodMs);
    this.#note(now);
    if (busyMs > this.#host.tellMs() && !mayBeDebugged)
      this.#pending.push({ busyMs, endedAt: tick(now), suspendedMs, seen });
    if (this.#pending.length > 0) this.#tell(false);
  };

  /** Tells of what is left, as far as it is known. */
  flush(): void {
    this.beat();
    this.#tell(true);
  }

  #note(now: number): void {
    const { signal } = this.#host;
    this.#lastAt = now;
    this.#lastIdleMs = loopIdleMs();
    this.#lastSuspendedMs = signal.suspendedMs;
    signal.beatAt = tick(now);
  }

  #keepWorst(now: number, lateMs: number): void {
    if (now - this.#worstSince > 1000) {
      this.#worstSince = now;
      this.#worstBefore = this.#worstMs;
      this.#worstMs = 0;
    }
    this.#worstMs = Math.max(this.#worstMs, lateMs);
  }

  /**
   * When the process was stopped, the loop may be awake before the thread that notices it: what
   * ended while that one was not seen for long waits for it.
   */
  #tell(atOnce: boolean): void {
    const { signal, isWatched, onStall } = this.#host;
    const isSettled = ({ endedAt }: Pending<T>): boolean =>
      atOnce ||
      !isWatched() ||
      ticksBetween(signal.lookedAt, endedAt) < SUSPENSION_MS ||
      ticksBetween(endedAt, tick(loopNow())) > AWAKE_BY_MS;
    for (let [first] = this.#pending; first && isSettled(first); [first] = this.#pending) {
      this.#pending.shift();
      const ms = first.busyMs - (signal.suspendedMs - first.suspendedMs);
      if (ms > this.#host.tellMs()) onStall(ms, first.seen);
    }
  }
}

const AWAKE_BY_MS = 1000;
