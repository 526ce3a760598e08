import { after, type CancelTimer } from '../clock/clock.js';
import type { Report } from '../errors/report.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import { describeDeath, stageOf, ThreadExit } from './describe-death.js';
import type { JobPlace, JobRun } from './job-run.js';
import type { JobReply } from './job-wire.js';
import { argumentsNotCloneable, isCloneable } from './not-cloneable.js';
import type { OneThreadPool } from './one-thread-pool.js';
import { ThreadLink } from './thread-link.js';

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

/** One call in its lane. */
interface LaneRun {
  readonly job: JobRun;
  readonly ended: LaneListener;
  /** The one it was given to; another may have taken its place since. */
  pool: OneThreadPool | undefined;
  /** Whether it brings the thread its link. */
  isFirst: boolean;
  isOver: boolean;
}

/** Where calls run one after the other: a number, and a thread while there is need of one. */
export class ThreadLane implements JobPlace {
  readonly number: number;
  readonly #options: LaneOptions;
  #pool: OneThreadPool | undefined;
  #isReady = false;
  #link: ThreadLink | undefined;
  #isShutDown = false;
  #run: LaneRun | undefined;
  #abort = new AbortController();
  #cancelIdle: CancelTimer | undefined;

  constructor(number: number, options: LaneOptions) {
    this.number = number;
    this.#options = options;
  }

  get isFree(): boolean {
    return this.#run === undefined;
  }

  get hasThread(): boolean {
    return this.#pool !== undefined;
  }

  /** Whether its job is blocked until a promise of the loop is settled. */
  get isWaiting(): boolean {
    return this.#link?.calls.isWaiting ?? false;
  }

  /**
   * Runs the job, which has the lane for itself, and tells how that ended, in a turn of its own.
   * It does so by hand: promises in between would be half of what a call costs.
   */
  run(job: JobRun, ended: LaneListener): void {
    this.#cancelIdle?.();
    // tinypool takes its listener off after each run, so one controller serves until it is used.
    if (this.#abort.signal.aborted) this.#abort = new AbortController();
    const run: LaneRun = (this.#run = {
      job,
      ended,
      pool: undefined,
      isFirst: false,
      isOver: false,
    });
    try {
      const pool = (run.pool = this.#pool ?? this.#open());
      run.isFirst = !this.#link;
      const link = (this.#link ??= this.#connect());
      link.calls.begin(job);
      const end = run.isFirst ? link.end : undefined;
      const transfer = [...(job.fn.options.transfer ?? []), ...(end ? [end.port] : [])];
      const reply = pool.run(job.request(end), transfer, this.#abort.signal);
      if (this.#isReady) job.started(this.number);
      reply.then(
        (value) => this.#succeed(run, value as JobReply),
        (error: unknown) => this.#fail(run, error),
      );
    } catch (error) {
      queueMicrotask(() => this.#fail(run, error));
    }
  }

  #succeed(run: LaneRun, reply: JobReply): void {
    if (run.isOver) return;
    run.isOver = true;
    if (run.pool === this.#pool) this.#ready(); // a reply can overtake the message that says so
    this.#finish(run);
    run.ended.onReply(reply);
  }

  #fail(run: LaneRun, error: unknown): void {
    if (run.isOver) return;
    run.isOver = true;
    const explained = this.#explain(error, run.job);
    if (run.isFirst) this.#disconnect(); // its port may not have arrived
    if (error instanceof WorkerCrashedError) this.#abort.abort(); // or it stays in the pool
    this.#finish(run);
    run.ended.onFailure(explained);
  }

  #finish({ pool }: LaneRun): void {
    this.#link?.drain();
    this.#link?.calls.end();
    this.#run = undefined;
    if (pool && !pool.thread) this.#replace(pool);
    if (this.#pool && this.#options.idleMs < Infinity) this.#awaitIdle();
  }

  tell(reason: unknown): void {
    this.#link?.calls.cancel(reason);
  }

  kill(): void {
    this.#abort.abort();
  }

  shutDownCalls(): void {
    this.#isShutDown = true;
    this.#link?.calls.shutDown();
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
      if (pool === this.#pool) this.#ready();
    });
    // Before tinypool, which forgets the thread then.
    thread?.prependListener('error', (error: unknown) => this.#onDeath(pool, error));
    thread?.once('exit', (code) => {
      // tinypool takes no notice of an exit, and would wait for the thread for ever.
      if (pool.thread === thread) thread.emit('error', new ThreadExit(code));
    });
    return pool;
  }

  #ready(): void {
    if (this.#isReady) return;
    this.#isReady = true;
    this.#run?.job.started(this.number);
  }

  /** Puts another thread in the place of one that has died, unless there is to be none. */
  #replace(pool: OneThreadPool): void {
    if (pool !== this.#pool) return;
    const couldStart = this.#isReady;
    void this.close();
    // What could not start will fail again, and so would the next: the next call tries it.
    if (!couldStart) return;
    try {
      this.#open();
    } catch {
      // The system has no thread left: the next call tries it again, and tells.
    }
  }

  #onDeath(pool: OneThreadPool, error: unknown): void {
    if (pool !== this.#pool) return;
    this.#link?.drain(); // its last words come on a port of their own
    const words = this.#link?.calls.lastWords;
    const run = this.#run;
    const stage = run && stageOf(run.job, words);
    const died = describeDeath(error, {
      name: stage === 'running' ? run?.job.name : undefined,
      dedicatedTo: this.#options.dedicatedTo,
      leftBy: words?.leftBy,
    });
    if (run && stage === 'running') {
      this.#fail(run, died);
      return;
    }
    if (run) this.#ready();
    const { report } = this.#options;
    // Who cannot start has failed a call before, and that call tells.
    if (this.#isReady)
      report({ error: died, source: 'job', owner: 'hub', name: `worker ${this.number}` });
    this.#replace(pool);
    if (!run) return;
    if (stage === 'answered') this.#succeed(run, words?.reply as JobReply);
    else {
      run.isOver = true; // what becomes of it in the dead thread is of no interest
      this.run(run.job, run.ended);
    }
  }

  #connect(): ThreadLink {
    const link = new ThreadLink(this.#options);
    if (this.#isShutDown) link.calls.shutDown();
    return link;
  }

  #disconnect(): void {
    this.#link?.close();
    this.#link = undefined;
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
