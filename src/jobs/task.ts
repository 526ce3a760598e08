import { currentExecution, type Execution, type RunningTask } from '../causality/execution.js';
import { nextTurn, now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import type { HubErrorReport } from '../errors/report.js';
import { CancelledError } from '../errors/work-errors.js';
import type { Owned, Scope } from '../ownership/scope.js';
import { isStopCaller } from './stop-callers.js';

/** What waits for a task: start-up and shutdown for all but `background`. */
export type TaskKind = 'task' | 'background' | 'listener' | 'job' | 'service';
export type TaskStatus = 'pending' | 'running' | 'done' | 'failed' | 'cancelled';

/** What a task tells of itself, so that it is found, waited for, and not forgotten. */
export interface TaskHost {
  /** It has begun something that takes time. */
  readonly onRunning: (task: Task<unknown>) => void;
  /** It has ended; what failed without anybody waiting for it is told here, and only here. */
  readonly onSettled: (task: Task<unknown>) => void;
  readonly onUnseenFailure: (task: Task<unknown>, error: unknown) => void;
}

export interface TaskInit {
  readonly name: string;
  readonly owner: Scope;
  readonly kind: TaskKind;
  readonly host: TaskHost;
  /** What a report of its failure says beside its name and owner. */
  readonly about: Pick<HubErrorReport, 'source' | 'event' | 'context'>;
}

// With methods, so that a task of a text is a task of something.
interface Settle<T> {
  resolve(value: T | PromiseLike<T>): void;
  reject(reason: unknown): void;
}

/**
 * Work that runs: a promise with a name, an owner and an end.
 *
 * It belongs to the scope in which it was started: when that closes its signal is aborted, and the
 * closing waits for it. An error that nobody awaits is reported, never an unhandled rejection.
 */
export class Task<T> extends Promise<T> implements Owned, RunningTask {
  // What `then` makes is an ordinary promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  readonly name: string;
  readonly kind: TaskKind;
  /** @internal */
  readonly about: TaskInit['about'];
  /** Epoch milliseconds. */
  readonly startedAt: number = now();
  /** @internal It ends when the hub begins to stop, like background tasks. */
  cancelOnShutdown = false;
  readonly #scope: Scope;
  readonly #host: TaskHost;
  readonly #settle: Settle<T>;
  readonly #ended: Promise<void>;
  #end: () => void = () => undefined;
  #controller: AbortController | undefined;
  #cancelled: CancelledError | undefined;
  #status: TaskStatus = 'pending';
  #error: unknown;
  #isSeen = false;
  #waitsForStop = false;
  #hasBody = true;
  #parentTask: RunningTask | null;
  #execution: Execution | undefined;

  /** @internal Made by `createTask` and its relatives. */
  constructor({ name, owner, kind, host, about }: TaskInit) {
    let settle: Settle<T> | undefined;
    super((resolve, reject) => (settle = { resolve, reject }));
    this.#settle = settle as Settle<T>;
    this.name = name;
    this.kind = kind;
    this.#scope = owner;
    this.#host = host;
    this.about = about;
    this.#parentTask = currentExecution()?.task ?? null;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    super.then(undefined, () => undefined); // never an unhandled rejection
  }

  /** The name of the scope to which it belongs. */
  get owner(): string {
    return this.#scope.name;
  }

  get status(): TaskStatus {
    return this.#status;
  }

  /** What it failed with, once it has. */
  get error(): unknown {
    return this.#error;
  }

  /** Aborts when the task is cancelled or its owner is unloaded; the reason says which. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cancelled && !this.#controller.signal.aborted)
      this.#controller.abort(this.#cancelled);
    return this.#controller.signal;
  }

  /** The task in which this one was started, while that one may wait for it. */
  get parentTask(): RunningTask | null {
    return this.#parentTask;
  }

  /** Resolves when nobody has to wait for it: its work has ended, or waits for the hub to stop. */
  get ended(): Promise<void> {
    return this.#ended;
  }

  /** @internal Set by `hub.stop()` in the task that calls it: who waits for it waits for itself. */
  get waitsForStop(): boolean {
    return this.#waitsForStop;
  }

  set waitsForStop(waits: boolean) {
    this.#waitsForStop = waits;
    if (waits) this.#end();
  }

  /**
   * Tells the work to end. The task rejects with a `CancelledError` (`cause` is the reason) once it
   * has; one that was made from a promise, which cannot be told anything, at once. Does nothing to
   * a task that has ended.
   */
  cancel(reason?: unknown): void {
    if (this.#cancelled || this.#isSettled) return;
    this.#cancelled = new CancelledError(`Task \`${this.name}\` was cancelled.`, { cause: reason });
    this.#controller?.abort(this.#cancelled);
    if (!this.#hasBody || this.#status === 'pending') this.#fail(this.#cancelled);
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isSeen = true;
    return super.then(onFulfilled, onRejected);
  }

  /** @internal Runs the body, to its first `await`, as part of `execution`. */
  run(body: (signal: AbortSignal) => T | PromiseLike<T>, execution: Execution): void {
    if (this.#isSettled) return; // cancelled before its turn
    this.#status = 'running';
    this.#execution = execution;
    try {
      const result = body(this.signal);
      if (isThenable(result)) this.#follow(result);
      else this.#succeed(result);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** @internal Follows a promise that somebody else has begun. */
  followPromise(promise: PromiseLike<T>, execution?: Execution, hasBody = false): void {
    this.#status = 'running';
    this.#execution = execution;
    this.#hasBody = hasBody;
    if (isStopCaller(execution)) this.waitsForStop = true;
    this.#follow(promise);
  }

  // As part of a scope.
  silence(): void {
    this.cancel(this.#scope.signal.reason);
  }

  end(): Promise<void> {
    return this.#ended;
  }

  isCaller(): boolean {
    const current = currentExecution();
    if (this.waitsForStop || (current && current === this.#execution)) return true;
    for (let task = current?.task ?? null; task; task = task.parentTask)
      if (task === this) return true;
    return false;
  }

  get #isSettled(): boolean {
    return this.#status !== 'pending' && this.#status !== 'running';
  }

  #follow(promise: PromiseLike<T>): void {
    this.#host.onRunning(this);
    this.#scope.attach(this);
    // A promise as it is; what only looks like one cannot throw here.
    Promise.resolve(promise).then(
      (value) => this.#succeed(value),
      (error: unknown) => this.#fail(error),
    );
  }

  #succeed(value: T): void {
    if (this.#cancelled) this.#fail(this.#cancelled);
    else if (!this.#isSettled) {
      this.#status = 'done';
      this.#settle.resolve(value);
      this.#close();
    }
  }

  #fail(error: unknown): void {
    if (this.#isSettled) return;
    this.#status = this.#cancelled ? 'cancelled' : 'failed';
    this.#error = this.#cancelled ?? error;
    this.#settle.reject(this.#error);
    this.#close();
    // After a cancellation any other error would be lost.
    if (this.#cancelled) {
      if (!isReasonOf(this.#cancelled, error)) this.#host.onUnseenFailure(this, error);
    } // Whoever awaits it does so by the next turn.
    else nextTurn(() => !this.#isSeen && this.#host.onUnseenFailure(this, error));
  }

  #close(): void {
    this.#parentTask = null; // a chain of tasks that start each other keeps nothing
    // What was begun in the task carries its execution on, for as long as that lasts.
    if (this.#execution?.task === this) this.#execution.task = null;
    this.#execution = undefined;
    this.#controller = undefined;
    this.#scope.detach(this);
    this.#end();
    this.#host.onSettled(this);
  }
}

// Work that was told to end may end by throwing the signal's reason, or an AbortError made of it.
function isReasonOf(cancelled: CancelledError, error: unknown): boolean {
  if (error === cancelled || error === cancelled.cause) return true;
  return (error as { name?: unknown } | null | undefined)?.name === 'AbortError';
}
