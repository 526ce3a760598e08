import { after, type CancelTimer, monotonic } from '../clock/clock.js';
import type { Scope } from '../ownership/scope.js';
import type { Zone } from './zone.js';

/** What has a limit of time. */
export interface Timed {
  readonly owner: Scope;
  /** The time is over. */
  expire(): void;
  /** Something else has ended it. */
  giveUp(reason: unknown): void;
}

/** A timer in a zone: it can be stopped, and when it starts again it has the time that was left. */
export class ZoneTimer {
  readonly zone: Zone;
  readonly ms: number;
  readonly timed: Timed;
  // Its neighbours in the list of all.
  before: ZoneTimer | undefined;
  behind: ZoneTimer | undefined;
  readonly #coolDownMs: number;
  #leftMs: number;
  #countsSince = 0;
  #cancel: CancelTimer | undefined;

  /** It does not count yet. */
  constructor(timed: Timed, zone: Zone, ms: number, coolDownMs: number) {
    this.timed = timed;
    this.zone = zone;
    this.ms = ms;
    this.#leftMs = ms;
    this.#coolDownMs = coolDownMs;
  }

  /** Whether time counts now. */
  get isCounting(): boolean {
    return this.#cancel !== undefined;
  }

  /** Lets time count, from where it was stopped. */
  start(): void {
    if (this.#cancel) return;
    this.#countsSince = monotonic();
    this.#cancel = after(this.#leftMs, () => {
      this.#cancel = undefined;
      this.timed.expire();
    });
  }

  /** Lets no time count; what is left is kept. */
  stop(): void {
    if (!this.#cancel) return;
    this.cancel();
    this.#leftMs = Math.max(0, this.#leftMs - (monotonic() - this.#countsSince));
  }

  /** Stops for good. */
  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Stops, with the whole cool-down left. */
  resetToCoolDown(): void {
    this.cancel();
    this.#leftMs = this.#coolDownMs;
  }
}
