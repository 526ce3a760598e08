import { asyncScheduler } from 'rxjs';
import { KEPT_MS } from './wire.js';

const STEP = 0.001;

/**
 * Gives the rows of one millisecond fractions of it: those of the moment in which they were told
 * of, and in any case such that they keep their order. A time that cannot be (an event may be fired
 * as one of another year) becomes that of what came before it.
 */
export class RowTime {
  #last = 0;
  #since = 0;
  /** From the precise clock, which begins somewhere, to the one on the wall. */
  #offset = 0;

  /** What is told next has come at `since` or later. */
  begin(since: number): void {
    this.#since = since;
  }

  /** @param arrived on the precise clock, where it was told of when it happened */
  of(at: number, arrived: number | null): number {
    const now = asyncScheduler.now();
    const isPossible = at <= now && at > now - KEPT_MS;
    let time = isPossible ? at : Math.max(this.#last, this.#since);
    if (isPossible && arrived !== null) time = this.#precise(at, arrived);
    else if (isPossible && at < Math.floor(this.#last)) return at; // told of when it was over
    time = round(time);
    if (time <= this.#last && this.#last < time + 1) time = round(this.#last + STEP);
    this.#last = Math.max(this.#last, time);
    return time;
  }

  /** Just before what happened at `at`. */
  before(at: number): number {
    return at - STEP / 2;
  }

  /** The clock on the wall has whole milliseconds; each one narrows down where in them we are. */
  #precise(at: number, arrived: number): number {
    const time = arrived + this.#offset;
    if (time >= at && time < at + 1) return time;
    const real = time < at ? at : at + 1 - STEP;
    this.#offset = real - arrived;
    return real;
  }
}

function round(time: number): number {
  return Math.round(time / STEP) * STEP;
}
