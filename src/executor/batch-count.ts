/**
 * How far a thread is with a batch, in one shared number: how many of its calls it has taken, and
 * how many it may take. Both sides change it by compare-exchange only, so each call is either taken
 * by the thread or taken back by the loop, and each side knows which.
 *
 * The thread posts the reply to a call before it takes the next one. So whoever sees that a call
 * was taken can have the replies to all before it.
 */
export class BatchCount {
  readonly shared: Int32Array<SharedArrayBuffer>;

  /** Without `shared` it is a new one. */
  constructor(shared = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))) {
    this.shared = shared;
  }

  get taken(): number {
    return Atomics.load(this.shared, 0) >> LIMIT_BITS;
  }

  /** How many the thread may take: it will, unless it dies. */
  get limit(): number {
    return Atomics.load(this.shared, 0) & LIMIT;
  }

  /** For the loop: a batch of so many begins. The thread must have done with the last one. */
  open(size: number): void {
    Atomics.store(this.shared, 0, size);
  }

  /** For the thread: takes the next call, if there is one for it. */
  take(): boolean {
    for (;;) {
      const seen = Atomics.load(this.shared, 0);
      if (seen >> LIMIT_BITS >= (seen & LIMIT)) return false;
      if (this.#change(seen, seen + (1 << LIMIT_BITS))) return true;
    }
  }

  /** Lets the thread take no more than `limit`; what it has taken already stays with it. */
  limitTo(limit: number): void {
    for (;;) {
      const seen = Atomics.load(this.shared, 0);
      const taken = seen >> LIMIT_BITS;
      const lowered = Math.min(seen & LIMIT, Math.max(taken, limit));
      if (this.#change(seen, (taken << LIMIT_BITS) | lowered)) return;
    }
  }

  #change(seen: number, next: number): boolean {
    return Atomics.compareExchange(this.shared, 0, seen, next) === seen;
  }
}

const LIMIT_BITS = 8;
const LIMIT = 2 ** LIMIT_BITS - 1;
