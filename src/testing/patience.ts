/** Counted at most between two looks: many looks have to be in vain before it is over. */
const MOST_PER_LOOK_MS = 20;

/**
 * Real time that may pass without anything happening, for who looks again and again.
 *
 * Time in which this process stood still does not count: on a busy machine that may be seconds, and
 * what is waited for (an answer that lies in a socket) could not be seen meanwhile.
 */
export class Patience {
  readonly #limitMs: number;
  #passedMs = 0;
  #lookedAt = 0;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
    this.renew();
  }

  /** Something has happened: it begins anew. */
  renew(): void {
    this.#passedMs = 0;
    this.#lookedAt = realMs();
  }

  /** Looks again: whether too much time has passed without anything. */
  isOver(): boolean {
    const at = realMs();
    this.#passedMs += Math.min(at - this.#lookedAt, MOST_PER_LOOK_MS);
    this.#lookedAt = at;
    return this.#passedMs >= this.#limitMs;
  }
}

function realMs(): number {
  return process.uptime() * 1000; // never virtual
}
