import type { BatchCount } from './batch-count.js';
import type { JobRun } from './job-run.js';

/** Calls that were given to a thread together, which runs them one after the other. */
export class Batch {
  readonly #jobs: readonly JobRun[];
  readonly #count: BatchCount | undefined;
  /** How many have ended, as far as the loop has heard. */
  #ended = 0;
  /** How many were not taken back. */
  #length: number;
  #takenAtLastLook = -1;

  /** A single call has no count: it is the thread's as soon as it is given. */
  constructor(jobs: readonly JobRun[], count: BatchCount | undefined) {
    this.#jobs = jobs;
    this.#count = count;
    this.#length = jobs.length;
    count?.open(jobs.length);
  }

  get isShared(): boolean {
    return this.#count !== undefined;
  }

  /** The call that is running, as far as the loop has heard. */
  get current(): JobRun | undefined {
    return this.#ended < this.#length ? this.#jobs[this.#ended] : undefined;
  }

  /** All that have not ended. */
  get left(): readonly JobRun[] {
    return this.#jobs.slice(this.#ended, this.#length);
  }

  /** How many stand behind the one that runs. */
  get behind(): number {
    return Math.max(0, this.#length - this.#ended - 1);
  }

  /** Whether the thread has come to the current call. Exact when every reply has been received. */
  get isRunning(): boolean {
    return this.current !== undefined && (!this.#count || this.#count.taken > this.#ended);
  }

  /** Whether the thread has not got any further since this was asked the last time. */
  hasStoodStill(): boolean {
    const taken = this.#count?.taken ?? 1;
    const stands = taken === this.#takenAtLastLook;
    this.#takenAtLastLook = taken;
    return stands;
  }

  /** The reply to the current call is here. */
  endCurrent(): void {
    this.#ended++;
  }

  /** Whether the thread has ended the call, though its reply may still be on its way. */
  hasEnded(job: JobRun): boolean {
    const index = this.#jobs.indexOf(job);
    return index < this.#ended || (this.#count !== undefined && index < this.#count.taken - 1);
  }

  /** Takes back what the thread has not taken, beginning with `first`; never the current call. */
  withdraw(first?: JobRun): readonly JobRun[] {
    if (this.behind === 0) return [];
    const from = first ? this.#jobs.indexOf(first) : 0;
    this.#count?.limitTo(Math.max(this.#ended + 1, from));
    return this.collect();
  }

  /** What the thread will not take, because it was told so or wants no more of them. */
  collect(): readonly JobRun[] {
    const limit = this.#count?.limit ?? this.#length;
    if (limit >= this.#length) return [];
    const back = this.#jobs.slice(limit, this.#length);
    this.#length = limit;
    return back;
  }

  /** The thread is gone, or has got nothing: gives back all that have not ended. */
  giveUp(): readonly JobRun[] {
    const { left } = this;
    this.#length = this.#ended;
    return left;
  }
}
