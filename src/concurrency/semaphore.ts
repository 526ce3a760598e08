import { checkCount, checkSignal } from '../errors/check-option.js';
import { onAbort } from '../ownership/abort-relay.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { Fifo } from './fifo.js';

interface Waiter {
  readonly enter: () => void;
}

/**
 * Lets at most `limit` of those who ask be inside at once; the others wait in the order in which
 * they came.
 */
export class Semaphore {
  readonly limit: number;
  readonly #waiting = new Fifo<Waiter>();
  #inside = 0;

  /** @throws InvalidOptionError when the limit is not a whole number from 1 up. */
  constructor(limit: number) {
    checkCount('limit', limit);
    this.limit = limit;
  }

  /** How many are inside, and how many wait. */
  get stats(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.#inside, waiting: this.#waiting.size };
  }

  /**
   * Waits for a place; call what it resolves with to leave, once or more often, or take it with
   * `using`. Whoever is inside and asks again waits for another place, with one place for ever.
   *
   * Aborting takes the waiter out at once: it rejects with the signal's own reason. Nothing stays
   * on the signal, and whoever is inside is not told.
   */
  acquire(signal?: AbortSignal): Promise<Unsubscribe> {
    return new Promise((resolve, reject) => {
      checkSignal(signal);
      signal?.throwIfAborted();
      if (this.#inside < this.limit) {
        this.#inside++;
        resolve(this.#release());
        return;
      }
      const waiter: Waiter = {
        enter: () => {
          forget?.();
          resolve(this.#release());
        },
      };
      const giveUp = (): void => {
        this.#waiting.delete(waiter);
        reject(signal?.reason as Error);
      };
      const forget = signal && onAbort(signal, giveUp);
      this.#waiting.push(waiter);
    });
  }

  /**
   * Runs `fn` inside, and leaves when it has settled, however. The signal ends the waiting, not
   * `fn`: the place is taken until that has really ended.
   */
  async run<T>(fn: () => T | PromiseLike<T>, signal?: AbortSignal): Promise<T> {
    const release = await this.acquire(signal);
    try {
      return await fn();
    } finally {
      release();
    }
  }

  #release(): Unsubscribe {
    return unsubscribe(() => {
      const next = this.#waiting.shift();
      // A place is handed on, so nobody can slip in between.
      if (next === undefined) this.#inside--;
      else next.enter();
    });
  }
}
