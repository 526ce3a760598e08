import { ExecutorQueueFullError } from '../errors/work-errors.js';

/** What may wait here. */
export interface Waiting {
  readonly name: string;
  /** Something that runs waits for it. */
  readonly isUrgent: boolean;
  /** Its place in the order of all that were ever here. */
  turn: number;
}

/** Calls that wait for a thread: the urgent before the others, and only so many. */
export class JobQueue<J extends Waiting> {
  readonly #limit: number;
  readonly #urgent = new Line<J>();
  /** What was given away and came back: few, the oldest first, and all older than the others. */
  readonly #returned: J[] = [];
  readonly #others = new Line<J>();
  #lastTurn = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#urgent.size + this.#returned.length + this.#others.size;
  }

  get hasUrgent(): boolean {
    return this.#urgent.size > 0;
  }

  /**
   * @param ahead how many more wait elsewhere
   * @throws ExecutorQueueFullError
   */
  push(job: J, ahead: number): void {
    if (this.size + ahead >= this.#limit)
      throw new ExecutorQueueFullError(
        `\`${job.name}\` was refused: ${this.#limit} calls wait for a worker already (\`maxQueue\`).`,
      );
    job.turn = ++this.#lastTurn;
    (job.isUrgent ? this.#urgent : this.#others).add(job);
  }

  shift(): J | undefined {
    return this.#urgent.shift() ?? this.#returned.shift() ?? this.#others.shift();
  }

  /** Takes back, into their old places, what was given away. None of them is urgent. */
  putBack(jobs: readonly J[]): void {
    if (jobs.length === 0) return;
    this.#returned.push(...jobs);
    this.#returned.sort((a, b) => a.turn - b.turn);
  }

  /** Takes `job` out, wherever it stands. */
  delete(job: J): void {
    if ((job.isUrgent ? this.#urgent : this.#others).delete(job)) return;
    const index = this.#returned.indexOf(job);
    if (index >= 0) this.#returned.splice(index, 1);
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
