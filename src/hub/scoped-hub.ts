import { threadId, type Worker } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import type { Activity } from '../causality/probe.js';
import { whyOf } from '../diagnostics/why.js';
import type { HubErrorReport } from '../errors/report.js';
import { checkMs } from '../errors/check-option.js';
import { StageError, TimeoutError, WrongThreadError } from '../errors/work-errors.js';
import type { StreamOwner } from '../events/stream-owner.js';
import type { ExposedFunctions } from '../executor/exposed-functions.js';
import type { WorkerFunction } from '../executor/worker-function.js';
import { ScopedEntries } from '../config-entries/scoped-entries.js';
import type { ConfigEntries } from '../hub-api/config-entry.js';
import { sharedSession } from '../http/create-http-session.js';
import type { HttpSession } from '../hub-api/http.js';
import type { Hub, HubSnapshot, HubStage } from '../hub-api/hub.js';
import type { Diagnostic } from '../hub-api/diagnostic.js';
import type { Logger } from '../hub-api/logger.js';
import type { Why } from '../hub-api/why.js';
import { Job, type JobTarget } from '../jobs/job.js';
import { noteStopCaller } from '../jobs/stop-callers.js';
import type { StartOptions, TaskBody } from '../jobs/task-runner.js';
import type { Task } from '../jobs/task.js';
import { shutDown } from '../lifecycle/shutdown.js';
import { startUp } from '../lifecycle/startup.js';
import { EventBus } from '../listeners/event-bus.js';
import type { Fence } from '../ownership/fence.js';
import type { HubData } from '../ownership/hub-data.js';
import { describeLate } from '../ownership/late.js';
import type { Scope } from '../ownership/scope.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { ServiceRegistry } from '../services/service-registry.js';
import { StateMachine } from '../states/state-machine.js';
import { Timeouts } from '../timeouts/timeouts.js';
import { attachTo } from './attach.js';
import { exposeFor } from './exposed.js';
import type { HubCore } from './hub-core.js';
import { watchLoopFor } from './loop-watch.js';
import { addShutdownJob } from './shutdown-jobs.js';
import { shutdownWork } from './shutdown-work.js';
import { takeSnapshot } from './snapshot.js';

const stops = new WeakMap<HubCore, Promise<void>>();

/** The hub as one owner sees it: what is begun through it ends with the owner's scope. */
export class ScopedHub implements Hub {
  readonly bus: EventBus;
  readonly states: StateMachine;
  readonly services: ServiceRegistry;
  readonly timeout: Timeouts;
  readonly scope: Scope;
  readonly #core: HubCore;
  readonly #fence: Fence;
  readonly #streams: StreamOwner;
  #http: HttpSession | undefined;
  #configEntries: ConfigEntries | undefined;

  constructor(core: HubCore, scope: Scope) {
    this.#core = core;
    this.scope = scope;
    this.#fence = core.fence(scope);
    this.#streams = core.streamOwner(this.#fence);
    this.bus = new EventBus(core.dispatcher, this.#streams, core.tasks);
    this.states = new StateMachine(core.states, core.dispatcher, this.#streams);
    this.timeout = new Timeouts(core.timeoutManager, this.#fence, core.failures.report);
    this.services = new ServiceRegistry(core.servicesFor(scope), this.#fence);
  }

  get http(): HttpSession {
    return (this.#http ??= sharedSession(this.#fence));
  }

  get configEntries(): ConfigEntries {
    return (this.#configEntries ??= new ScopedEntries(this.#core.entries, this.#streams));
  }

  get data(): HubData {
    return this.#core.data;
  }

  get logger(): Logger {
    return this.#core.settings.logger;
  }

  get configDir(): string {
    return this.#core.settings.configDir;
  }

  get state(): HubStage {
    return this.#core.stage;
  }

  get stage$(): Observable<HubStage> {
    return this.#core.stages.observable(this.#streams, () => this.#core.stage);
  }

  get errors$(): Observable<HubErrorReport> {
    return this.#core.failures.feed.observable(this.#core.failures.deafTo(this.#streams));
  }

  get activity$(): Observable<Activity> {
    return this.#core.activity.feed.observable(this.#streams);
  }

  get diagnostics$(): Observable<Diagnostic> {
    return this.#core.diagnostics.feed.observable(this.#streams);
  }

  async start(): Promise<void> {
    const core = this.#core;
    if (core.stage !== 'not_running' || stops.has(core))
      throw new StageError(`A hub can be started once; this one is \`${core.stage}\`.`);
    core.loopWatch = watchLoopFor(core);
    core.entries.restore();
    await startUp(core, async (timeoutMs) =>
      (await core.tracker.settle({ timeoutMs, includeIdle: false })).map((task) => task.late()),
    );
    await core.loopWatch?.ready;
  }

  stop(): Promise<void> {
    noteStopCaller();
    const core = this.#core;
    const begun = stops.get(core);
    if (begun) return begun;
    let end: (ended: Promise<void>) => void = () => undefined;
    // Known before anything is told, so that a shutdown job that stops the hub joins this one.
    const stop = new Promise<void>((resolve) => (end = resolve));
    stops.set(core, stop);
    core.isStopping = true;
    end(
      shutDown(core, shutdownWork(core))
        .then(() => core.loopWatch?.end())
        .then(() => core.complete()),
    );
    return stop;
  }

  scoped(scope: Scope): Hub {
    return this.#core.hubOf(scope);
  }

  createTask<T>(body: TaskBody<T>, options: StartOptions = {}): Task<T> {
    return this.#start('createTask', body, { name: options.name, eager: options.eager });
  }

  createBackgroundTask<T>(
    body: (signal: AbortSignal) => T | PromiseLike<T>,
    { name, eager }: { readonly name: string; readonly eager?: boolean },
  ): Task<T> {
    return this.#start('createBackgroundTask', body, { name, eager, kind: 'background' });
  }

  runJob<A extends unknown[], R>(
    job: Job<A, R> | JobTarget<A, R>,
    ...args: A
  ): Task<R> | undefined {
    if (!this.scope.closed) return this.#core.tasks.runJob(this.scope, job, args);
    // Whoever would have got a task may await it; `undefined` would tell them that it is done.
    const { type } = job instanceof Job ? job : new Job(job);
    if (type !== 'callback') return this.#refuse('runJob');
    this.#fence.blocks('runJob');
    return undefined;
  }

  addExecutorJob<A extends unknown[], R>(fn: WorkerFunction<A, R>, ...args: A): Task<R> {
    if (this.scope.closed) return this.#refuse('addExecutorJob');
    return this.#core.tasks.startInExecutor(this.scope, fn, args);
  }

  addShutdownJob<A extends unknown[]>(
    job: Job<A> | JobTarget<A, unknown>,
    ...args: A
  ): Unsubscribe {
    if (this.#fence.blocks('addShutdownJob')) return unsubscribe(() => undefined);
    return addShutdownJob(this.#core.shutdownJobs, this.scope, job, args);
  }

  async blockTillDone({
    includeBackground = false,
    timeoutMs,
  }: { readonly includeBackground?: boolean; readonly timeoutMs?: number } = {}): Promise<void> {
    if (timeoutMs !== undefined)
      checkMs('timeoutMs', timeoutMs, { orZero: true, orInfinity: true });
    const late = await this.#core.tracker.settle({
      includeBackground,
      ...(timeoutMs !== undefined && { timeoutMs }),
    });
    if (late.length === 0) return;
    throw new TimeoutError(
      `After ${timeoutMs} ms there still ran ${late.map((task) => describeLate(task.late())).join(', ')}.`,
    );
  }

  verifyEventLoopThread(what: string): void {
    if (threadId === this.#core.threadId) return;
    throw new WrongThreadError(
      `\`${what}\` was called from thread ${threadId}, but the hub belongs to thread ${this.#core.threadId}.`,
    );
  }

  expose<K extends keyof ExposedFunctions>(name: K, fn: ExposedFunctions[K]): Unsubscribe {
    if (this.#fence.blocks('expose')) return unsubscribe(() => undefined);
    return exposeFor(this.scope, this.#core.exposed, name, fn);
  }

  attachWorker(worker: Worker, { name = 'worker' }: { readonly name?: string } = {}): Unsubscribe {
    if (this.#fence.blocks('attachWorker')) return unsubscribe(() => undefined);
    return attachTo(this.#core, this.scope, worker, name);
  }

  why(entityIdOrContextId: string): Why {
    const { log, states } = this.#core;
    return whyOf(entityIdOrContextId, log, states.get(entityIdOrContextId));
  }

  snapshot(): HubSnapshot {
    return takeSnapshot(this.#core);
  }

  #start<T>(what: string, body: TaskBody<T>, options: StartOptions): Task<T> {
    if (this.scope.closed) return this.#refuse(what);
    return this.#core.tasks.start(this.scope, body, options);
  }

  /** A task that has failed before it began: nothing of an unloaded owner runs any more. */
  #refuse<T>(what: string): Task<T> {
    this.#fence.blocks(what); // throws in strict mode, and tells of it once
    const error = this.#fence.error(what);
    const refused = this.#core.tasks.start<T>(
      this.#core.scope,
      () => {
        throw error;
      },
      { name: what },
    );
    refused.catch(() => undefined); // told already
    return refused;
  }
}
