import { monotonic } from '../clock/clock.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import { JobQueue } from './job-queue.js';
import type { JobRun } from './job-run.js';
import type { LaneOptions } from './lane-listener.js';
import { BATCH_MS, ENOUGH, QuickFunctions } from './quick-functions.js';
import { ThreadLane } from './thread-lane.js';

/** How many threads of which kind. */
export interface ThreadGroupOptions extends LaneOptions {
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
 *
 * When many quick calls wait, a thread is handed several at once. Those behind the first still
 * wait: they count as queued, and are taken back into their old places as soon as another thread
 * could run them, or the one that has them stands still.
 */
export class ThreadGroup {
  readonly #options: ThreadGroupOptions;
  readonly #queue: JobQueue<JobRun>;
  readonly #quick = new QuickFunctions();
  readonly #lanes: ThreadLane[] = [];
  /** Lanes that have something to do. */
  #busy = 0;
  #areCallsShutDown = false;

  constructor(options: ThreadGroupOptions) {
    this.#options = options;
    this.#queue = new JobQueue(options.maxQueue);
  }

  get queued(): number {
    return this.#queue.size + this.#behind;
  }

  get running(): number {
    return this.#lanes.filter((lane) => lane.batch?.current).length;
  }

  /** The calls that threads have, whether they have come to them or not. */
  get handedOver(): readonly JobRun[] {
    return this.#lanes.flatMap((lane) => lane.batch?.left ?? []);
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
    if (isFirst && this.#hasRoom(job.isUrgent)) {
      job.listen();
      if (!job.isSettled) this.#start([job], this.#freeLane());
      return;
    }
    this.#queue.push(job, this.#behind);
    if (job.isUrgent) this.#recall();
    job.onSettled(() => this.#queue.delete(job));
    job.listen();
  }

  /** Rejects everything that waits. */
  dropQueue(reason: unknown): void {
    this.#recall();
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

  get #behind(): number {
    let behind = 0;
    for (const { batch } of this.#lanes) if (batch) behind += batch.behind;
    return behind;
  }

  #start(jobs: readonly [JobRun, ...JobRun[]], lane: ThreadLane): void {
    this.#busy++;
    for (const job of jobs) job.placeAt(lane);
    if (jobs.length === 1) {
      lane.run(jobs);
      return;
    }
    const began = monotonic();
    lane.run(jobs);
    // Copying them is work of the loop, which should not be done for so many in one go.
    if (monotonic() - began > BATCH_MS) for (const job of jobs) this.#quick.forget(job.fn);
  }

  #startWaiting(): void {
    while (this.#hasRoom(this.#queue.hasUrgent)) {
      if (this.#queue.size === 0) this.#recall();
      else for (const lane of this.#lanes) if (lane.batch?.hasStoodStill()) lane.recall();
      const first = this.#queue.shift();
      if (!first) return;
      const lane = this.#freeLane();
      this.#start(this.#withOthers(first, lane), lane);
    }
  }

  /** What the lane is given: `first`, and as many behind it as it may have. */
  #withOthers(first: JobRun, lane: ThreadLane): [JobRun, ...JobRun[]] {
    const jobs: [JobRun, ...JobRun[]] = [first];
    // A thread of one module attends to its sockets and timers between calls.
    if (!first.isSharing || !lane.isReady || this.#options.dedicatedTo !== undefined) return jobs;
    const share = Math.floor((this.#queue.size + 1) / this.#options.maxThreads);
    const most = Math.min(ENOUGH, share, this.#quick.inARow(first.fn));
    while (jobs.length < most) {
      const next = this.#queue.shift();
      if (!next) break;
      if (!next.isSharing || this.#quick.inARow(next.fn) <= jobs.length) {
        this.#queue.putBack([next]);
        break;
      }
      jobs.push(next);
    }
    return jobs;
  }

  #recall(): void {
    for (const lane of this.#lanes) lane.recall();
  }

  #takeBack(jobs: readonly JobRun[]): void {
    for (const job of jobs) job.placeAt(undefined);
    this.#queue.putBack(jobs);
  }

  #hasRoom(isUrgent: boolean): boolean {
    const { maxThreads, dedicatedTo } = this.#options;
    if (this.#busy < maxThreads) return true;
    // What is kept in the variables of a module exists once: nothing can stand in for that.
    if (dedicatedTo !== undefined) return false;
    const waiting = this.#lanes.filter((lane) => lane.isWaiting).length;
    if (this.#busy - waiting >= maxThreads) return false;
    return isUrgent || this.#busy - maxThreads < MAX_STAND_INS;
  }

  #freeLane(): ThreadLane {
    return (
      this.#lanes.find((lane) => !lane.batch && lane.hasThread) ??
      this.#lanes.find((lane) => !lane.batch) ??
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
    const standInMs = isStandIn ? STAND_IN_IDLE_MS : Infinity;
    const options = { ...this.#options, idleMs: isKept ? Infinity : Math.min(idleMs, standInMs) };
    const lane: ThreadLane = new ThreadLane(number, options, {
      onReply: (job, reply) => {
        if (reply.isSlow) this.#quick.forget(job.fn);
        else this.#quick.add(job.fn);
        this.#options.onEnd(false);
        job.finish(reply);
      },
      onFailure: (job, error) => {
        this.#quick.forget(job.fn);
        this.#options.onEnd(error instanceof WorkerCrashedError && !job.isEnding);
        job.fail(error);
      },
      onReturn: (jobs) => this.#takeBack(jobs),
      onTrouble: (jobs) => {
        // Each alone, until it has proved that it was not the reason.
        for (const job of jobs) this.#quick.forget(job.fn);
        this.#takeBack(jobs);
      },
      onFree: () => {
        this.#busy--;
        this.#startWaiting();
      },
      onWaiting: () => {
        if (lane.isWaiting) lane.recall(); // what it waits for may need one of them
        this.#startWaiting();
      },
      onIdle: () => isStandIn && this.#lanes.splice(this.#lanes.indexOf(lane), 1),
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
