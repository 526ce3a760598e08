import { ExecutorQueueFullError } from '../errors/work-errors.js';

/** Calls that wait for a thread: first come, first served, and only so many. */
export class JobQueue<J extends { readonly name: string }> {
  readonly #limit: number;
  // A Set keeps the order, and what is cancelled leaves from the middle at no cost.
  readonly #jobs = new Set<J>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** @throws ExecutorQueueFullError */
  push(job: J): void {
    if (this.#jobs.size >= this.#limit)
      throw new ExecutorQueueFullError(
        `\`${job.name}\` was refused: ${this.#limit} calls wait for a worker already (\`maxQueue\`).`,
      );
    this.#jobs.add(job);
  }

  shift(): J | undefined {
    const [first] = this.#jobs;
    if (first) this.#jobs.delete(first);
    return first;
  }

  /** Takes `job` out, wherever it stands. */
  delete(job: J): boolean {
    return this.#jobs.delete(job);
  }
}
