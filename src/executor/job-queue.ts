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
  // Sets keep the order, and what is cancelled leaves from the middle at no cost.
  readonly #urgent = new Set<J>();
  readonly #others = new Set<J>();

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
    const jobs = this.hasUrgent ? this.#urgent : this.#others;
    const [first] = jobs;
    if (first) jobs.delete(first);
    return first;
  }

  /** Takes `job` out, wherever it stands. */
  delete(job: J): boolean {
    return this.#placeOf(job).delete(job);
  }

  #placeOf(job: J): Set<J> {
    return job.isUrgent ? this.#urgent : this.#others;
  }
}
