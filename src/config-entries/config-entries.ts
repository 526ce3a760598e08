import { runUncaused } from '../causality/execution.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import {
  ConfigEntryNotReady,
  OperationNotAllowedError,
  UnknownEntryError,
  UnknownIntegrationError,
} from '../errors/integration-errors.js';
import { quote } from '../errors/quote.js';
import type { Report } from '../errors/report.js';
import { ShutdownError } from '../errors/work-errors.js';
import type {
  ConfigEntries,
  ConfigEntry,
  Integration,
  NewConfigEntry,
} from '../hub-api/config-entry.js';
import type { Hub, HubSnapshot } from '../hub-api/hub.js';
import { checkData } from './check-data.js';
import { ManagedEntry } from './config-entry.js';
import { reasonOf } from './reason.js';
import { sayGoodbye } from './say-goodbye.js';

/** What the entries of a hub need of it. */
export interface EntriesHost {
  /** The root hub: what it owns lives as long as the home. */
  readonly hub: Hub;
  readonly report: Report;
  readonly warn: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
  /** How long `unloadEntry` may take, in milliseconds. */
  readonly graceMs: number;
}

/** Sets entries up and unloads them, one step at a time for each, side by side for all. */
export class ConfigEntryManager implements ConfigEntries {
  readonly #host: EntriesHost;
  readonly #integrations = new Map<string, Integration>();
  readonly #entries = new Map<string, ManagedEntry>();
  readonly #setups = new Map<string, Promise<void>>();
  #isStopping = false;

  constructor(host: EntriesHost) {
    this.#host = host;
  }

  registerIntegration<Data, Runtime>(integration: Integration<Data, Runtime>): void {
    if (typeof integration.domain !== 'string' || !/^[a-z][a-z0-9_]*$/.test(integration.domain))
      throw new InvalidOptionError(
        `Expected an integration domain like \`folder_watcher\`, got ${quote(integration.domain)}.`,
      );
    this.#integrations.set(integration.domain, integration as unknown as Integration);
  }

  async add(entry: NewConfigEntry): Promise<ConfigEntry> {
    const integration = this.#integrations.get(entry.domain);
    if (!integration)
      throw new UnknownIntegrationError(
        `There is no integration \`${entry.domain}\`. Registered: ${[...this.#integrations.keys()].join(', ') || 'none'}.`,
      );
    const data = await checkData(integration, entry);
    this.#expectNotStopping(entry.domain);
    const managed = new ManagedEntry(integration, entry, data);
    this.#entries.set(managed.entryId, managed);
    await managed.lock.run(() => this.#setUp(managed));
    return managed;
  }

  async setup(entryId: string): Promise<boolean> {
    const entry = this.#get(entryId);
    return entry.lock.run(() => {
      if (entry.state !== 'not_loaded') throw notAllowed(entry, 'set up');
      return this.#setUp(entry);
    });
  }

  async unload(entryId: string): Promise<boolean> {
    const entry = this.#get(entryId);
    if (entry.state === 'setup_in_progress') throw notAllowed(entry, 'unloaded');
    refuseFromInside(entry, 'unloaded');
    entry.retry.cancel();
    return entry.lock.run(() => this.#unload(entry));
  }

  async reload(entryId: string): Promise<boolean> {
    const entry = this.#get(entryId);
    refuseFromInside(entry, 'reloaded');
    entry.retry.cancel();
    return entry.lock.run(async () => (await this.#unload(entry)) && this.#setUp(entry));
  }

  async remove(entryId: string): Promise<void> {
    const entry = this.#get(entryId);
    refuseFromInside(entry, 'removed');
    entry.retry.cancel();
    await entry.lock.run(async () => {
      const isUnloaded = entry.state !== 'failed_unload' && (await this.#unload(entry));
      // It did not want to, but who is removed owns nothing any more.
      if (!isUnloaded) await entry.hub?.scope.close().catch(() => undefined);
      this.#entries.delete(entryId);
    });
  }

  get(entryId: string): ConfigEntry {
    return this.#get(entryId);
  }

  entries(domain?: string): readonly ConfigEntry[] {
    return [...this.#entries.values()].filter((entry) => !domain || entry.domain === domain);
  }

  /** The entries as plain data. */
  describe(): HubSnapshot['entries'] {
    return [...this.#entries.values()].map(({ entryId, domain, title, state, reason, hub }) => ({
      entryId,
      domain,
      title,
      state,
      reason,
      owns: hub?.scope.size ?? 0,
    }));
  }

  /** Begins no set-up any more; the scopes of the entries close with the hub's. */
  stop(): void {
    this.#isStopping = true;
    for (const entry of this.#entries.values()) entry.retry.reset();
  }

  #get(entryId: string): ManagedEntry {
    const entry = this.#entries.get(entryId);
    if (!entry) throw new UnknownEntryError(`There is no config entry ${quote(entryId)}.`);
    return entry;
  }

  async #setUp(entry: ManagedEntry): Promise<boolean> {
    this.#expectNotStopping(entry.label);
    const hub = this.#host.hub.scoped(this.#host.hub.scope.child(entry.label));
    entry.attach(hub);
    entry.enter('setup_in_progress');
    try {
      await this.#setUpIntegration(entry.integration);
      const body = (): unknown => entry.asWork(() => entry.integration.setupEntry(hub, entry));
      // What a set-up begins goes on long after whatever asked for it, so it has no cause.
      const name = `set up ${entry.label}`;
      const result = await runUncaused(() => hub.createTask(body, { name }));
      // No await from here to the state: work that was begun in the set-up must see it.
      if (result !== false) entry.enter('loaded');
      else entry.enter('setup_error', 'The integration declined (`setupEntry` returned false).');
    } catch (error) {
      this.#onSetupFailed(entry, error);
    }
    if (entry.state !== 'loaded') await hub.scope.close().catch(() => undefined);
    return entry.state === 'loaded';
  }

  /** The part that an integration does once per hub; the first entry waits for it, the others join. */
  #setUpIntegration(integration: Integration): Promise<void> {
    let done = this.#setups.get(integration.domain);
    if (done === undefined) {
      done = (async () => {
        const { hub } = this.#host;
        const name = `set up ${integration.domain}, once`;
        if (integration.setup)
          await runUncaused(() => hub.createTask(() => integration.setup?.(hub, {}), { name }));
        hub.bus.fire('component_loaded', { component: integration.domain });
      })();
      this.#setups.set(integration.domain, done);
      done.catch(() => this.#setups.delete(integration.domain)); // the next entry tries again
    }
    return done;
  }

  #onSetupFailed(entry: ManagedEntry, error: unknown): void {
    const reason = reasonOf(error);
    if (error instanceof ConfigEntryNotReady && !this.#isStopping) {
      entry.enter('setup_retry', reason);
      const delayMs = entry.retry.schedule(() => this.#setUpAgain(entry));
      this.#host.warn(
        `${entry.label} is not ready, next try in ${Math.round(delayMs / 1000)} s: ${reason}`,
      );
      return;
    }
    entry.enter('setup_error', reason);
    this.#host.report({ error, source: 'integration', owner: entry.label, name: 'setupEntry' });
  }

  #setUpAgain(entry: ManagedEntry): void {
    void this.#host.hub.createBackgroundTask(
      () => entry.lock.run(() => entry.state === 'setup_retry' && this.#setUp(entry)),
      { name: `set up ${entry.label} again` },
    );
  }

  #expectNotStopping(label: string): void {
    if (this.#isStopping) throw new ShutdownError(`The hub is stopping; ${label} stays as it is.`);
  }

  async #unload(entry: ManagedEntry): Promise<boolean> {
    const { hub, integration } = entry;
    if (entry.state === 'failed_unload') throw notAllowed(entry, 'unloaded');
    if (entry.state !== 'loaded' || !hub) {
      entry.enter('not_loaded');
      return true;
    }
    entry.enter('unload_in_progress');
    try {
      if (integration.unloadEntry && (await sayGoodbye(entry, hub, this.#host)) === false) {
        entry.enter('loaded', 'The integration refused to be unloaded.');
        return false;
      }
    } catch (error) {
      // It could not say goodbye; what it holds is taken from it all the same.
      await hub.scope.close().catch(() => undefined);
      entry.enter('failed_unload', reasonOf(error));
      this.#host.report({ error, source: 'integration', owner: entry.label, name: 'unloadEntry' });
      return false;
    }
    await hub.scope.close().catch(() => undefined);
    entry.runtimeData = undefined;
    entry.enter('not_loaded');
    return true;
  }
}

// What is set up or unloaded would wait for itself.
function refuseFromInside(entry: ManagedEntry, what: string): void {
  if (entry.isCaller()) throw notAllowed(entry, what);
}

function notAllowed({ label, state }: ManagedEntry, what: string): OperationNotAllowedError {
  return new OperationNotAllowedError(`${label} cannot be ${what} while it is \`${state}\`.`);
}
