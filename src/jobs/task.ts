import { currentExecution, type Execution, type RunningTask } from '../causality/execution.js';
import { nextTurn, now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { CancelledError } from '../errors/work-errors.js';
import type { Late } from '../ownership/late.js';
import type { Owned } from '../ownership/owned.js';
import type { Scope } from '../ownership/scope.js';
import { isCancelledBy } from './cancelled-by.js';
import { Moment } from './moment.js';
import { isStopCaller } from './stop-callers.js';
import type { TaskBooks, TaskInit } from './task-init.js';
import { lateKind, type TaskKind, type TaskStatus } from './task-kind.js';

export type { TaskKind, TaskStatus } from './task-kind.js';

/** Where a task tells of itself. */
export type TaskHost = TaskBooks<Task<unknown>>;

/** The work of a task. */
export type TaskFunction<T> = (signal: AbortSignal) => T | PromiseLike<T>;

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
  readonly name: string;
  readonly kind: TaskKind;
  /** @internal */
  readonly about: TaskInit<TaskHost>['about'];
  /** Epoch milliseconds. */
  readonly startedAt: number = now();
  /** @internal It ends when the hub begins to stop, like background tasks. */
  cancelOnShutdown = false;
  /** @internal It was late once: nobody waits for it any more. */
  isLeft = false;
  /** @internal Told of a cancellation, for work that needs no signal: making one costs more than a task. */
  onCancel: ((reason: unknown) => void) | undefined;
  /** @internal */
  readonly scope: Scope;
  readonly #host: TaskHost;
  readonly #settle: Settle<T>;
  readonly #ended = new Moment();
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
  constructor({ name, owner, kind, host, about }: TaskInit<TaskHost>) {
    let settle: Settle<T> | undefined;
    super((resolve, reject) => (settle = { resolve, reject }));
    this.#settle = settle as Settle<T>;
    this.name = name;
    this.kind = kind;
    this.scope = owner;
    this.#host = host;
    this.about = about;
    this.#parentTask = currentExecution()?.task ?? null;
    this.then(undefined, () => undefined); // never an unhandled rejection,
    this.#isSeen = false; // and nobody who has seen it
  }

  // Whatever awaits or chains a promise asks for this first. Unlike a `then` of our own it spares
  // each `await` two promises; and what `then` makes is an ordinary one.
  override get ['constructor'](): PromiseConstructor {
    if (#isSeen in this) this.#isSeen = true; // not the prototype, which some print
    return Promise;
  }

  /** The name of the scope to which it belongs. */
  get owner(): string {
    return this.scope.name;
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

  /** Whether it was told to end; what it does about that takes as long as it takes. */
  get isCancelled(): boolean {
    return this.#cancelled !== undefined;
  }

  /** Resolves when nobody has to wait for it: it has ended, was left, or waits for the hub to stop. */
  get ended(): Promise<void> {
    return this.#ended.promise;
  }

  /** @internal Set by `hub.stop()` in the task that calls it: who waits for it waits for itself. */
  get waitsForStop(): boolean {
    return this.#waitsForStop;
  }

  set waitsForStop(waits: boolean) {
    this.#waitsForStop = waits;
    if (waits) this.#ended.come();
  }

  /**
   * Tells the work to end. The task rejects with a `CancelledError` (`cause` is the reason) once it
   * has; one that was made from a promise, which cannot be told anything, at once. Does nothing to
   * a task that has ended.
   */
  cancel(reason?: unknown): void {
    if (this.#cancelled || this.#isSettled) return;
    this.#cancelled = new CancelledError(`Task \`${this.name}\` was cancelled.`, { cause: reason });
    this.onCancel?.(this.#cancelled);
    this.#controller?.abort(this.#cancelled);
    if (!this.#hasBody || this.#status === 'pending') this.#fail(this.#cancelled);
  }

  /** @internal Cancels it and ends it at once: its body, which nothing can tell, goes on for itself. */
  drop(reason: unknown): void {
    this.#hasBody = false;
    this.cancel(reason);
    if (this.#cancelled) this.#fail(this.#cancelled);
  }

  /** @internal Runs the body, to its first `await`, as part of `execution`. */
  run(body: TaskFunction<T>, execution: Execution, needsSignal: boolean): void {
    if (this.#isSettled) return; // cancelled before its turn
    this.#status = 'running';
    this.#execution = execution;
    try {
      const result = body(needsSignal ? this.signal : (undefined as never));
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
    this.cancel(this.scope.signal.reason);
  }

  end(): Promise<void> {
    return this.ended;
  }

  late(): Late {
    const { name, owner, kind, startedAt } = this;
    return { what: lateKind(kind), owner, name, ageMs: now() - startedAt, thing: this };
  }

  leave(): void {
    this.isLeft = true;
    this.#ended.come();
  }

  /** Whether it is part of it that `current` waits, so that it would wait for itself. */
  isCaller(current = currentExecution()): boolean {
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
    this.scope.attach(this);
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
    // After a cancellation any other error would be lost.
    if (this.#cancelled && !isCancelledBy(this.#cancelled, error))
      this.#host.onUnseenFailure(this, error);
    if (this.#isSettled) return;
    this.#status = this.#cancelled ? 'cancelled' : 'failed';
    this.#error = this.#cancelled ?? error;
    this.#settle.reject(this.#error);
    this.#close();
    // Whoever awaits it does so by the next turn.
    if (!this.#cancelled) nextTurn(() => !this.#isSeen && this.#host.onUnseenFailure(this, error));
  }

  #close(): void {
    this.#parentTask = null; // a chain of tasks that start each other keeps nothing
    // What was begun in the task carries its execution on, for as long as that lasts.
    if (this.#execution?.task === this) this.#execution.task = null;
    this.#execution = undefined;
    this.#controller = this.onCancel = undefined;
    this.scope.detach(this);
    this.#ended.come();
    this.#host.onSettled(this);
  }
}
