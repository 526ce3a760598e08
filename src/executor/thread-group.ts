import { WorkerCrashedError } from '../errors/work-errors.js';
import { JobQueue } from './job-queue.js';
import type { JobRun } from './job-run.js';
import { type LaneOptions, ThreadLane } from './thread-lane.js';

/** How many threads of which kind. */
export interface ThreadGroupOptions extends Omit<LaneOptions, 'onWaiting' | 'onIdle'> {
  readonly maxThreads: number;
  readonly maxQueue: number;
  /** Threads that are kept when they are idle. */
  readonly minThreads: number;
  /** The number of its first thread. */
  readonly firstNumber: number;
  readonly onEnd: (hasCrashed: boolean) => void;
}

/**
 * Threads that share a queue.
 *
 * A call is handed to a thread only when one is free to run it. A thread that is blocked because
 * its code waits for a promise of the loop is not counted meanwhile: that promise may well be
 * waiting for another call in this queue.
 */
export class ThreadGroup {
  readonly #options: ThreadGroupOptions;
  readonly #queue: JobQueue<JobRun>;
  readonly #lanes: ThreadLane[] = [];
  readonly #running = new Set<JobRun>();
  #areCallsShutDown = false;

  constructor(options: ThreadGroupOptions) {
    this.#options = options;
    this.#queue = new JobQueue(options.maxQueue);
  }

  get queued(): number {
    return this.#queue.size;
  }

  get running(): ReadonlySet<JobRun> {
    return this.#running;
  }

  get threads(): number {
    return this.#lanes.filter((lane) => lane.hasThread).length;
  }

  /**
   * Runs the job now or in its turn; its own promise tells how that ended.
   *
   * @throws ExecutorQueueFullError
   */
  add(job: JobRun): void {
    const isFirst = job.isUrgent ? !this.#queue.hasUrgent : this.#queue.size === 0;
    const lane = isFirst ? this.#freeLane(job.isUrgent) : undefined;
    if (lane) {
      job.listen();
      if (!job.isSettled) this.#start(job, lane);
      return;
    }
    this.#queue.push(job);
    job.onSettled(() => this.#queue.delete(job));
    job.listen();
  }

  /** Rejects everything that waits. */
  dropQueue(reason: unknown): void {
    for (let job = this.#queue.shift(); job; job = this.#queue.shift()) job.fail(reason);
  }

  shutDownCalls(): void {
    this.#areCallsShutDown = true;
    for (const lane of this.#lanes) lane.shutDownCalls();
  }

  /** Ends all threads. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.close()));
  }

  #start(job: JobRun, lane: ThreadLane): void {
    this.#running.add(job);
    job.placeAt(lane);
    const end = (hasCrashed: boolean, settle: () => void): void => {
      this.#running.delete(job);
      this.#options.onEnd(hasCrashed);
      settle();
      this.#startWaiting();
    };
    lane.run(job, {
      onReply: (reply) => end(false, () => job.finish(reply)),
      onFailure: (error) =>
        end(error instanceof WorkerCrashedError && !job.isEnding, () => job.fail(error)),
    });
  }

  #startWaiting(): void {
    while (this.#queue.size > 0) {
      const lane = this.#freeLane(this.#queue.hasUrgent);
      if (!lane) return;
      const job = this.#queue.shift();
      if (job && !job.isSettled) this.#start(job, lane);
    }
  }

  #freeLane(isUrgent: boolean): ThreadLane | undefined {
    const { maxThreads, dedicatedTo } = this.#options;
    const running = this.#running.size;
    if (running >= maxThreads) {
      // What is kept in the variables of a module exists once: nothing can stand in for that.
      if (dedicatedTo !== undefined) return undefined;
      const waiting = this.#lanes.filter((lane) => lane.isWaiting).length;
      if (running - waiting >= maxThreads) return undefined;
      if (!isUrgent && running - maxThreads >= MAX_STAND_INS) return undefined;
    }
    return (
      this.#lanes.find((lane) => lane.isFree && lane.hasThread) ??
      this.#lanes.find((lane) => lane.isFree) ??
      this.#addLane()
    );
  }

  #addLane(): ThreadLane {
    const { minThreads, maxThreads, firstNumber, idleMs } = this.#options;
    const used = new Set(this.#lanes.map((lane) => lane.number));
    let number = firstNumber;
    while (used.has(number)) number++;
    const isKept = number - firstNumber < minThreads;
    const isStandIn = number - firstNumber >= maxThreads;
    const lane: ThreadLane = new ThreadLane(number, {
      ...this.#options,
      idleMs: isKept ? Infinity : Math.min(idleMs, isStandIn ? STAND_IN_IDLE_MS : Infinity),
      onIdle: () => isStandIn && this.#lanes.splice(this.#lanes.indexOf(lane), 1),
      onWaiting: () => this.#startWaiting(),
    });
    if (this.#areCallsShutDown) lane.shutDownCalls();
    this.#lanes.push(lane);
    return lane;
  }
}

// Calls that wait for each other in ways that nobody can know must not hang; but a long queue of
// calls that all wait for the loop must not become as many threads.
const MAX_STAND_INS = 16;

// Long enough for the next call of the same thread that waits, and not much longer.
const STAND_IN_IDLE_MS = 100;
