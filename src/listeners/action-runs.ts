import { OverflowError } from '../errors/work-errors.js';
import type { FlowCounts } from '../events/stream-owner.js';

/** What happens to a value for which there is no room. */
export type Overflow = 'drop-oldest' | 'drop-newest' | 'latest-by-key' | 'error';

/** Work under way: it can be told to end, and says when it has. */
export interface Run {
  readonly ended: Promise<void>;
  cancel(reason?: unknown): void;
}

export interface RunLimits<T> {
  /** Runs at the same time. */
  readonly limit: number;
  /** Values that may wait for a run to end. */
  readonly capacity: number;
  readonly overflow: Overflow;
  /** For `latest-by-key`. */
  readonly key: (value: T) => unknown;
  /** A new value ends what runs. */
  readonly restarts: boolean;
}

/** Decides which values run, wait and are dropped; nothing in it knows of streams. */
export class ActionRuns<T> {
  readonly #limits: RunLimits<T>;
  readonly #begin: (value: T) => Run | undefined;
  readonly #onIdle: () => void;
  readonly #running = new Set<Run>();
  #waiting: T[] = [];
  #isClosed = false;
  completed = 0;
  failed = 0;
  dropped = 0;

  constructor(limits: RunLimits<T>, begin: (value: T) => Run | undefined, onIdle: () => void) {
    this.#limits = limits;
    this.#begin = begin;
    this.#onIdle = onIdle;
  }

  get isIdle(): boolean {
    return this.#running.size === 0 && this.#waiting.length === 0;
  }

  get counts(): FlowCounts {
    const { completed, failed, dropped } = this;
    return {
      running: this.#running.size,
      waiting: this.#waiting.length,
      completed,
      failed,
      dropped,
    };
  }

  /** @throws OverflowError when there is no room and the strategy is `error`. */
  add(value: T): void {
    const { limit, capacity, restarts, overflow } = this.#limits;
    if (this.#running.size < limit) this.#start(value);
    else if (restarts) this.#replaceRunning(value);
    else if (overflow === 'latest-by-key') this.#waitAsLatest(value);
    else if (this.#waiting.length < capacity) this.#waiting.push(value);
    else this.#overflow(value);
  }

  /** Ends what runs and forgets what waits. */
  close(reason?: unknown): void {
    this.#isClosed = true;
    this.#waiting = [];
    for (const run of [...this.#running]) run.cancel(reason);
  }

  #start(value: T): void {
    const run = this.#begin(value);
    if (run === undefined) return;
    this.#running.add(run);
    void run.ended.then(() => {
      this.#running.delete(run);
      if (this.#isClosed) return;
      // Several, if they do all their work at once.
      while (this.#waiting.length > 0 && this.#running.size < this.#limits.limit)
        this.#start(this.#waiting.shift() as T);
      if (this.isIdle) this.#onIdle();
    });
  }

  /** The newest value runs as soon as what runs has ended; one that was waiting for that is dropped. */
  #replaceRunning(value: T): void {
    this.dropped += this.#waiting.length;
    this.#waiting = [value];
    for (const run of this.#running) run.cancel('restarted by a newer value');
  }

  /** Of the values of a key only the newest waits; of too many keys the oldest is dropped. */
  #waitAsLatest(value: T): void {
    const { key, capacity } = this.#limits;
    const wanted = key(value);
    const older = this.#waiting.findIndex((waiting) => Object.is(key(waiting), wanted));
    if (older >= 0) this.#waiting[older] = value;
    else this.#waiting.push(value);
    const isTooMany = this.#waiting.length > Math.max(capacity, 1);
    if (isTooMany) this.#waiting.shift();
    if (older >= 0 || isTooMany) this.dropped++;
  }

  #overflow(value: T): void {
    const { overflow, limit, capacity } = this.#limits;
    if (overflow === 'error')
      throw new OverflowError(
        `There is no room for another value: ${limit} run and ${capacity} wait already.`,
      );
    this.dropped++;
    if (overflow === 'drop-newest') return;
    if (this.#waiting.length > 0) this.#waiting.shift();
    else [...this.#running][0]?.cancel('dropped for a newer value');
    this.#waiting.push(value);
  }
}
