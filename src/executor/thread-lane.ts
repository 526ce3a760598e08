import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Transferable, Worker } from 'node:worker_threads';
import { after, type CancelTimer } from '../clock/clock.js';
import type { Report } from '../errors/report.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import type { JobPlace, JobRun } from './job-run.js';
import { createControl, type JobReply, type JobRequest, type LinkEnd } from './job-wire.js';
import { LoopCalls } from './loop-calls.js';
import type { LoopCallMessage } from './job-wire.js';
import { describeDeath } from './describe-death.js';
import { argumentsNotCloneable, isCloneable } from './not-cloneable.js';

/** A pool of exactly one thread, which is started with it and not replaced when it dies. */
export interface OneThreadPool {
  /** The thread that takes the calls, while it lives. */
  readonly thread: Worker | undefined;
  /** Aborting the signal terminates the thread that runs the call. */
  run(request: JobRequest, transfer: Transferable[], signal: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** What the lanes of an executor have in common. */
export interface LaneOptions {
  readonly openPool: () => OneThreadPool;
  readonly report: Report;
  /** Milliseconds without a call after which the thread ends; `Infinity` keeps it. */
  readonly idleMs: number;
  /** Told when the thread has ended because it was idle. */
  readonly onIdle?: () => void;
  /** Told when the thread begins or ends to wait for a promise of the loop. */
  readonly onWaiting: () => void;
  /** The module whose variables live in the thread, if it is there for that one alone. */
  readonly dedicatedTo?: string;
}

/** Told once, how a job ended. */
export interface LaneListener {
  readonly onReply: (reply: JobReply) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Where calls run one after the other: a number, and a thread while there is need of one. */
export class ThreadLane implements JobPlace {
  readonly number: number;
  readonly #options: LaneOptions;
  #pool: OneThreadPool | undefined;
  #isReady = false;
  #calls: LoopCalls | undefined;
  #port: MessagePort | undefined;
  #isShutDown = false;
  #job: JobRun | undefined;
  #abort = new AbortController();
  #crash: ((error: WorkerCrashedError) => void) | undefined;
  #cancelIdle: CancelTimer | undefined;

  constructor(number: number, options: LaneOptions) {
    this.number = number;
    this.#options = options;
  }

  get isFree(): boolean {
    return this.#job === undefined;
  }

  get hasThread(): boolean {
    return this.#pool !== undefined;
  }

  /** Whether its job is blocked until a promise of the loop is settled. */
  get isWaiting(): boolean {
    return this.#calls?.isWaiting ?? false;
  }

  /**
   * Runs the job, which has the lane for itself, and tells how that ended, in a turn of its own.
   * It does so by hand: promises in between would be half of what a call costs.
   */
  run(job: JobRun, ended: LaneListener): void {
    this.#cancelIdle?.();
    this.#job = job;
    // tinypool takes its listener off after each run, so one controller serves until it is used.
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    let isOver = false;
    let pool: OneThreadPool | undefined;
    let link: LinkEnd | undefined;
    const succeed = (reply: unknown): void => {
      if (isOver) return;
      isOver = true;
      this.#finish(pool);
      ended.onReply(reply as JobReply);
    };
    const fail = (error: unknown): void => {
      if (isOver) return;
      isOver = true;
      const explained = this.#explain(error, job);
      if (link) this.#disconnect(); // its port may not have arrived
      if (error instanceof WorkerCrashedError) this.#abort.abort(); // or it stays in the pool
      this.#finish(pool);
      ended.onFailure(explained);
    };
    this.#crash = fail;
    try {
      pool = this.#pool ?? this.#open();
      link = this.#calls ? undefined : this.#connect();
      this.#calls?.begin(job);
      const transfer = [...(job.fn.options.transfer ?? []), ...(link ? [link.port] : [])];
      const reply = pool.run(job.request(link), transfer, this.#abort.signal);
      if (this.#isReady) job.started(this.number);
      reply.then(succeed, fail);
    } catch (error) {
      queueMicrotask(() => fail(error));
    }
  }

  #finish(pool: OneThreadPool | undefined): void {
    this.#drain();
    this.#calls?.end();
    this.#job = this.#crash = undefined;
    if (pool && !pool.thread) this.#replace(pool);
    if (this.#pool && this.#options.idleMs < Infinity) this.#awaitIdle();
  }

  tell(reason: unknown): void {
    this.#calls?.cancel(reason);
  }

  kill(): void {
    this.#abort.abort();
  }

  shutDownCalls(): void {
    this.#isShutDown = true;
    this.#calls?.shutDown();
  }

  /** Ends the thread, if there is one. The next call begins with another. */
  async close(): Promise<void> {
    this.#cancelIdle?.();
    const pool = this.#pool;
    this.#pool = undefined;
    this.#disconnect();
    await pool?.close();
  }

  #awaitIdle(): void {
    const end = (): void => {
      void this.close();
      this.#options.onIdle?.();
    };
    this.#cancelIdle = after(this.#options.idleMs, end, { unref: true });
  }

  /** Starts a thread. */
  #open(): OneThreadPool {
    const pool = (this.#pool = this.#options.openPool());
    const { thread } = pool;
    this.#isReady = false;
    thread?.once('message', () => {
      if (pool !== this.#pool) return;
      this.#isReady = true;
      this.#job?.started(this.number);
    });
    // Before tinypool, which forgets the thread then.
    thread?.prependListener('error', (error: unknown) => this.#onDeath(pool, error));
    thread?.once('exit', (code) => {
      // tinypool takes no notice of an exit, and would wait for the thread for ever.
      if (pool.thread === thread) thread.emit('error', new Error(`It exited with code ${code}.`));
    });
    return pool;
  }

  /** Puts another thread in the place of one that has died, unless there is to be none. */
  #replace(pool: OneThreadPool): void {
    if (pool !== this.#pool) return;
    const couldStart = this.#isReady;
    void this.close();
    // What could not start will fail again, and so would the next: the next call tries it.
    if (couldStart) this.#tryToOpen();
  }

  #tryToOpen(): void {
    try {
      this.#open();
    } catch {
      // The system has no thread left: the next call tries it again, and tells.
    }
  }

  #onDeath(pool: OneThreadPool, error: unknown): void {
    if (pool !== this.#pool) return;
    this.#drain(); // what it has confessed comes on a port of its own
    const died = describeDeath(error, {
      name: this.#job?.name,
      dedicatedTo: this.#options.dedicatedTo,
      leftBy: this.#calls?.leftBy,
    });
    if (this.#job) this.#crash?.(died);
    else {
      const { report } = this.#options;
      // Who cannot start has failed a call before, and that call tells.
      if (this.#isReady)
        report({ error: died, source: 'job', owner: 'hub', name: `worker ${this.number}` });
      this.#replace(pool);
    }
  }

  /** Opens the link of a new thread; its end goes along with the first call. */
  #connect(): LinkEnd {
    const { port1, port2 } = new MessageChannel();
    const control = createControl();
    const calls = new LoopCalls({
      control,
      send: (message) => port1.postMessage(message),
      report: this.#options.report,
      onWaiting: this.#options.onWaiting,
    });
    port1.on('message', (message: LoopCallMessage) => calls.receive(message));
    port1.unref(); // an idle thread does not keep the process alive
    if (this.#isShutDown) calls.shutDown();
    this.#calls = calls;
    this.#port = port1;
    return { port: port2, control };
  }

  #disconnect(): void {
    this.#calls?.end();
    this.#port?.close();
    this.#calls = this.#port = undefined;
  }

  /** What was posted before the reply is run before it: the two come on different ports. */
  #drain(): void {
    if (!this.#port) return;
    let entry: { message: LoopCallMessage } | undefined;
    while ((entry = receiveMessageOnPort(this.#port) as typeof entry) !== undefined)
      this.#calls?.receive(entry.message);
  }

  #explain(error: unknown, job: JobRun): unknown {
    if (error instanceof WorkerCrashedError || job.isEnding) return error;
    // Replies are guarded in the worker; what cannot be copied is what was to go there.
    const args = job.plainArgs;
    if ((error as Error).name === 'DataCloneError' || !isCloneable(args))
      return argumentsNotCloneable(job.name, args, error);
    return new WorkerCrashedError(`\`${job.name}\` could not be run: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
