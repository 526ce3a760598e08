import { interval, type Subscription } from 'rxjs';
import { runUncaused } from 'rxhome';
import { loopTimes } from './loop-clock.js';

const EVERY_MS = 50;

/** How the loop fared. */
export interface LoopSample {
  /** By how many milliseconds it was behind, at worst. */
  readonly delay: number;
  /** The share of time in which it was busy, 0 to 1. */
  readonly use: number;
}

/** Watches how far behind the loop is: a timer that is due every 50 ms, and how late it comes. */
export class LoopSampler {
  readonly #timer: Subscription;
  #last = loopTimes();
  #taken = this.#last;
  #worst = 0;

  constructor() {
    this.#timer = runUncaused(() => interval(EVERY_MS).subscribe(() => this.#sample()));
  }

  /** How it fared since the last call. */
  take(): LoopSample {
    this.#sample();
    const active = this.#last.active - this.#taken.active;
    const elapsed = active + this.#last.idle - this.#taken.idle;
    const sample = { delay: this.#worst, use: elapsed > 0 ? active / elapsed : 0 };
    this.#taken = this.#last;
    this.#worst = 0;
    return sample;
  }

  close(): void {
    this.#timer.unsubscribe();
  }

  #sample(): void {
    const now = loopTimes();
    const elapsed = now.idle + now.active - this.#last.idle - this.#last.active;
    this.#last = now;
    this.#worst = Math.max(this.#worst, elapsed - EVERY_MS);
  }
}
