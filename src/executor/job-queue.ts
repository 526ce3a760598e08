import { ExecutorQueueFullError } from '../errors/work-errors.js';

/** What may wait here. */
export interface Waiting {
  readonly name: string;
  /** Something that runs waits for it. */
  readonly isUrgent: boolean;
}

/** Calls that wait for a thread: the urgent before the others, and only so many. */
export class JobQueue<J extends Waiting> {
  readonly #limit: number;
  readonly #urgent = new Line<J>();
  readonly #others = new Line<J>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#urgent.size + this.#others.size;
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  /** @throws ExecutorQueueFullError */
  push(job: J): void {
    if (this.size >= this.#limit)
      throw new ExecutorQueueFullError(
        `\`${job.name}\` was refused: ${this.#limit} calls wait for a worker already (\`maxQueue\`).`,
      );
    this.#placeOf(job).add(job);
  }

  shift(): J | undefined {
    return (this.hasUrgent ? this.#urgent : this.#others).shift();
  }

  /** Takes `job` out, wherever it stands. */
  delete(job: J): boolean {
    return this.#placeOf(job).delete(job);
  }

  #placeOf(job: J): Line<J> {
    return job.isUrgent ? this.#urgent : this.#others;
  }
}

/** A Set keeps the order, and what is cancelled leaves from the middle at no cost. */
class Line<J> {
  readonly #jobs = new Set<J>();
  // One for all that leave, and all that are here stand before it: a new one would walk past the
  // places of those that have left, each time.
  readonly #walk = this.#jobs.values();

  get size(): number {
    return this.#jobs.size;
  }

  add(job: J): void {
    this.#jobs.add(job);
  }

  delete(job: J): boolean {
    return this.#jobs.delete(job);
  }

  shift(): J | undefined {
    if (this.#jobs.size === 0) return undefined; // it must not come to its end, where it would stay
    const job = this.#walk.next().value as J;
    this.#jobs.delete(job);
    return job;
  }
}
