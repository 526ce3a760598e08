import { after, type CancelTimer } from '../clock/clock.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import { Batch } from './batch.js';
import { describeDeath, explainFailure, explainLoss, stageOf } from './describe-death.js';
import type { JobPlace, JobRun } from './job-run.js';
import type { JobReply, LinkReply } from './job-wire.js';
import type { LaneListener, LaneOptions } from './lane-listener.js';
import { LaneThread } from './lane-thread.js';
import { notReadable } from './not-cloneable.js';
import type { OneThreadPool } from './one-thread-pool.js';

/** What the thread was given. */
interface LaneRun {
  readonly batch: Batch;
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
  readonly #listener: LaneListener;
  readonly #thread: LaneThread;
  #run: LaneRun | undefined;
  #cancelIdle: CancelTimer | undefined;

  constructor(number: number, options: LaneOptions, listener: LaneListener) {
    this.number = number;
    this.#options = options;
    this.#listener = listener;
    this.#thread = new LaneThread({
      openPool: options.openPool,
      report: options.report,
      onWaiting: listener.onWaiting,
      onReply: (reply) => this.#onReply(reply),
      onUnreadable: (error) => this.#onUnreadable(error),
      onReady: () => this.#run?.batch.current?.started(this.number),
      onDeath: (error, pool) => this.#onDeath(error, pool),
    });
  }

  /** What it was given and has not ended: the one that runs, and those behind it. */
  get batch(): Batch | undefined {
    return this.#run?.batch;
  }

  get hasThread(): boolean {
    return this.#thread.exists;
  }

  /** Whether its thread is there to take several calls at once: the first brings it its link. */
  get isReady(): boolean {
    return this.#thread.isReady && this.#thread.link !== undefined;
  }

  /** Whether its job is blocked until a promise of the loop is settled. */
  get isWaiting(): boolean {
    return this.#thread.link?.calls.isWaiting ?? false;
  }

  /**
   * Runs the calls, which have the lane for themselves, and tells how each ended, in turns of
   * their own. It does so by hand: promises in between would be half of what a call costs.
   */
  run(jobs: readonly [JobRun, ...JobRun[]]): void {
    this.#cancelIdle?.();
    const [first] = jobs;
    const shared = jobs.length > 1 ? this.#thread.link?.count : undefined;
    const batch = new Batch(jobs, shared);
    const run: LaneRun = (this.#run = { batch, pool: undefined, isFirst: false, isOver: false });
    try {
      const pool = (run.pool = this.#thread.get());
      const { link, end } = this.#thread.connect();
      run.isFirst = end !== undefined;
      link.calls.begin(first);
      const reply = batch.isShared
        ? pool.runBatch(jobs.map((job) => job.request(undefined)))
        : pool.run(first.request(end), first.transferWith(end));
      if (this.#thread.isReady) first.started(this.number);
      reply.then(
        (value) => this.#succeed(run, value as JobReply | undefined),
        (error: unknown) => this.#fail(run, error),
      );
    } catch (error) {
      queueMicrotask(() => this.#fail(run, error));
    }
  }

  /** A reply that came over the link. The replies before it have come too, unless they cannot be read. */
  #onReply(reply: LinkReply): void {
    const batch = this.#run?.batch;
    while (batch?.current && batch.current.id !== reply.of) this.#lose(batch);
    const job = batch?.current;
    if (!batch || !job) return;
    batch.endCurrent();
    const back = batch.collect();
    const { current } = batch;
    const calls = this.#thread.link?.calls;
    calls?.end();
    if (current) calls?.begin(current);
    this.#return(back);
    this.#listener.onReply(job, reply);
    current?.started(this.number);
  }

  /** Only the current call can have sent it: what was before has its reply. */
  #onUnreadable(error: unknown): void {
    const job = this.#run?.batch.current;
    if (job) this.kill(job, notReadable(job.name, error)); // it may wait for an answer
  }

  /** The thread has ended the current call, but there is no reply. */
  #lose(batch: Batch): void {
    const job = batch.current as JobRun;
    batch.endCurrent();
    this.#listener.onFailure(job, explainLoss(job));
  }

  #succeed(run: LaneRun, reply: JobReply | undefined): void {
    if (run.isOver) return;
    run.isOver = true;
    if (this.#thread.is(run.pool)) this.#thread.ready(); // a reply can overtake what says so
    this.#finish(run);
    const { batch } = run;
    const job = batch.current;
    if (job && reply && !batch.isShared) this.#listener.onReply(job, reply);
    else {
      while (batch.isRunning) this.#lose(batch);
      this.#listener.onTrouble(batch.giveUp()); // none, unless it has died
    }
    this.#listener.onFree();
  }

  #fail(run: LaneRun, error: unknown): void {
    if (run.isOver) return;
    run.isOver = true;
    const { batch, pool } = run;
    this.#thread.link?.drain(); // it tells which of them is running
    const job = batch.current;
    // One that cannot be copied keeps all of them here. Alone, only the one to blame will fail.
    const isSent = !batch.isShared || batch.isRunning || !pool?.thread || job?.isEnding;
    const explained = job && isSent && explainFailure(error, job);
    if (run.isFirst) this.#thread.disconnect(); // its port may not have arrived
    if (error instanceof WorkerCrashedError) void pool?.close(); // or it stays in the pool
    this.#finish(run);
    if (job && isSent) {
      batch.endCurrent();
      this.#listener.onFailure(job, explained);
    }
    this.#listener.onTrouble(batch.giveUp());
    this.#listener.onFree();
  }

  #finish({ pool }: LaneRun): void {
    this.#thread.link?.drain();
    this.#thread.link?.calls.end();
    this.#run = undefined;
    if (pool && !pool.thread) this.#thread.replace(pool);
    if (this.#thread.exists && this.#options.idleMs < Infinity) this.#awaitIdle();
  }

  #return(jobs: readonly JobRun[]): void {
    if (jobs.length > 0) this.#listener.onReturn(jobs);
  }

  /** Takes back all that its thread has not begun. */
  recall(): void {
    this.#return(this.batch?.withdraw() ?? []);
  }

  release(job: JobRun): boolean {
    const { batch } = this;
    if (!batch || batch.current === job) return false;
    const back = batch.withdraw(job);
    // It need not be the first: the thread may have given back those before it as well.
    this.#return(back.filter((one) => one !== job));
    return back.includes(job);
  }

  tell(job: JobRun, reason: unknown): void {
    // Else it would take the place of what the call that runs was told.
    if (!this.batch?.hasEnded(job)) this.#thread.link?.calls.cancel(job.id, reason);
  }

  kill(job: JobRun, reason: unknown): void {
    const run = this.#run;
    this.recall(); // or the thread might come to another one before it ends
    if (!run || run.batch.hasEnded(job)) return;
    void run.pool?.close();
    queueMicrotask(() => this.#fail(run, reason));
  }

  shutDownCalls(): void {
    this.#thread.shutDownCalls();
  }

  /** Ends the thread, if there is one. The next call begins with another. */
  async close(): Promise<void> {
    this.#cancelIdle?.();
    this.#thread.link?.drain(); // what has ended would seem to be running
    await this.#thread.close();
  }

  #awaitIdle(): void {
    const end = (): void => {
      void this.close();
      this.#listener.onIdle();
    };
    this.#cancelIdle = after(this.#options.idleMs, end, { unref: true });
  }

  #onDeath(error: unknown, pool: OneThreadPool): void {
    const thread = this.#thread;
    thread.link?.drain(); // its last words come on a port of their own, as do replies
    const words = thread.link?.calls.lastWords;
    const run = this.#run;
    const stage = run && stageOf(run.batch, words);
    const died = describeDeath(error, {
      name: stage === 'running' ? run?.batch.current?.name : undefined,
      dedicatedTo: this.#options.dedicatedTo,
      leftBy: words?.leftBy,
    });
    if (run && stage === 'running') {
      this.#fail(run, died);
      return;
    }
    if (run) thread.ready();
    const { report } = this.#options;
    // Who cannot start has failed a call before, and that call tells.
    if (thread.isReady)
      report({ error: died, source: 'job', owner: 'hub', name: `worker ${this.number}` });
    thread.replace(pool);
    if (!run) return;
    if (stage === 'answered' || run.batch.isShared) this.#succeed(run, words?.reply);
    else {
      run.isOver = true; // what becomes of it in the dead thread is of no interest
      this.run(run.batch.left as [JobRun]);
    }
  }
}
