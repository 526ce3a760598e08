import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Transferable, Worker } from 'node:worker_threads';
import { after, type CancelTimer } from '../clock/clock.js';
import type { Report } from '../errors/report.js';
import { WorkerCrashedError } from '../errors/work-errors.js';
import type { JobPlace, JobRun } from './job-run.js';
import { createControl, type JobReply, type JobRequest, type LinkEnd } from './job-wire.js';
import { LoopCalls } from './loop-calls.js';
import type { LoopCallMessage } from './job-wire.js';
import { argumentsNotCloneable } from './not-cloneable.js';

/** A pool of exactly one thread, which is replaced when it dies. */
export interface OneThreadPool {
  /** The thread that takes the next call; while the pool is open there always is one. */
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
  /** Told when the thread begins or ends to wait for a promise of the loop. */
  readonly onWaiting: () => void;
}

/** Where calls run one after the other: a number, and a thread while there is need of one. */
export class ThreadLane implements JobPlace {
  readonly number: number;
  readonly #options: LaneOptions;
  #pool: OneThreadPool | undefined;
  #thread: Worker | undefined;
  #isReady = false;
  #calls: LoopCalls | undefined;
  #port: MessagePort | undefined;
  #isShutDown = false;
  #job: JobRun | undefined;
  #abort: AbortController | undefined;
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

  /** Runs the job, which has the lane for itself, and gives its reply. */
  async run(job: JobRun): Promise<JobReply> {
    this.#cancelIdle?.();
    this.#job = job;
    const abort = (this.#abort = new AbortController());
    const crashed = new Promise<never>((_, reject) => (this.#crash = reject));
    let link: LinkEnd | undefined;
    try {
      const pool = (this.#pool ??= this.#options.openPool());
      this.#follow();
      link = this.#calls ? undefined : this.#connect();
      this.#calls?.begin(job);
      const transfer = [...(job.fn.options.transfer ?? []), ...(link ? [link.port] : [])];
      const reply = pool.run(job.request(link), transfer, abort.signal);
      if (this.#isReady) job.started(this.number);
      return (await Promise.race([reply, crashed])) as JobReply;
    } catch (error) {
      if (link) this.#disconnect(); // its port may not have arrived
      if (error instanceof WorkerCrashedError) abort.abort(); // or it waits for a thread for ever
      throw this.#explain(error, job);
    } finally {
      this.#drain();
      this.#calls?.end();
      this.#job = this.#abort = this.#crash = undefined;
      this.#follow();
      if (this.#pool && this.#options.idleMs < Infinity)
        this.#cancelIdle = after(this.#options.idleMs, () => void this.close(), { unref: true });
    }
  }

  tell(reason: unknown): void {
    this.#calls?.cancel(reason);
  }

  kill(): void {
    this.#abort?.abort();
  }

  shutDownCalls(): void {
    this.#isShutDown = true;
    this.#calls?.shutDown();
  }

  /** Ends the thread, if there is one. The next call begins with another. */
  async close(): Promise<void> {
    this.#cancelIdle?.();
    const pool = this.#pool;
    this.#pool = this.#thread = undefined;
    this.#disconnect();
    await pool?.close();
  }

  /** Follows the pool to the thread that it has now. */
  #follow(): void {
    const pool = this.#pool;
    const thread = pool?.thread;
    if (!pool || thread === this.#thread) return;
    this.#disconnect();
    this.#thread = thread;
    this.#isReady = false;
    if (!thread) return;
    thread.once('message', () => {
      if (thread !== this.#thread) return;
      this.#isReady = true;
      this.#job?.started(this.number);
    });
    // Before tinypool, which puts another thread in its place.
    thread.prependListener('error', (error: unknown) => this.#onDeath(thread, error));
    thread.once('exit', (code) => {
      // tinypool takes no notice of an exit, and would wait for the thread for ever.
      if (pool.thread === thread) thread.emit('error', new Error(`It exited with code ${code}.`));
    });
  }

  #onDeath(thread: Worker, error: unknown): void {
    if (thread !== this.#thread) return;
    const why = (error as Error | null)?.message ?? String(error);
    const job = this.#job;
    if (job)
      this.#crash?.(
        new WorkerCrashedError(`The worker thread of \`${job.name}\` died under it: ${why}`, {
          cause: error,
        }),
      );
    else
      this.#options.report({
        error: new WorkerCrashedError(`A worker thread without a job died: ${why}`, {
          cause: error,
        }),
        source: 'job',
        owner: 'hub',
        name: `worker ${this.number}`,
      });
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
    if (error instanceof WorkerCrashedError) return error;
    const { name, message } = error as Error;
    // Nothing in a worker throws it: replies are guarded there.
    if (name === 'DataCloneError') {
      const args = [...job.args].map((arg, index) => (job.callbacks.has(index) ? null : arg));
      return argumentsNotCloneable(job.name, args, error);
    }
    return new WorkerCrashedError(`\`${job.name}\` could not be run: ${message}`, {
      cause: error,
    });
  }
}
