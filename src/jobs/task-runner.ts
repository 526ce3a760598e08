import type { Context } from '../causality/context.js';
import {
  type Cause,
  carriedExecution,
  currentExecution,
  Execution,
  runAsync,
  swapRunning,
} from '../causality/execution.js';
import type { ProbedHub, ProbeSlot } from '../causality/probe.js';
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
import { type ActivityDetail, TaskActivities } from './task-activities.js';
import type { TaskTracker } from './task-tracker.js';
import { Task, type TaskFunction, type TaskHost, type TaskKind } from './task.js';

/** What a task can be made of: a function that gets its signal, or a promise already under way. */
export type TaskBody<T> = TaskFunction<T> | PromiseLike<T>;

export interface StartOptions {
  readonly name?: string | undefined;
  readonly kind?: TaskKind;
  /** Runs to its first `await` before the call returns. @default true */
  readonly eager?: boolean | undefined;
  /** What caused it. @default what is running */
  readonly context?: Context | null | undefined;
  /** The event of that context, if there is one. */
  readonly event?: Cause | null | undefined;
  /** The activity that led to it. @default what is running */
  readonly parent?: number | undefined;
  /** What the activity feed tells of it at its end; may be filled meanwhile. */
  readonly detail?: ActivityDetail;
  /** Whether the body is given the signal of the task, which costs more than the task. @default true */
  readonly needsSignal?: boolean;
}

/** What tasks need of the hub in which they run. */
export interface TaskRunnerHost {
  readonly hub: ProbedHub | null;
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
  readonly #activities: TaskActivities;

  constructor(host: TaskRunnerHost) {
    this.#host = host;
    this.#activities = new TaskActivities(host.probe);
    this.#books = {
      onRunning: (task) => host.tracker.add(task),
      onSettled: (task) => {
        host.tracker.delete(task);
        this.#activities.end(task);
      },
      onUnseenFailure: (task, error) => {
        const { owner, name, about } = task;
        host.report({ error, owner, name, ...about, activity: this.#activities.idOf(task) });
      },
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
    const {
      kind = 'task',
      eager = true,
      context,
      event,
      parent,
      detail,
      needsSignal = true,
    } = options;
    const name = options.name ?? ((typeof body === 'function' && body.name) || kind);
    const running = currentExecution();
    const cause = context === undefined ? (running?.context ?? null) : context;
    const about = { source: kind === 'background' ? 'task' : kind, context: cause } as const;
    const task = new Task<T>({ name, owner, kind, host: this.#books, about });
    const known = context === undefined ? (running?.event ?? null) : (event ?? null);
    const execution = this.#executionOf(task, owner, cause, known);
    this.#activities.start(task, { execution, parent, detail });
    if (typeof body !== 'function') task.followPromise(body, execution);
    else if (eager) this.#runIn(execution, () => task.run(body, execution, needsSignal));
    else {
      this.#host.tracker.add(task);
      owner.attach(task); // an owner that is unloaded before its turn takes it along
      nextTurn(() => this.#runIn(execution, () => task.run(body, execution, needsSignal)));
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
    this.#activities.start(task, { execution });
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
    const run = (): Promise<R> => {
      const execution = currentExecution();
      return executor.run(fn, args, {
        name,
        owner: owner.name,
        context: execution?.context?.toJSON() ?? null,
        onCancel: (end) => ((execution?.task as Task<R>).onCancel = end),
        runOnLoop: (call) => (execution ? this.#runIn(execution, call) : call()),
        exposed: (asked) => exposed(owner, asked),
        onStart: (worker) => (detail['worker'] = worker),
      });
    };
    return this.start(owner, run, {
      ...options,
      name,
      kind: 'job',
      eager: true,
      detail,
      needsSignal: false,
    });
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
      return this.start(owner, () => target(...args), { name, kind, needsSignal: false });
    }
    // Only what it returns tells whether it takes time, so it gets an execution for that case.
    const running = currentExecution();
    const context = running?.context ?? null;
    const execution = this.#executionOf(null, owner, context, running?.event ?? null);
    const about = { owner: owner.name, name, at: now() };
    let result: unknown;
    try {
      if (isMarked) result = target(...args);
      else result = this.#runIn(execution, () => target(...args));
      if (!isThenable(result)) {
        if (!isMarked) this.#activities.ranInline(execution, about);
        return undefined;
      }
    } catch (error) {
      const activity = isMarked ? undefined : execution.activity;
      if (!isMarked) this.#activities.ranInline(execution, about, 'failed');
      this.#host.report({ error, source: 'job', owner: owner.name, name, activity });
      return undefined;
    }
    if (isMarked) this.reportMarked(owner, name);
    const task = new Task<R>({
      name,
      owner,
      kind,
      host: this.#books,
      about: { source: 'task', context },
    });
    execution.task = task;
    this.#activities.start(task, { execution });
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
    event: Cause | null,
  ): Execution {
    const activity = this.#activities.nextId();
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
}
