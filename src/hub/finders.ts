import type { ProbedHub } from '../causality/probe.js';
import { guardLoop } from '../diagnostics/blocking-guard.js';
import type { Diagnostics } from '../diagnostics/diagnostics.js';
import { Growth } from '../diagnostics/growth.js';
import { Leaks } from '../diagnostics/leaks.js';
import { SlowCalls } from '../diagnostics/slow-calls.js';
import { SlowWork } from '../diagnostics/slow-work.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import type { HubSnapshot, HubStage } from '../hub-api/hub.js';
import type { TaskTracker } from '../jobs/task-tracker.js';
import { ListenerRegistry } from '../listeners/listener-registry.js';
import type { Scope } from '../ownership/scope.js';
import type { HubSettings } from './hub-options.js';
import { runningCode } from './running-code.js';

/** The parts of a hub at which the finders look. */
export interface WatchedParts extends ProbedHub {
  readonly settings: HubSettings;
  readonly dispatcher: EventDispatcher;
  readonly tracker: TaskTracker;
  readonly diagnostics: Diagnostics;
}

/**
 * Those who find what costs the home time and memory: they look from its start until it has
 * stopped. What grows is looked for while nothing is being ended.
 */
export class Finders {
  readonly #core: WatchedParts;
  readonly #registry: ListenerRegistry;
  readonly #growth: Growth;
  readonly #leaks: Leaks;
  readonly #slowWork: SlowWork;
  #endGuard = (): void => undefined;

  constructor(core: WatchedParts) {
    this.#core = core;
    const { record } = core.diagnostics;
    this.#registry = new ListenerRegistry(core.dispatcher, core.tracker);
    this.#growth = new Growth(this.#registry, record);
    this.#leaks = new Leaks(this.#registry, record);
    this.#slowWork = new SlowWork(core.tracker, record);
  }

  /** Told of every stage, before anything of it happens. */
  enter(stage: HubStage): void {
    if (stage === 'starting') this.#begin();
    else if (stage === 'stopping') this.#growth.end();
    else if (stage === 'stopped') this.#end();
  }

  /** Told of every owner that has closed while the hub lives. */
  closed(scope: Scope): void {
    this.#leaks.look(scope);
  }

  /** Who holds what, for the snapshot. */
  owners(): HubSnapshot['owners'] {
    return this.#registry
      .owners()
      .map(([scope, counts]) => ({ ...counts, growing: this.#growth.of(scope) }));
  }

  #begin(): void {
    this.#growth.begin();
    this.#slowWork.begin();
    const { settings, diagnostics } = this.#core;
    if (!settings.debug) return;
    this.#core.probe.stopwatch = new SlowCalls(diagnostics.record);
    this.#endGuard = guardLoop({
      runs: ({ hub }) => hub === this.#core,
      runningCode: (execution) => runningCode(this.#core.dispatcher, execution),
      isStrict: settings.strict,
      record: diagnostics.record,
    });
  }

  #end(): void {
    this.#slowWork.end();
    this.#core.probe.stopwatch = null;
    this.#endGuard();
  }
}
