import { WorkerCrashedError } from '../errors/work-errors.js';
import { JobQueue } from './job-queue.js';
import type { JobRun } from './job-run.js';
import { type LaneOptions, ThreadLane } from './thread-lane.js';

/** How many threads of which kind. */
export interface ThreadGroupOptions extends Omit<LaneOptions, 'onWaiting'> {
  readonly maxThreads: number;
  readonly maxQueue: number;
  /** Threads that are kept when they are idle. */
  readonly minThreads: number;
  /** Whether a further thread may stand in for one whose code waits for the loop. */
  readonly canStandIn: boolean;
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
    const lane = this.#queue.size === 0 ? this.#freeLane() : undefined;
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
    const end = (error: unknown, settle: () => void): void => {
      this.#running.delete(job);
      this.#options.onEnd(error instanceof WorkerCrashedError && !job.isEnding);
      settle();
      this.#dismiss(lane);
      this.#startWaiting();
    };
    lane.run(job).then(
      (reply) => end(undefined, () => job.finish(reply)),
      (error: unknown) => end(error, () => job.fail(error)),
    );
  }

  #startWaiting(): void {
    while (this.#queue.size > 0) {
      const lane = this.#freeLane();
      if (!lane) return;
      const job = this.#queue.shift();
      if (job && !job.isSettled) this.#start(job, lane);
    }
  }

  #freeLane(): ThreadLane | undefined {
    const { maxThreads, canStandIn } = this.#options;
    const waiting = canStandIn ? this.#lanes.filter((lane) => lane.isWaiting).length : 0;
    if (this.#running.size - waiting >= maxThreads) return undefined;
    const free = this.#lanes.filter((lane) => lane.isFree);
    return free.find((lane) => lane.hasThread) ?? free[0] ?? this.#addLane();
  }

  #addLane(): ThreadLane {
    const { minThreads, firstNumber } = this.#options;
    const used = new Set(this.#lanes.map((lane) => lane.number));
    let number = firstNumber;
    while (used.has(number)) number++;
    const isKept = number - firstNumber < minThreads;
    const lane = new ThreadLane(number, {
      ...this.#options,
      idleMs: isKept ? Infinity : this.#options.idleMs,
      onWaiting: () => this.#startWaiting(),
    });
    if (this.#areCallsShutDown) lane.shutDownCalls();
    this.#lanes.push(lane);
    return lane;
  }

  /** A thread that stood in for others goes when its call has ended. */
  #dismiss(lane: ThreadLane): void {
    if (lane.number - this.#options.firstNumber < this.#options.maxThreads) return;
    this.#lanes.splice(this.#lanes.indexOf(lane), 1);
    lane.close().catch(() => undefined);
  }
}
