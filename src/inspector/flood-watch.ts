import { asyncScheduler } from 'rxjs';

const MAX = 4_000;
const WINDOW_MS = 200;
const LOOK_EVERY = 128;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 5_000;

/**
 * Counts activities, and says when there are too many to be looked at: more than 4,000 within
 * 200 ms. The clock is asked for one in 128.
 */
export class FloodWatch {
  #count = 0;
  #since = 0;
  #waitMs = FIRST_WAIT_MS;
  #resumedAt = -Infinity;

  /** Counts one; whether it is one too many. */
  isTooMuch(): boolean {
    this.#count++;
    if (this.#count > MAX) return true;
    if (this.#count % LOOK_EVERY !== 0) return false;
    const now = asyncScheduler.now();
    if (now - this.#since <= WINDOW_MS) return false;
    this.#since = now;
    this.#count = 0;
    return false;
  }

  /** Milliseconds not to look now: a second, and twice as long each time if it has gone on. */
  pauseMs(): number {
    const hasGoneOn = asyncScheduler.now() - this.#resumedAt < this.#waitMs;
    this.#waitMs = hasGoneOn ? Math.min(this.#waitMs * 2, LONGEST_WAIT_MS) : FIRST_WAIT_MS;
    return this.#waitMs;
  }

  /** One looks again. */
  resume(): void {
    this.#count = 0;
    this.#since = this.#resumedAt = asyncScheduler.now();
  }
}
