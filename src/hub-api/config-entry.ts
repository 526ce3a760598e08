import type { StandardSchema } from './standard-schema.js';
import type { Hub } from './hub.js';
import type { Task } from '../jobs/task.js';
import type { Scope } from '../ownership/scope.js';
import type { Teardown } from '../ownership/teardown.js';

/**
 * Where an entry is. From `loaded`, `setup_error` and `setup_retry` it can be unloaded and
 * reloaded; from the two in the middle of something it cannot; from `failed_unload` only a new
 * start of the hub helps. Home Assistant's states.
 */
export type ConfigEntryState =
  | 'not_loaded'
  | 'setup_in_progress'
  | 'loaded'
  | 'setup_error'
  | 'setup_retry'
  | 'unload_in_progress'
  | 'failed_unload';

/** One configured thing of an integration: an account, a bridge, a folder. */
export interface ConfigEntry<Data = Readonly<Record<string, unknown>>, Runtime = unknown> {
  readonly entryId: string;
  readonly domain: string;
  readonly title: string;
  /** What the user configured, checked by the integration's schema; frozen. */
  readonly data: Data;
  readonly options: Readonly<Record<string, unknown>>;
  readonly state: ConfigEntryState;
  /** Why it is not loaded, in words for the user. */
  readonly reason: string | null;
  /** Owns all that the entry has begun; a new one at each set-up. */
  readonly scope: Scope;
  /** What the integration keeps while the entry is loaded: set it in `setupEntry`. */
  runtimeData: Runtime;

  /** A task of this entry: start-up and shutdown wait for it, unloading cancels it. */
  createTask<T>(
    body: ((signal: AbortSignal) => T | PromiseLike<T>) | PromiseLike<T>,
    options?: { readonly name?: string; readonly eager?: boolean },
  ): Task<T>;

  /** A task for as long as the entry is loaded: nothing waits for it, unloading cancels it. */
  createBackgroundTask<T>(
    body: (signal: AbortSignal) => T | PromiseLike<T>,
    options: { readonly name: string; readonly eager?: boolean },
  ): Task<T>;

  /** Ends `teardown` at unloading, last registered first; the same as `scope.own`. */
  onUnload<T extends Teardown>(teardown: T): T;
}

/** What an integration is: how one of its entries begins and, if there is more to it, ends. */
export interface Integration<Data = Readonly<Record<string, unknown>>, Runtime = unknown> {
  /** Lower case with underscores: the first part of its name everywhere. */
  readonly domain: string;
  /** Checks the data of an entry before anything is set up: any Standard Schema (zod, valibot …). */
  readonly configSchema?: StandardSchema<Data>;

  /** Once per hub, before the first entry. */
  setup?(hub: Hub, config: Readonly<Record<string, unknown>>): unknown;

  /**
   * Begins one entry. What it subscribes or starts through this `hub` belongs to the entry.
   *
   * `void` or `true`: loaded. `false`: `setup_error`. `ConfigEntryNotReady`: tried again later.
   * `ConfigEntryAuthFailed`, `ConfigEntryError` and anything else: `setup_error` with the reason.
   */
  setupEntry(hub: Hub, entry: ConfigEntry<Data, Runtime>): unknown;

  /**
   * Says goodbye, while the hub still obeys; `false` keeps the entry loaded. Without it, or after
   * it, closing the entry's scope is the unloading.
   */
  unloadEntry?(hub: Hub, entry: ConfigEntry<Data, Runtime>): unknown;
}

/** The entries of a hub. */
export interface ConfigEntries {
  /** Makes an integration known. @throws InvalidOptionError for a domain that is no domain. */
  registerIntegration<Data, Runtime>(integration: Integration<Data, Runtime>): void;

  /**
   * Adds an entry and sets it up. Resolves when it is set up, or has failed: see its `state`.
   *
   * @throws (as a rejection) UnknownIntegrationError; InvalidConfigError naming the path when the
   * data does not fit the schema.
   */
  add(entry: NewConfigEntry): Promise<ConfigEntry>;

  /** Sets up an entry that is not loaded. @returns whether it is loaded now */
  setup(entryId: string): Promise<boolean>;

  /** Ends what the entry has begun. @returns whether it is unloaded now */
  unload(entryId: string): Promise<boolean>;

  /** Unloads and sets up again. Calls at the same time are served one after the other. */
  reload(entryId: string): Promise<boolean>;

  /** Unloads an entry and forgets it. */
  remove(entryId: string): Promise<void>;

  /** @throws UnknownEntryError */
  get(entryId: string): ConfigEntry;

  entries(domain?: string): readonly ConfigEntry[];
}

export interface NewConfigEntry {
  readonly domain: string;
  /** How the user calls it. @default the domain */
  readonly title?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly options?: Readonly<Record<string, unknown>>;
}
