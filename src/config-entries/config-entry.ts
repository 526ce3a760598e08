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
import type { Scope } from '../ownership/scope.js';
import type { Teardown } from '../ownership/teardown.js';
import type { TaskBody } from '../jobs/task-runner.js';
import { SetupRetry } from './setup-retry.js';

/** An entry with what only its manager may change. */
export class ManagedEntry implements ConfigEntry {
  readonly entryId: string = ulid();
  readonly domain: string;
  readonly title: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly options: Readonly<Record<string, unknown>>;
  readonly integration: Integration;
  /** One set-up or unloading at a time. */
  readonly lock = new Mutex();
  readonly retry = new SetupRetry();
  runtimeData: unknown = undefined;
  state: ConfigEntryState = 'not_loaded';
  reason: string | null = null;
  #hub: Hub | undefined;
  #work: RunningTask | null = null;

  constructor(integration: Integration, entry: NewConfigEntry, data: unknown) {
    this.domain = entry.domain;
    this.title = entry.title ?? entry.domain;
    this.data = Object.freeze(data);
    this.options = Object.freeze({ ...entry.options });
    this.integration = integration;
  }

  /** How it is called in messages and as an owner. */
  get label(): string {
    return this.title === this.domain ? this.domain : `${this.domain} "${this.title}"`;
  }

  /** The hub of this entry, while it is set up. */
  get hub(): Hub | undefined {
    return this.#hub;
  }

  get scope(): Scope {
    return this.#current().scope;
  }

  /** Begins a life of the entry, or ends it. */
  attach(hub: Hub | undefined): void {
    this.#hub = hub;
  }

  enter(state: ConfigEntryState, reason: string | null = null): void {
    this.state = state;
    this.reason = reason;
    if (state !== 'setup_retry' && state !== 'setup_in_progress') this.retry.reset();
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
    return this.#current().createTask(body, options);
  }

  createBackgroundTask<T>(
    body: (signal: AbortSignal) => T | PromiseLike<T>,
    options: { name: string; eager?: boolean },
  ): Task<T> {
    return this.#current().createBackgroundTask(body, options);
  }

  onUnload<T extends Teardown>(teardown: T): T {
    return this.scope.own(teardown);
  }

  #current(): Hub {
    if (this.#hub) return this.#hub;
    throw new StageError(`Config entry ${this.label} was never set up, so it owns nothing yet.`);
  }
}
