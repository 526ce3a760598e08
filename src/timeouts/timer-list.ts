import type { ZoneTimer } from './zone-timer.js';

/** The timers of a hub in the order in which they came, linked so that each goes at no cost. */
export class TimerList implements Iterable<ZoneTimer> {
  #first: ZoneTimer | undefined;
  #last: ZoneTimer | undefined;

  add(timer: ZoneTimer): void {
    timer.before = this.#last;
    if (this.#last) this.#last.behind = timer;
    else this.#first = timer;
    this.#last = timer;
  }

  remove(timer: ZoneTimer): void {
    const { before, behind } = timer;
    if (before) before.behind = behind;
    else this.#first = behind;
    if (behind) behind.before = before;
    else this.#last = before;
    timer.before = timer.behind = undefined; // one that is gone keeps no other
  }

  *[Symbol.iterator](): Iterator<ZoneTimer> {
    for (let timer = this.#first; timer; timer = timer.behind) yield timer;
  }
}
