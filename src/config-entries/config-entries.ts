import { UnknownEntryError } from '../errors/integration-errors.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { Feed } from '../events/feed.js';
import type { ConfigEntryChange, Integration, NewConfigEntry } from '../hub-api/config-entry.js';
import type { HubSnapshot } from '../hub-api/hub.js';
import { checkData, checkNewEntry } from './check-data.js';
import { ManagedEntry } from './config-entry.js';
import { type EntriesHost, type StepsHost, STOPPED } from './entries-host.js';
import { forwardSetups } from './forward-setups.js';
import { Integrations } from './integrations.js';
import { notAllowed, refuseFromInside } from './not-allowed.js';
import { SetUp } from './set-up.js';
import { StoredEntries } from './stored-entries.js';
import { unloadEntry } from './unloading.js';

/** Sets entries up and unloads them, one step at a time for each, side by side for all. */
export class ConfigEntryManager {
  readonly changes: Feed<ConfigEntryChange>;
  readonly #host: StepsHost;
  readonly #integrations: Integrations;
  readonly #steps: SetUp;
  readonly #stored: StoredEntries;
  readonly #entries = new Map<string, ManagedEntry>();
  #isStopping = false;

  constructor(host: EntriesHost) {
    this.#host = { ...host, isStopping: () => this.#isStopping };
    this.#integrations = new Integrations(host);
    this.#steps = new SetUp(this.#host, this.#integrations);
    this.#stored = new StoredEntries(host, () => [...this.#entries.values()]);
    const about = { source: 'subscriber', owner: 'hub', name: 'configEntries.changes$' } as const;
    this.changes = new Feed({ onError: (error) => host.report({ error, ...about }) });
  }

  registerIntegration<Data, Runtime>(given: Integration<Data, Runtime>): void {
    const integration = given as unknown as Integration;
    this.#integrations.register(integration);
    // Restored entries may have waited for it.
    for (const entry of this.#entries.values())
      if (entry.domain === integration.domain && entry.isWaiting) this.#begin(entry);
  }

  async add(given: NewConfigEntry): Promise<ManagedEntry> {
    checkNewEntry(given);
    const integration = this.#integrations.get(given.domain);
    const data = await checkData(integration, given);
    this.#steps.expectNotStopping(given.domain);
    const { entryId, title = given.domain } = given;
    const stored = this.#stored.takes(given, title);
    const claimed = stored && this.#stored.claim(given);
    if (claimed) {
      await claimed.lock.run(() => undefined); // it may still be set up
      return claimed;
    }
    if (entryId !== undefined && this.#entries.has(entryId))
      throw new InvalidOptionError(`There is a config entry ${quote(entryId)} already.`);
    const entry = this.#keep({ ...given, stored });
    entry.accept(integration, data);
    if (stored) this.#stored.changed();
    await entry.lock.run(() => this.#steps.run(entry));
    return entry;
  }

  /** Brings back what was stored, as work that the start of the hub waits for. */
  restore(): void {
    const { hub, storesEntries } = this.#host;
    if (!storesEntries) return;
    const body = async (): Promise<void> => {
      const records = await this.#stored.load();
      for (const record of records) {
        if (this.#entries.has(record.entryId)) continue;
        const entry = this.#keep({ ...record, stored: true });
        this.#stored.restored(entry);
        this.#begin(entry);
      }
      this.#stored.ready();
    };
    void hub.createTask(body, { name: 'restore config entries' });
  }

  async setup(entryId: string): Promise<boolean> {
    const entry = this.get(entryId);
    const expectNotLoaded = (): void => {
      if (entry.state !== 'not_loaded') throw notAllowed(entry, 'set up');
    };
    expectNotLoaded();
    return entry.lock.run(() => {
      expectNotLoaded();
      return this.#steps.run(entry);
    });
  }

  async unload(entryId: string): Promise<boolean> {
    const entry = this.get(entryId);
    if (entry.state === 'setup_in_progress') throw notAllowed(entry, 'unloaded');
    refuseFromInside(entry, 'unloaded');
    entry.retry.cancel();
    return entry.lock.run(() => unloadEntry(entry, this.#host));
  }

  async reload(entryId: string): Promise<boolean> {
    const entry = this.get(entryId);
    refuseFromInside(entry, 'reloaded');
    entry.retry.cancel();
    return entry.lock.run(
      async () => (await unloadEntry(entry, this.#host)) && this.#steps.run(entry),
    );
  }

  async forwardEntrySetups(entryId: string, platforms: readonly string[]): Promise<void> {
    await forwardSetups(this.get(entryId), platforms, this.#host.newEntities);
  }

  async remove(entryId: string): Promise<void> {
    const entry = this.get(entryId);
    refuseFromInside(entry, 'removed');
    entry.retry.cancel();
    await entry.lock.run(async () => {
      if (this.#entries.get(entryId) !== entry) return; // by somebody else, meanwhile
      const isUnloaded = entry.state !== 'failed_unload' && (await unloadEntry(entry, this.#host));
      // It did not want to, but who is removed owns nothing any more.
      if (!isUnloaded) await entry.endLife();
      this.#entries.delete(entryId);
      this.#stored.forget(entry);
      if (entry.given.stored) this.#stored.changed();
      this.#tell('removed', entry);
    });
  }

  get(entryId: string): ManagedEntry {
    const entry = this.#entries.get(entryId);
    if (!entry) throw new UnknownEntryError(`There is no config entry ${quote(entryId)}.`);
    return entry;
  }

  entries(domain?: string): readonly ManagedEntry[] {
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

  /** Begins no set-up any more; the scopes of the entries close with the hub's, without a goodbye. */
  stop(): void {
    this.#isStopping = true;
    for (const entry of this.#entries.values()) entry.retry.reset();
  }

  /** Their scopes have closed: none is loaded any more. Who had failed before keeps its reason. */
  end(): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === 'setup_error' || entry.state === 'failed_unload') continue;
      entry.forget();
      entry.enter('not_loaded', STOPPED);
    }
  }

  #keep(given: NewConfigEntry): ManagedEntry {
    const entry = new ManagedEntry(given, (changed) => this.#tell('updated', changed));
    this.#entries.set(entry.entryId, entry);
    this.#tell('added', entry);
    return entry;
  }

  #tell(change: ConfigEntryChange['change'], entry: ManagedEntry): void {
    const { state, reason } = entry;
    this.changes.emit({ change, entry, state, reason });
  }

  /** Sets up what nobody waits for: how it ends is in its state. */
  #begin(entry: ManagedEntry): void {
    const body = (): Promise<unknown> =>
      entry.lock.run(() => !this.#isStopping && entry.isWaiting && this.#steps.run(entry));
    void this.#host.hub.createBackgroundTask(body, { name: `begin ${entry.label}` });
  }
}
