import { asyncScheduler, interval, type Subscription } from 'rxjs';
import { type Hub, type HubSnapshot, runUncaused } from 'rxhome';
import { LoopSampler } from './loop-sampler.js';
import { heldRows, slowOf } from './snapshot-rows.js';
import type { HeldRow, Slow, Stat } from './wire.js';

const STAT_MS = 250;
const SLOW_MS = 1_000;
/** A snapshot costs at most this share of the time. */
const MAX_SHARE = 0.01;
const RATE_SAMPLES = 1_000 / STAT_MS;

/** Listeners whose calls are counted. */
const MAX_COUNTED = 10_000;

/** What was seen. */
export interface Counts {
  readonly events: number;
  readonly errors: number;
  readonly calls: ReadonlyMap<string, number>;
}

/** What is told of a hub while somebody looks. */
export interface VitalsSink {
  readonly onStat: (stat: Stat) => void;
  readonly onSlow: (slow: Slow) => void;
}

/** How a hub fares, four times a second, and what is in it, now and then. Costs nothing when off. */
export class Vitals {
  readonly #hub: Hub;
  readonly #sink: VitalsSink;
  #timer: Subscription | undefined;
  #loop: LoopSampler | undefined;
  #snapshot: HubSnapshot | undefined;
  #held: readonly HeldRow[] = [];
  #nextSlowAt = 0;
  #slow: Slow | undefined;
  /** Events since the hub was made: as it says itself, and those that were seen since then. */
  #events = 0;
  #errors = 0;
  readonly #calls = new Map<string, number>();
  readonly #counts: number[] = [];

  constructor(hub: Hub, sink: VitalsSink) {
    this.#hub = hub;
    this.#sink = sink;
  }

  /** So many were seen since the last call. */
  count({ events, errors, calls }: Counts): void {
    this.#events += events;
    this.#errors += errors;
    for (const [key, count] of calls) {
      if (this.#calls.size >= MAX_COUNTED && !this.#calls.has(key)) continue;
      this.#calls.set(key, (this.#calls.get(key) ?? 0) + count);
    }
  }

  get calls(): ReadonlyMap<string, number> {
    return this.#calls;
  }

  /** What a page needs that has come just now. */
  get lastSlow(): Slow | undefined {
    return this.#slow;
  }

  turn(isOn: boolean): void {
    if (isOn === (this.#timer !== undefined)) return;
    this.#timer?.unsubscribe();
    this.#loop?.close();
    this.#timer = this.#loop = this.#slow = undefined;
    if (!isOn) return;
    this.#counts.length = 0;
    this.#nextSlowAt = 0;
    this.#loop = new LoopSampler();
    this.#look();
    this.#timer = runUncaused(() => interval(STAT_MS).subscribe(() => this.#tick()));
  }

  #tick(): void {
    if (asyncScheduler.now() >= this.#nextSlowAt) this.#look();
    const { delay, use } = this.#loop?.take() ?? { delay: 0, use: 0 };
    const { executor, listeners } = this.#snapshot ?? {};
    this.#counts.push(this.#events);
    if (this.#counts.length > RATE_SAMPLES + 1) this.#counts.shift();
    const [from = 0] = this.#counts;
    const seconds = ((this.#counts.length - 1) * STAT_MS) / 1_000;
    this.#sink.onStat({
      at: asyncScheduler.now(),
      rate: seconds === 0 ? 0 : Math.round((this.#events - from) / seconds),
      events: this.#events,
      delay: Math.round(delay * 10) / 10,
      use: Math.round(use * 1_000) / 1_000,
      busy: executor?.running ?? 0,
      threads: executor?.threads ?? 0,
      queued: executor?.queued ?? 0,
      listeners: Object.values(listeners ?? {}).reduce((sum, count) => sum + count, 0),
      leaked: this.#held.reduce((sum, { leaked, count }) => sum + (leaked ? count : 0), 0),
      errors: this.#errors,
    });
  }

  #look(): void {
    const at = asyncScheduler.now();
    const snapshot = (this.#snapshot = this.#hub.snapshot());
    this.#held = heldRows(snapshot, this.#calls);
    this.#slow = slowOf(snapshot, this.#held, at);
    // What nobody has looked at, because there was too much, is counted by the hub.
    this.#events = Math.max(this.#events, snapshot.events.fired);
    this.#sink.onSlow(this.#slow);
    const cost = asyncScheduler.now() - at;
    this.#nextSlowAt = at + Math.max(SLOW_MS, cost / MAX_SHARE);
  }
}
