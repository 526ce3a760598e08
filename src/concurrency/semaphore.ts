import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

interface Waiter {
  readonly enter: () => void;
}

/**
 * Lets at most `limit` of those who ask be inside at once; the others wait in the order in which
 * they came.
 */
export class Semaphore {
  readonly limit: number;
  readonly #waiting = new Set<Waiter>();
  #inside = 0;

  /** @throws InvalidOptionError when the limit is not a whole number from 1 up. */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new InvalidOptionError(`Expected a limit from 1 up, got ${quote(limit)}.`);
    this.limit = limit;
  }

  /** How many are inside, and how many wait. */
  get stats(): { readonly inside: number; readonly waiting: number } {
    return { inside: this.#inside, waiting: this.#waiting.size };
  }

  /**
   * Waits for a place; call what it resolves with to leave, once or more often.
   *
   * Aborting takes the waiter out at once: it rejects with the signal's own reason. Nothing stays
   * on the signal.
   */
  acquire(signal?: AbortSignal): Promise<Unsubscribe> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#inside < this.limit) {
        this.#inside++;
        resolve(this.#release());
        return;
      }
      const waiter: Waiter = {
        enter: () => {
          signal?.removeEventListener('abort', abort);
          resolve(this.#release());
        },
      };
      const abort = (): void => {
        signal?.removeEventListener('abort', abort);
        this.#waiting.delete(waiter);
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', abort);
      this.#waiting.add(waiter);
    });
  }

  /** Runs `fn` inside, and leaves when it has settled. */
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
      const [next] = this.#waiting;
      if (next === undefined) this.#inside--;
      else {
        this.#waiting.delete(next); // its place is handed on, so nobody can slip in between
        next.enter();
      }
    });
  }
}
