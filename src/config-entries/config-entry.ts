import { currentExecution, type RunningTask } from '../causality/execution.js';
import { ulid } from '../clock/ulid.js';
import { Mutex } from '../concurrency/mutex.js';
import { StageError } from '../errors/work-errors.js';
import type {
  ConfigEntry,
  ConfigEntryState,
  Integration,
  NewConfigEntry,
} from '../hub-api/config-entry.js';
import type { Hub } from '../hub-api/hub.js';
import type { Task } from '../jobs/task.js';
import { Fence } from '../ownership/fence.js';
import type { Scope } from '../ownership/scope.js';
import type { Teardown } from '../ownership/teardown.js';
import type { TaskBody } from '../jobs/task-runner.js';
import { SetupRetry } from './setup-retry.js';

/** An entry with what only its manager may change. */
export class ManagedEntry implements ConfigEntry {
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** What it was added with, before the schema had a look. */
  readonly given: NewConfigEntry;
  readonly options: Readonly<Record<string, unknown>>;
  /** One set-up or unloading at a time. */
  readonly lock = new Mutex();
  readonly retry = new SetupRetry();
  /** The platforms of this life: all that were asked for, and those whose set-up is under way. */
  readonly platforms = new Set<string>();
  readonly pendingPlatforms = new Set<string>();
  data: Readonly<Record<string, unknown>>;
  integration: Integration | undefined;
  state: ConfigEntryState = 'not_loaded';
  reason: string | null = null;
  readonly #onChange: (entry: ManagedEntry) => void;
  readonly #lives = new WeakMap<Scope, Hub>();
  #hub: Hub | undefined;
  #work: RunningTask | null = null;
  #runtimeData: unknown = undefined;

  constructor(given: NewConfigEntry, onChange: (entry: ManagedEntry) => void) {
    const { entryId = ulid(), domain, title = domain, data, options } = given;
    this.entryId = entryId;
    this.domain = domain;
    this.title = title;
    this.given = given;
    this.data = Object.freeze({ ...data });
    this.options = Object.freeze({ ...options });
    this.#onChange = onChange;
  }

  /** How it is called in messages and as an owner. */
  get label(): string {
    return this.title === this.domain ? this.domain : `${this.domain} "${this.title}"`;
  }

  /** Whether it was restored, and has not found an integration yet that takes its data. */
  get isWaiting(): boolean {
    const isIdle = this.state === 'not_loaded' || this.state === 'setup_error';
    return isIdle && this.integration === undefined;
  }

  /** The hub of this entry, while it is set up. */
  get hub(): Hub | undefined {
    return this.#hub;
  }

  get scope(): Scope {
    return this.#current().scope;
  }

  get runtimeData(): unknown {
    return this.#runtimeData;
  }

  set runtimeData(value: unknown) {
    const caller = this.#callersHub();
    // What is left of an earlier life does not reach into this one.
    if (caller && caller !== this.#hub && Fence.of(caller.scope).blocks('entry.runtimeData'))
      return;
    this.#runtimeData = value;
  }

  /** Its integration is there, and has made `data` of what was given. */
  accept(integration: Integration, data: unknown): void {
    this.integration = integration;
    this.data = Object.freeze(data);
  }

  /** Begins a life of the entry. */
  attach(hub: Hub): void {
    this.#hub = hub;
    this.#lives.set(hub.scope, hub);
    this.platforms.clear();
    this.pendingPlatforms.clear();
  }

  /** Ends all that this life has begun; what fails in that was reported. */
  async endLife(): Promise<void> {
    await this.#hub?.scope.close().catch(() => undefined);
    this.forget();
  }

  /** What the integration kept while it was loaded is not kept any longer. */
  forget(): void {
    this.#runtimeData = undefined;
  }

  enter(state: ConfigEntryState, reason: string | null = null): void {
    const isNews = state !== this.state || reason !== this.reason;
    this.state = state;
    this.reason = reason;
    if (state !== 'setup_retry' && state !== 'setup_in_progress') this.retry.reset();
    if (isNews) this.#onChange(this);
  }

  /** Runs a step of the integration's, as the task that runs now. */
  asWork<T>(step: () => T): T {
    this.#work = currentExecution()?.task ?? null;
    return step();
  }

  /** Whether what runs now is part of the set-up or unloading that holds the lock. */
  isCaller(): boolean {
    if (!this.lock.isLocked) return false;
    let task = currentExecution()?.task ?? null;
    while (task && task !== this.#work) task = task.parentTask;
    return task !== null;
  }

  createTask<T>(body: TaskBody<T>, options?: { name?: string; eager?: boolean }): Task<T> {
    return this.#ownHub().createTask(body, options);
  }

  createBackgroundTask<T>(
    body: (signal: AbortSignal) => T | PromiseLike<T>,
    options: { name: string; eager?: boolean },
  ): Task<T> {
    return this.#ownHub().createBackgroundTask(body, options);
  }

  onUnload<T extends Teardown>(teardown: T): T {
    return this.#ownHub().scope.own(teardown);
  }

  /** The life to which the running code belongs; where that is not known, the current one. */
  #ownHub(): Hub {
    return this.#callersHub() ?? this.#current();
  }

  #callersHub(): Hub | undefined {
    let scope = currentExecution()?.owner ?? null;
    while (scope && !this.#lives.has(scope)) scope = scope.parent;
    return scope ? this.#lives.get(scope) : undefined;
  }

  #current(): Hub {
    if (this.#hub) return this.#hub;
    throw new StageError(`Config entry ${this.label} was never set up, so it owns nothing yet.`);
  }
}
