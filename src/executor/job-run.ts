import type { Transferable } from 'node:worker_threads';
import { after, type CancelTimer, nextTurn } from '../clock/clock.js';
import { TimeoutError } from '../errors/work-errors.js';
import { onAbort } from '../ownership/abort-relay.js';
import { isAwaitedByWorker } from './awaited-calls.js';
import type { ExecutorRun } from './executor.js';
import type { JobReply, JobRequest, LinkEnd } from './job-wire.js';
import { type LoopCaller, openReply } from './loop-calls.js';
import { DEFAULT_GRACE_MS, type WorkerFunction } from './worker-function.js';

type AnyFunction = (...args: never[]) => unknown;

/** Where a call is, as far as ending it goes. */
export interface JobPlace {
  /** Takes the call back if it has not begun, and tells whether it did; where some begin later. */
  release?(job: JobRun): boolean;
  /** Tells the call to end. */
  tell(job: JobRun, reason: unknown): void;
  /** Ends it, whatever it does. */
  kill(job: JobRun, reason: unknown): void;
}

let lastId = 0;

const NO_CALLBACKS: ReadonlyMap<number, AnyFunction> = new Map();

/**
 * One call on its way: it waits, then it has a place to run, then it is settled. Once it was told
 * to end, it rejects with that reason, however its function takes it.
 */
export class JobRun implements LoopCaller {
  readonly id: number;
  readonly fn: WorkerFunction<readonly unknown[]>;
  readonly args: readonly unknown[];
  readonly run: ExecutorRun;
  /** A worker is blocked until this call is over. */
  readonly isUrgent = isAwaitedByWorker();
  readonly callbacks: ReadonlyMap<number, AnyFunction>;
  /** Its place among all that ever waited in the same queue, which sets it. */
  turn = 0;
  /** How the call ended, for the caller. */
  readonly promise: Promise<unknown>;
  readonly #releases: CancelTimer[] = [];
  #settle!: { resolve: (value: unknown) => void; reject: (reason: unknown) => void };
  #place: JobPlace | undefined;
  #ending: { readonly reason: unknown } | undefined;
  #hasStarted = false;
  #isSettled = false;

  constructor(fn: WorkerFunction<readonly unknown[]>, args: readonly unknown[], run: ExecutorRun) {
    // The id stands in a shared number of 32 bits, in which 0 means none.
    this.id = lastId = (lastId % (2 ** 31 - 1)) + 1;
    this.fn = fn;
    this.args = args;
    this.run = run;
    this.callbacks = callbacksAmong(args);
    this.promise = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
  }

  get name(): string {
    return this.fn.name;
  }

  get owner(): string {
    return this.run.owner;
  }

  get context(): unknown {
    return this.run.context;
  }

  get exposed(): ExecutorRun['exposed'] {
    return this.run.exposed;
  }

  get runOnLoop(): ExecutorRun['runOnLoop'] {
    return this.run.runOnLoop;
  }

  /** Whether it was told to end, so that its end is no surprise. */
  get isEnding(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether another thread could have it, if the one it was sent to died before it began. */
  get canRunAgain(): boolean {
    return !this.isEnding && !this.fn.options.transfer?.length;
  }

  /** Whether it may be given to a thread together with others. */
  get isSharing(): boolean {
    return !this.isUrgent && !this.fn.options.transfer?.length;
  }

  get isSettled(): boolean {
    return this.#isSettled;
  }

  /** Ends with the caller's signals from now on, at once if one has aborted already. */
  listen(): void {
    const { signal } = this.fn.options;
    if (signal) {
      const end = (): void => this.end(signal.reason);
      if (signal.aborted) end();
      else this.#releases.push(onAbort(signal, end));
    }
    this.run.onCancel?.((reason) => this.end(reason));
  }

  /** Calls `listener` at the moment in which the call is settled. */
  onSettled(listener: () => void): void {
    this.#releases.push(listener);
  }

  /**
   * The call has left the queue: once it has begun there it is told to end, and given time for it.
   * Without a place it is back in the queue.
   */
  placeAt(place: JobPlace | undefined): void {
    this.#place = place;
  }

  /** A thread has taken the call. */
  started(worker: number): void {
    if (this.#hasStarted) return; // the thread died before it came to this call
    this.#hasStarted = true;
    const { timeoutMs } = this.fn.options;
    if (timeoutMs !== undefined && timeoutMs < Infinity && !this.#isSettled)
      this.#releases.push(
        // If the loop has stood still, the answer may be there already: it is read first.
        after(timeoutMs, () => this.#releases.push(nextTurn(() => this.#timeOut(timeoutMs)))),
      );
    this.run.onStart?.(worker);
  }

  /** Ends the call: at once while it waits, after `graceMs` at the latest when it runs. */
  end(reason: unknown, graceMs = this.fn.options.graceMs ?? DEFAULT_GRACE_MS): void {
    if (this.#isSettled) return;
    const isFirst = !this.#ending;
    this.#ending ??= { reason };
    const place = this.#place;
    if (!place || place.release?.(this)) this.fail(reason);
    else if (graceMs === 0) place.kill(this, this.#ending.reason);
    else if (isFirst) {
      place.tell(this, reason);
      if (graceMs < Infinity)
        this.#releases.push(after(graceMs, () => this.#place?.kill(this, reason)));
    }
  }

  #timeOut(timeoutMs: number): void {
    const words = `\`${this.name}\` ran longer than its \`timeoutMs\` of ${timeoutMs}.`;
    this.end(new TimeoutError(words));
  }

  /** The thread has answered. */
  finish(reply: JobReply): void {
    try {
      const value = openReply(reply);
      if (this.#ending) this.fail(this.#ending.reason);
      else {
        this.#release();
        this.#settle.resolve(value);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** There will be no answer. */
  fail(error: unknown): void {
    this.#release();
    // Whoever awaits it hears of the failure; if nobody does, the process must not end for it.
    this.promise.catch(() => undefined);
    this.#settle.reject(this.#ending ? this.#ending.reason : error);
  }

  /** The arguments as they can be copied: without the functions. */
  get plainArgs(): readonly unknown[] {
    if (this.callbacks.size === 0) return this.args;
    return this.args.map((arg, index) => (this.callbacks.has(index) ? null : arg));
  }

  /** What the thread is sent. */
  request(link: LinkEnd | undefined): JobRequest {
    const { id, fn, run, callbacks } = this;
    const called = callbacks.size > 0 ? [...callbacks.keys()] : undefined;
    return [id, fn.module, fn.name, this.plainArgs, called, run.name, run.owner, run.context, link];
  }

  /** What is handed over to the thread, if anything is. */
  transferWith(link: LinkEnd | undefined): Transferable[] | undefined {
    const { transfer } = this.fn.options;
    if (link) return [...(transfer ?? []), link.port];
    return transfer && [...transfer];
  }

  #release(): void {
    this.#isSettled = true;
    if (this.#releases.length > 0) for (const release of this.#releases.splice(0)) release();
  }
}

function callbacksAmong(args: readonly unknown[]): ReadonlyMap<number, AnyFunction> {
  let callbacks: Map<number, AnyFunction> | undefined;
  for (let index = 0; index < args.length; index++) {
    const arg = args[index];
    if (typeof arg === 'function') (callbacks ??= new Map()).set(index, arg);
  }
  return callbacks ?? NO_CALLBACKS;
}
