import { threadId } from 'node:worker_threads';
import { currentContext, currentExecution } from '../causality/execution.js';
import { ProbeSlot, type Tap } from '../causality/probe.js';
import { nextTurn } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { ConfigEntryManager } from '../config-entries/config-entries.js';
import { EntityPlatform } from '../entities/entity-platform.js';
import type { BusEvent } from '../events/bus-event.js';
import { Diagnostics } from '../diagnostics/diagnostics.js';
import type { LoopWatch } from '../diagnostics/loop-watchdog.js';
import { LateThings } from '../diagnostics/late-things.js';
import { EventDispatcher } from '../events/event-dispatcher.js';
import { EventLog } from '../events/event-log.js';
import { Feed } from '../events/feed.js';
import type { Flow, StreamOwner } from '../events/stream-owner.js';
import type { Executor, ExecutorOptions } from '../executor/executor.js';
import type { ExposedFunctions } from '../executor/exposed-functions.js';
import { TinypoolExecutor } from '../executor/tinypool-executor.js';
import type { Hub, HubStage } from '../hub-api/hub.js';
import { TaskRunner } from '../jobs/task-runner.js';
import { TaskTracker } from '../jobs/task-tracker.js';
import type { LateStage, StagedHub } from '../lifecycle/stages.js';
import { Fence } from '../ownership/fence.js';
import { HubData } from '../ownership/hub-data.js';
import type { Late } from '../ownership/late.js';
import { Scope } from '../ownership/scope.js';
import type { ServicesHost } from '../services/service-registry.js';
import { ServiceTable } from '../services/service-table.js';
import { StateTable } from '../states/state-table.js';
import { TimeoutManager } from '../timeouts/timeout-manager.js';
import { ActivityFeed } from './activity-feed.js';
import { exposedTo } from './exposed.js';
import { Failures } from './failures.js';
import { Finders } from './finders.js';
import type { HubSettings } from './hub-options.js';
import type { ShutdownJob } from './shutdown-jobs.js';

/** What a test puts in place of what a hub makes itself. */
export interface HubParts {
  readonly newExecutor?: (options: ExecutorOptions) => Executor;
  readonly tap?: Tap | null;
}

/** The parts of a hub: the only place that says `new` for all of them. All owners share them. */
export class HubCore implements StagedHub {
  readonly settings: HubSettings;
  readonly threadId = threadId;
  readonly probe: ProbeSlot;
  readonly failures: Failures;
  readonly activity: ActivityFeed;
  readonly diagnostics: Diagnostics;
  readonly finders: Finders;
  readonly stages: Feed<HubStage>;
  readonly scope: Scope;
  readonly log: EventLog | null;
  readonly dispatcher: EventDispatcher;
  readonly states: StateTable;
  readonly tracker = new TaskTracker();
  readonly executor: Executor;
  readonly tasks: TaskRunner;
  readonly services = new ServiceTable();
  readonly timeoutManager = new TimeoutManager();
  readonly data = new HubData();
  readonly exposed = new Map<string, ExposedFunctions[keyof ExposedFunctions]>();
  readonly shutdownJobs = new Set<ShutdownJob>();
  readonly flows = new Set<{ readonly owner: string; readonly flow: Flow }>();
  /** Called when workers may call no more. */
  readonly onCallsShutDown = new Set<() => void>();
  readonly #hubs = new WeakMap<Scope, Hub>();
  readonly #newHub: (core: HubCore, scope: Scope) => Hub;
  readonly #late: LateThings;
  #entries: ConfigEntryManager | undefined;
  stage: HubStage = 'not_running';
  /** Watches the loop while the hub is started. */
  loopWatch: LoopWatch | null = null;
  /** Whether `stop()` was called. */
  isStopping = false;
  /** Whether the scopes of all owners close because the hub stops. */
  isClosing = false;

  constructor(
    settings: HubSettings,
    newHub: (core: HubCore, scope: Scope) => Hub,
    { newExecutor = (options) => new TinypoolExecutor(options), tap = null }: HubParts = {},
  ) {
    this.settings = settings;
    this.#newHub = newHub;
    this.failures = new Failures(settings.logger);
    const { report } = this.failures;
    const probe = (this.probe = new ProbeSlot(tap));
    const onError = (error: unknown): void =>
      report({
        error,
        source: 'subscriber',
        owner: 'hub',
        name: 'activity$, stage$ or diagnostics$',
      });
    this.diagnostics = new Diagnostics({ warn: (...line) => this.failures.warn(...line), onError });
    this.#late = new LateThings(this.diagnostics.record);
    this.activity = new ActivityFeed(probe, onError);
    this.stages = new Feed({ onError });
    this.scope = new Scope('hub', {
      graceMs: settings.unloadTimeoutMs,
      hub: this,
      report,
      onClosed: (scope) => this.isStopping || this.finders.closed(scope),
      onLate: (late) => this.tellLate(this.isClosing ? 'close' : 'unload', late),
      onOwnedTooLate: (scope, name) =>
        this.failures.warn(
          `\`${scope.name}\` was closed already, so \`${name}\` was ended at once.`,
        ),
    });
    this.log = settings.causeLogSize > 0 ? new EventLog(settings.causeLogSize) : null;
    const carriesOverAwait = settings.causality === 'auto';
    this.dispatcher = new EventDispatcher({
      hub: this,
      report,
      probe,
      log: this.log,
      carriesOverAwait,
      onPromise: (promise, node, event) => {
        const { owner, name, kind: source, isMarked, cancelOnShutdown } = node;
        if (isMarked) this.tasks.reportMarked(owner, name);
        const { context } = event;
        const task = this.tasks.follow(owner, name, promise, { source, event, context });
        task.cancelOnShutdown = cancelOnShutdown;
      },
    });
    this.states = new StateTable(this.dispatcher);
    this.executor = newExecutor({ ...settings.executor, report });
    this.tasks = new TaskRunner({
      hub: this,
      report,
      probe,
      carriesOverAwait,
      tracker: this.tracker,
      executor: this.executor,
      exposed: (owner, name) => exposedTo(this.hubOf(owner), this.exposed, name),
    });
    this.finders = new Finders(this);
  }

  get entries(): ConfigEntryManager {
    return (this.#entries ??= new ConfigEntryManager({
      hub: this.hubOf(this.scope),
      report: this.failures.report,
      newEntities: (hub, options) => new EntityPlatform(hub, options),
      warn: (message, fields) => this.failures.warn(message, fields),
      onLate: (late) => this.tellLate('unload', late),
      graceMs: this.settings.unloadTimeoutMs,
      setupTimeoutMs: this.settings.setupTimeoutMs,
      storesEntries: this.settings.storesEntries,
    }));
  }

  get timeouts(): HubSettings['stageTimeoutsMs'] {
    return this.settings.stageTimeoutsMs;
  }

  /** The hub that was made by `new Hub()` is the one of the root scope. */
  adopt(hub: Hub): void {
    this.#hubs.set(this.scope, hub);
  }

  /** The hub as the owner of `scope` sees it; always the same one for a scope. */
  hubOf(scope: Scope): Hub {
    let hub = this.#hubs.get(scope);
    if (hub === undefined) this.scope.adopt(scope); // one that the user has made
    if (hub === undefined) this.#hubs.set(scope, (hub = this.#newHub(this, scope)));
    return hub;
  }

  streamOwner(fence: Fence): StreamOwner {
    const { scope } = fence;
    return {
      fence,
      endsWithHub: scope === this.scope,
      hub: this,
      report: this.failures.report,
      currentEvent: (): BusEvent | null => this.dispatcher.delivery.event,
      startWork: (body, options) => this.tasks.start(scope, body, options),
      showFlow: (flow) => {
        const shown = { owner: scope.name, flow };
        this.flows.add(shown);
        return () => this.flows.delete(shown);
      },
      follow: (result, name) => {
        if (!isThenable(result)) return;
        const { event } = this.dispatcher.delivery;
        const about = { source: 'subscriber', context: currentContext() } as const;
        void this.tasks.follow(scope, name, result, event ? { ...about, event } : about);
      },
    };
  }

  /** What the services of an owner need. */
  servicesFor(scope: Scope): ServicesHost {
    return {
      table: this.services,
      tasks: this.tasks,
      fire: (type, data, options) => this.dispatcher.fire(type, data, options, scope),
      rememberCause: () => this.log?.rememberCause(currentExecution()),
      warn: (message) => this.failures.warn(message),
    };
  }

  fence(scope: Scope): Fence {
    return new Fence(scope, this.failures.report, this.settings.strict);
  }

  enter(stage: HubStage): void {
    this.stage = stage;
    this.finders.enter(stage);
    this.stages.emit(stage);
    this.activity.recordStage(stage);
  }

  fire(type: string): void {
    this.dispatcher.fire(type, undefined);
  }

  tellLate(stage: LateStage, late: readonly Late[]): void {
    const { unloadTimeoutMs } = this.settings;
    this.#late.tell(stage, stage === 'unload' ? unloadTimeoutMs : this.timeouts[stage], late);
  }

  /** Nothing more comes: all streams of the hub end, the one that tells of failures last. */
  async complete(): Promise<void> {
    this.dispatcher.complete();
    this.activity.feed.complete();
    this.diagnostics.feed.complete();
    this.stages.complete();
    this.entries.changes.complete();
    // Also what an async `complete` has failed with by then.
    for (let turn = 0; turn < 2; turn++) await new Promise<void>((resolve) => nextTurn(resolve));
    this.failures.feed.complete();
  }
}
