import type { Context } from '../causality/context.js';
import {
  carriedExecution,
  currentExecution,
  Execution,
  runAsync,
  swapRunning,
} from '../causality/execution.js';
import type { Activity, ProbeSlot } from '../causality/probe.js';
import { nextTurn, now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Report } from '../errors/report.js';
import { CallbackReturnedPromiseError } from '../errors/work-errors.js';
import type { Executor } from '../executor/executor.js';
import { expectWorkerFunction, type WorkerFunction } from '../executor/worker-function.js';
import type { Scope } from '../ownership/scope.js';
import { Job, type JobTarget } from './job.js';
import { isStopCaller } from './stop-callers.js';
import type { TaskTracker } from './task-tracker.js';
import { Task, type TaskHost, type TaskKind } from './task.js';

/** What a task can be made of: a function that gets its signal, or a promise already under way. */
export type TaskBody<T> = ((signal: AbortSignal) => T | PromiseLike<T>) | PromiseLike<T>;

export interface StartOptions {
  readonly name?: string | undefined;
  readonly kind?: TaskKind;
  /** Runs to its first `await` before the call returns. @default true */
  readonly eager?: boolean | undefined;
  /** What caused it. @default what is running */
  readonly context?: Context | null | undefined;
  /** The event of that context, if there is one. */
  readonly event?: object | null | undefined;
  /** What the activity feed tells of it at its end; may be filled meanwhile. */
  readonly detail?: Detail;
}

type Detail = Readonly<Record<string, unknown>>;

/** What tasks need of the hub in which they run. */
export interface TaskRunnerHost {
  readonly hub: object | null;
  readonly report: Report;
  readonly probe: ProbeSlot;
  readonly carriesOverAwait: boolean;
  readonly tracker: TaskTracker;
  readonly executor: Executor;
  /** What a worker may call by name, as the owner of its job. */
  readonly exposed: (owner: Scope, name: string) => ((...args: never[]) => unknown) | undefined;
}

/** Starts work and keeps the books about it. */
export class TaskRunner {
  readonly #host: TaskRunnerHost;
  readonly #books: TaskHost;
  readonly #activities = new WeakMap<Task<unknown>, Activity>();

  constructor(host: TaskRunnerHost) {
    this.#host = host;
    this.#books = {
      onRunning: (task) => host.tracker.add(task),
      onSettled: (task) => {
        host.tracker.delete(task);
        this.#recordEnd(task);
      },
      onUnseenFailure: ({ owner, name, about }, error) =>
        host.report({ error, owner, name, ...about }),
    };
  }

  /**
   * Starts a task. What is thrown in it rejects the task; nothing of that is thrown here.
   *
   * @throws InvalidOptionError when the body is neither a function nor a promise.
   */
  start<T>(owner: Scope, body: TaskBody<T>, options: StartOptions = {}): Task<T> {
    if (typeof body !== 'function' && !isThenable(body))
      throw new InvalidOptionError(`Expected a function or a promise, got ${quote(body)}.`);
    const { kind = 'task', eager = true, context, event, detail = {} } = options;
    const name = options.name ?? ((typeof body === 'function' && body.name) || kind);
    const running = currentExecution();
    const cause = context === undefined ? (running?.context ?? null) : context;
    const about = { source: kind === 'background' ? 'task' : kind, context: cause } as const;
    const task = new Task<T>({ name, owner, kind, host: this.#books, about });
    const known = context === undefined ? (running?.event ?? null) : (event ?? null);
    const execution = this.#executionOf(task, owner, cause, known);
    this.#recordStart(task, execution, detail);
    if (typeof body !== 'function') task.followPromise(body, execution);
    else if (eager) this.#runIn(execution, () => task.run(body, execution));
    else {
      this.#host.tracker.add(task);
      owner.attach(task); // an owner that is unloaded before its turn takes it along
      nextTurn(() => this.#runIn(execution, () => task.run(body, execution)));
    }
    return task;
  }

  /** Follows what an async listener or subscriber returned. */
  follow(
    owner: Scope,
    name: string,
    promise: PromiseLike<unknown>,
    about: Task<unknown>['about'],
  ): Task<unknown> {
    const task = new Task<unknown>({ name, owner, kind: 'listener', host: this.#books, about });
    const execution = carriedExecution(); // what its continuations will find
    if (execution) {
      execution.task ??= task;
      execution.owner ??= owner;
    }
    if (isStopCaller(currentExecution())) task.waitsForStop = true;
    this.#recordStart(task, execution, {});
    task.followPromise(promise, execution, true);
    return task;
  }

  /** Runs a function of a worker module in the executor. */
  startInExecutor<A extends unknown[], R>(
    owner: Scope,
    fn: WorkerFunction<A, R>,
    args: A,
    options: StartOptions = {},
  ): Task<R> {
    const { executor, exposed } = this.#host;
    const name = options.name ?? expectWorkerFunction(fn).name;
    const detail: Record<string, unknown> = {};
    const run = (signal: AbortSignal): Promise<R> => {
      const execution = currentExecution();
      return executor.run(fn, args, {
        name,
        owner: owner.name,
        context: execution?.context?.toJSON() ?? null,
        signal,
        runOnLoop: (call) => (execution ? this.#runIn(execution, call) : call()),
        exposed: (asked) => exposed(owner, asked),
        onStart: (worker) => (detail['worker'] = worker),
      });
    };
    return this.start(owner, run, { ...options, name, kind: 'job', eager: true, detail });
  }

  /** Runs a job: inline what does all its work at once, as a task what takes time. */
  runJob<A extends unknown[], R>(
    owner: Scope,
    job: Job<A, R> | JobTarget<A, R>,
    args: A,
    kind: TaskKind = 'task',
  ): Task<R> | undefined {
    const given = job instanceof Job ? job : new Job(job);
    const task = this.#runJob(owner, given, args, kind);
    if (task) task.cancelOnShutdown = given.cancelOnShutdown;
    return task;
  }

  #runJob<A extends unknown[], R>(
    owner: Scope,
    { target, name, type, isMarked }: Job<A, R>,
    args: A,
    kind: TaskKind,
  ): Task<R> | undefined {
    if (typeof target !== 'function') return this.startInExecutor(owner, target, args, { name });
    if (type === 'coroutine') {
      if (isMarked) this.reportMarked(owner, name);
      return this.start(owner, () => target(...args), { name, kind });
    }
    // Only what it returns tells whether it takes time, so it gets an execution for that case.
    const running = currentExecution();
    const context = running?.context ?? null;
    const execution = this.#executionOf(null, owner, context, running?.event ?? null);
    let result: unknown;
    try {
      result = isMarked ? target(...args) : this.#runIn(execution, () => target(...args));
      if (!isThenable(result)) return undefined;
    } catch (error) {
      this.#host.report({ error, source: 'job', owner: owner.name, name });
      return undefined;
    }
    if (isMarked) this.reportMarked(owner, name);
    const about = { source: 'task', context } as const;
    const task = new Task<R>({ name, owner, kind, host: this.#books, about });
    execution.task = task;
    this.#recordStart(task, execution, {});
    task.followPromise(result as PromiseLike<R>, execution, true);
    return task;
  }

  /** A function that was promised not to return a promise has returned one. */
  reportMarked(owner: Scope, name: string): void {
    const error = new CallbackReturnedPromiseError(
      `\`${name}\` of \`${owner.name}\` is marked with callback() but returned a promise.`,
    );
    this.#host.report({ error, source: 'job', owner: owner.name, name });
  }

  #executionOf(
    task: Task<unknown> | null,
    owner: Scope,
    cause: Context | null,
    event: object | null,
  ): Execution {
    const activity = this.#host.probe.probe?.nextId() ?? 0;
    return new Execution(this.#host.hub, cause, task, activity, owner, event);
  }

  #runIn<T>(execution: Execution, fn: () => T): T {
    if (this.#host.carriesOverAwait) return runAsync(execution, fn);
    const previous = swapRunning(execution);
    try {
      return fn();
    } finally {
      swapRunning(previous);
    }
  }

  #recordStart(task: Task<unknown>, execution: Execution | undefined, detail: Detail): void {
    const { probe } = this.#host.probe;
    if (probe === null) return;
    const activity: Activity = {
      id: (task.kind === 'listener' ? 0 : execution?.activity) || probe.nextId(),
      parent: currentExecution()?.activity ?? 0,
      phase: 'start',
      kind: task.kind === 'job' ? 'job' : 'task',
      at: task.startedAt,
      owner: task.owner,
      name: task.name,
      context: execution?.context ?? null,
      detail: { task },
    };
    probe.record(activity);
    this.#activities.set(task, { ...activity, detail });
  }

  #recordEnd(task: Task<unknown>): void {
    const started = this.#activities.get(task);
    if (started === undefined) return;
    this.#host.probe.probe?.record({
      ...started,
      phase: 'end',
      at: now(),
      detail: {
        ...started.detail,
        task,
        status: task.status,
        ...(task.error !== undefined && { error: task.error }),
      },
    });
  }
}
