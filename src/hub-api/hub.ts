import type { Worker } from 'node:worker_threads';
import type { Observable } from 'rxjs';
import type { Activity } from '../causality/probe.js';
import type { HubErrorReport } from '../errors/report.js';
import type { ExposedFunctions } from '../executor/exposed-functions.js';
import type { ExecutorStats } from '../executor/executor.js';
import type { WorkerFunction } from '../executor/worker-function.js';
import type { Job } from '../jobs/job.js';
import type { Task, TaskKind, TaskStatus } from '../jobs/task.js';
import type { FlowCounts } from '../events/stream-owner.js';
import type { EventBus } from '../listeners/event-bus.js';
import type { OwnerCounts } from '../listeners/listener-registry.js';
import type { HubData } from '../ownership/hub-data.js';
import type { Scope } from '../ownership/scope.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import type { StateMachine } from '../states/state-machine.js';
import type { ZoneStatus } from '../timeouts/timeout-manager.js';
import type { Timeouts } from '../timeouts/timeouts.js';
import type { ConfigEntries, ConfigEntryState } from './config-entry.js';
import type { Diagnostic, Growing } from './diagnostic.js';
import type { HttpSession } from './http.js';
import type { Logger } from './logger.js';
import type { LoopStats } from './loop-stats.js';
import type { Services } from './services.js';
import type { Why } from './why.js';

/** How far the hub is. A stopped one cannot be started again. */
export type HubStage =
  'not_running' | 'starting' | 'running' | 'stopping' | 'final_write' | 'stopped';

/**
 * The hub: the bus, the states and the work of a home.
 *
 * An integration gets one that is its own: the same in everything, but what is begun through it
 * belongs to the config entry and ends with it.
 */
export interface Hub {
  readonly bus: EventBus;
  readonly states: StateMachine;
  /** What can be asked for by name: `light.turn_on`. */
  readonly services: Services;
  /** How long something may take, in zones whose time can be stopped. */
  readonly timeout: Timeouts;
  /** Asks servers, through sockets that all owners share; what is under way ends with the owner. */
  readonly http: HttpSession;
  readonly configEntries: ConfigEntries;
  /** What integrations keep for each other, by typed keys. Emptied at close. */
  readonly data: HubData;
  readonly logger: Logger;
  /** Where files belong to the hub: its configuration, what it stores. */
  readonly configDir: string;
  /** Owns what is begun through this hub. */
  readonly scope: Scope;

  readonly state: HubStage;
  /** The stage: at once what it is, then every change; completes after `stopped`. */
  readonly stage$: Observable<HubStage>;
  /** Every failure of somebody's code, once each, with its owner. Hot; completes when stopped. */
  readonly errors$: Observable<HubErrorReport>;
  /**
   * What happens: start and end of tasks, jobs, timers and timeouts, listeners, events and states,
   * with owners and causes. Nothing of it is made while nobody subscribes. Hot; completes when stopped.
   */
  readonly activity$: Observable<Activity>;
  /**
   * Who blocks the loop, who is slow, what only grows, and who holds up the start or the stop: a
   * finding each, with owner, function and place. Hot; completes when stopped.
   */
  readonly diagnostics$: Observable<Diagnostic>;

  /**
   * Starts: `homeassistant_start`, then what is tracked is awaited up to 15 s (what is late is
   * named, and the start goes on), then `running` and `homeassistant_started`.
   *
   * @throws StageError when it was started before.
   */
  start(): Promise<void>;

  /**
   * Stops, in the stages of the shutdown plan, each with its own limit of time (`stageTimeoutsMs`);
   * what is late is named in `diagnostics$` and left. Always ends. May be called in any state and
   * from any code of the hub's, which is then not waited for; a later call joins the first.
   */
  stop(): Promise<void>;

  /** The same hub for another owner: what is begun through it ends when `scope` closes. */
  scoped(scope: Scope): Hub;

  /**
   * Starts work that start-up and shutdown wait for. Its signal aborts when it is cancelled or its
   * owner is unloaded. A body that returns no promise has ended when this returns.
   */
  createTask<T>(
    body: ((signal: AbortSignal) => T | PromiseLike<T>) | PromiseLike<T>,
    options?: { readonly name?: string; readonly eager?: boolean },
  ): Task<T>;

  /** Starts work that nothing waits for; it is cancelled first when the hub stops. */
  createBackgroundTask<T>(
    body: (signal: AbortSignal) => T | PromiseLike<T>,
    options: { readonly name: string; readonly eager?: boolean },
  ): Task<T>;

  /**
   * Runs a job where it belongs; a task if it takes time, `undefined` if it is done already. What
   * an inline one throws is reported. Of an unloaded owner an async or worker function gives a task
   * that rejects with `ScopeClosedError`; any other is not called, and `undefined` is given.
   */
  runJob<A extends unknown[], R>(
    job: Job<A, R> | ((...args: A) => R | PromiseLike<R>) | WorkerFunction<A, R>,
    ...args: A
  ): Task<R> | undefined;

  /** Runs a function of a worker module in a thread of its own. Tracked. */
  addExecutorJob<A extends unknown[], R>(fn: WorkerFunction<A, R>, ...args: A): Task<R>;

  /** Runs a job when the hub stops, before anything else is told. */
  addShutdownJob<A extends unknown[]>(
    job: Job<A> | ((...args: A) => unknown) | WorkerFunction<A>,
    ...args: A
  ): Unsubscribe;

  /**
   * Waits until no tracked work is left, what that work begins included. Not waited for: the task
   * that calls, others that wait here too, timers that have begun nothing yet, and what was late
   * when its owner was unloaded.
   *
   * @throws TimeoutError (as a rejection) naming what still runs after `timeoutMs`.
   */
  blockTillDone(options?: {
    readonly includeBackground?: boolean;
    readonly timeoutMs?: number;
  }): Promise<void>;

  /** @throws WrongThreadError when this is not the thread in which the hub was made. */
  verifyEventLoopThread(what: string): void;

  /** Lets workers call a function of the loop by name. It runs as the owner of the worker's job. */
  expose<K extends keyof ExposedFunctions>(name: K, fn: ExposedFunctions[K]): Unsubscribe;

  /**
   * Lets the code in a `Worker` of your own call what is exposed, as the owner of this hub, until
   * it is unsubscribed, the worker exits or the owner is unloaded. Attach it before its first call.
   */
  attachWorker(worker: Worker, options?: { readonly name?: string }): Unsubscribe;

  /**
   * Why an entity is as it is or was removed, or what led to a context: the chain of causes, out of
   * the last 10,000 events (`causeLogSize`) that somebody listened to.
   */
  why(entityIdOrContextId: string): Why;

  /** A picture of the hub as plain data. */
  snapshot(): HubSnapshot;
}

/** What `hub.snapshot()` shows. */
export interface HubSnapshot {
  readonly stage: HubStage;
  readonly listeners: Readonly<Record<string, number>>;
  /** `fired`: all events and changes of state since the hub was made, also those nobody heard. */
  readonly events: { readonly fired: number; readonly queued: number; readonly dropped: number };
  readonly states: number;
  readonly tasks: readonly {
    readonly name: string;
    readonly owner: string;
    readonly kind: TaskKind;
    readonly status: TaskStatus;
    readonly ageMs: number;
  }[];
  /** What `runAction` and its relatives do, by owner and name. */
  readonly flows: readonly ({
    readonly owner: string;
    readonly name: string;
    readonly mode: string;
  } & FlowCounts)[];
  /** The zones in which something is limited or frozen. */
  readonly timeouts: readonly ZoneStatus[];
  readonly entries: readonly {
    readonly entryId: string;
    readonly domain: string;
    readonly title: string;
    readonly state: ConfigEntryState;
    readonly reason: string | null;
    readonly owns: number;
  }[];
  readonly executor: ExecutorStats;
  /** How many stored files are read or written, and how many requests are under way. */
  readonly io: { readonly storage: number; readonly http: number };
  /** The event loop, since the start; `null` before it, and when it is not watched. */
  readonly loop: LoopStats | null;
  /** Who holds what: listeners, subscribers and tasks by owner; the closed ones have leaked them. */
  readonly owners: readonly (OwnerCounts & { readonly growing: readonly Growing[] })[];
  /** The last hundred findings of `diagnostics$`, oldest first. */
  readonly diagnostics: readonly Diagnostic[];
}
