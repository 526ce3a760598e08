import type { Observable } from 'rxjs';
import type { Hub } from './hub.js';
import type { Platform } from './platform.js';
import type { StandardSchema } from './standard-schema.js';
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

/** One line of `configEntries.changes$`: an entry, and where it was at that moment. */
export interface ConfigEntryChange {
  readonly change: 'added' | 'updated' | 'removed';
  readonly entry: ConfigEntry;
  readonly state: ConfigEntryState;
  readonly reason: string | null;
}

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

  /** What makes its entities, by their kind: `{ sensor: … }`. See `forwardEntrySetups`. */
  readonly platforms?: Readonly<Record<string, Platform<Data, Runtime>>>;

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
  /**
   * What happens to the entries: added, removed, or in another state. Hot: late subscribers see
   * nothing of the past. Completes when the hub has stopped; unloading the owner unsubscribes.
   */
  readonly changes$: Observable<ConfigEntryChange>;

  /**
   * Makes an integration known. Entries that were restored without it are set up now.
   *
   * @throws InvalidOptionError for a domain that is no domain.
   */
  registerIntegration<Data, Runtime>(integration: Integration<Data, Runtime>): void;

  /**
   * Adds an entry and sets it up. Resolves when it is set up, or has failed: see its `state`. A
   * set-up that takes over `setupTimeoutMs` (300 s) has failed.
   *
   * A hub that was given a `configDir` stores it: from the next `start()` on it is there without
   * being added. Code that adds its entries in every run can go on to do so, as long as they stay
   * the same: one of the same domain, title, data and options is the one that was restored.
   *
   * @throws (as a rejection) UnknownIntegrationError; InvalidConfigError naming the path when the
   * data does not fit the schema; InvalidOptionError; ShutdownError while the hub stops.
   */
  add(entry: NewConfigEntry): Promise<ConfigEntry>;

  /**
   * Sets up an entry that is not loaded. @returns whether it is loaded now
   *
   * @throws (as a rejection) OperationNotAllowedError in any other state.
   */
  setup(entryId: string): Promise<boolean>;

  /**
   * Ends what the entry has begun: `unloadEntry`, then its entities, then all else, last begun
   * first. What hangs is named and left after `unloadTimeoutMs`. @returns whether it is unloaded now
   *
   * @throws (as a rejection) OperationNotAllowedError while it is set up, after it has failed to
   * unload, and from inside its own set-up or unloading.
   */
  unload(entryId: string): Promise<boolean>;

  /** Unloads and sets up again. Calls at the same time are served one after the other. */
  reload(entryId: string): Promise<boolean>;

  /**
   * Sets up platforms of an entry, side by side: await it in `setupEntry`. A platform that fails is
   * reported, one that takes over 60 s is named and goes on alone; the entry is loaded all the same.
   * So it is too late in a platform for `ConfigEntryNotReady`: throw that before.
   *
   * @throws (as a rejection) OperationNotAllowedError for an entry that is neither being set up nor
   * loaded, and for a platform that was set up already; InvalidOptionError naming one that the
   * integration does not have. In both cases none is set up.
   */
  forwardEntrySetups<Data, Runtime>(
    entry: ConfigEntry<Data, Runtime>,
    platforms: readonly string[],
  ): Promise<void>;

  /** Unloads an entry and forgets it, also where it is stored. Waits for a set-up under way. */
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
  /** 1 to 64 letters, digits, `_`, `-` and `.`, the same in every run. @default a new ULID */
  readonly entryId?: string;
  /**
   * Whether it is there again after a restart. Only plain data can be stored.
   * @default whether the hub was given a `configDir`
   */
  readonly stored?: boolean;
}
