import type { Observable } from 'rxjs';
import type { StreamOwner } from '../events/stream-owner.js';
import type {
  ConfigEntries,
  ConfigEntry,
  ConfigEntryChange,
  Integration,
  NewConfigEntry,
} from '../hub-api/config-entry.js';
import { ReportedPromise } from '../ownership/reported-promise.js';
import type { ConfigEntryManager } from './config-entries.js';

/** The entries of a hub as one owner sees them: once that is unloaded it can do nothing to them. */
export class ScopedEntries implements ConfigEntries {
  readonly #manager: ConfigEntryManager;
  readonly #owner: StreamOwner;

  constructor(manager: ConfigEntryManager, owner: StreamOwner) {
    this.#manager = manager;
    this.#owner = owner;
  }

  get changes$(): Observable<ConfigEntryChange> {
    return this.#manager.changes.observable(this.#owner);
  }

  registerIntegration<Data, Runtime>(integration: Integration<Data, Runtime>): void {
    if (this.#owner.fence.blocks('configEntries.registerIntegration')) return;
    this.#manager.registerIntegration(integration);
  }

  add(entry: NewConfigEntry): Promise<ConfigEntry> {
    return this.#do('add', () => this.#manager.add(entry));
  }

  setup(entryId: string): Promise<boolean> {
    return this.#do('setup', () => this.#manager.setup(entryId));
  }

  unload(entryId: string): Promise<boolean> {
    return this.#do('unload', () => this.#manager.unload(entryId));
  }

  reload(entryId: string): Promise<boolean> {
    return this.#do('reload', () => this.#manager.reload(entryId));
  }

  forwardEntrySetups<Data, Runtime>(
    { entryId }: ConfigEntry<Data, Runtime>,
    platforms: readonly string[],
  ): Promise<void> {
    const forward = (): Promise<void> => this.#manager.forwardEntrySetups(entryId, platforms);
    return this.#do('forwardEntrySetups', forward);
  }

  remove(entryId: string): Promise<void> {
    return this.#do('remove', () => this.#manager.remove(entryId));
  }

  get(entryId: string): ConfigEntry {
    return this.#manager.get(entryId);
  }

  entries(domain?: string): readonly ConfigEntry[] {
    return this.#manager.entries(domain);
  }

  #do<T>(what: string, work: () => Promise<T>): Promise<T> {
    const name = `configEntries.${what}`;
    const { fence } = this.#owner;
    const { scope } = fence;
    if (scope.closed) return fence.refuse(name);
    return ReportedPromise.of(work(), (error) =>
      scope.report({ error, source: 'integration', owner: scope.name, name }),
    );
  }
}
