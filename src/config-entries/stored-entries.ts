import { isDeepStrictEqual } from 'node:util';
import { InvalidConfigError, InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { NewConfigEntry } from '../hub-api/config-entry.js';
import { Store } from '../storage/store.js';
import { checkNewEntry } from './check-data.js';
import type { ManagedEntry } from './config-entry.js';
import type { EntriesHost } from './entries-host.js';

/** An entry as it is stored: what it was added with. */
export type StoredEntry = Required<Omit<NewConfigEntry, 'stored'>>;

const DELAY_MS = 1_000; // Home Assistant's figure

/**
 * Keeps entries over a restart, in `core.config_entries` of the hub's stores. Nothing is written
 * before what is there was read, at the start of the hub; what cannot be read is never replaced.
 */
export class StoredEntries {
  readonly #host: EntriesHost;
  readonly #list: () => readonly ManagedEntry[];
  /** What makes no sense here stays in the file. */
  readonly #kept: unknown[] = [];
  readonly #restored = new Set<ManagedEntry>();
  #store: Store<readonly unknown[]> | undefined;
  #hasChanged = false;
  #isReady = false;

  constructor(host: EntriesHost, list: () => readonly ManagedEntry[]) {
    this.#host = host;
    this.#list = list;
  }

  /**
   * Whether an entry that is added is stored. That it cannot be, for its data, is said.
   *
   * @throws InvalidOptionError when the hub stores none, but it wants to be.
   */
  takes(
    { stored = this.#host.storesEntries, data, options }: NewConfigEntry,
    label: string,
  ): boolean {
    if (stored && !this.#host.storesEntries)
      throw new InvalidOptionError(
        `${label} cannot be stored: the hub was not given a \`configDir\`.`,
      );
    if (!stored || isPlain({ data, options })) return stored;
    this.#host.warn(
      `${label} is lost at the next start: its data is not plain, so it cannot be stored. Say so with \`stored: false\`.`,
    );
    return false;
  }

  /**
   * What was stored in an earlier run and is not there yet. A file that cannot be read is reported,
   * and nothing is stored in this run; one that makes no sense was set aside.
   */
  async load(): Promise<readonly StoredEntry[]> {
    const { hub, report } = this.#host;
    const store = new Store<readonly unknown[]>(hub, { key: 'core.config_entries', version: 1 });
    let records: readonly unknown[];
    try {
      const found = await store.load();
      records = Array.isArray(found) ? found : [];
    } catch (error) {
      if (!hub.scope.closed)
        report({ error, source: 'storage', owner: hub.scope.name, name: store.path });
      return [];
    }
    const here = new Set(this.#list().filter(isStored));
    const entries = records.filter((record) => this.#isEntry(record, store.path));
    this.#store = store;
    return entries.filter((record) => {
      const same = [...here].find((entry) => isSame(entry, record));
      if (same) here.delete(same); // each stands for one
      return !same;
    });
  }

  /** An entry of an earlier run is there again. */
  restored(entry: ManagedEntry): void {
    this.#restored.add(entry);
  }

  /** The restored entry that code which adds its entries in every run means, once for each. */
  claim(given: NewConfigEntry): ManagedEntry | undefined {
    const same = [...this.#restored].find((entry) => isSame(entry, given));
    if (same) this.#restored.delete(same);
    return same;
  }

  forget(entry: ManagedEntry): void {
    this.#restored.delete(entry);
  }

  /** There are others than before: they are written soon, once what was there is known. */
  changed(): void {
    this.#hasChanged = true;
    this.#write();
  }

  /** All that was stored is there: from now on it can be replaced. */
  ready(): void {
    this.#isReady = true;
    this.#write();
  }

  #write(): void {
    if (!this.#hasChanged || !this.#isReady || this.#host.hub.scope.closed) return;
    this.#hasChanged = false;
    const make = (): readonly unknown[] => [
      ...this.#kept,
      ...this.#list().filter(isStored).map(recordOf),
    ];
    this.#store?.saveLater(make, DELAY_MS);
  }

  #isEntry(record: unknown, path: string): record is StoredEntry {
    try {
      checkNewEntry(record as NewConfigEntry);
      if ((record as NewConfigEntry).entryId !== undefined) return true;
      throw new InvalidConfigError('It has no `entryId`.');
    } catch (cause) {
      const error = new InvalidConfigError(
        `${path} has an entry that is none, which is left out: ${quote(record)}`,
        { cause },
      );
      this.#host.report({ error, source: 'storage', owner: 'hub', name: path });
      this.#kept.push(record);
      return false;
    }
  }
}

function isStored({ given }: ManagedEntry): boolean {
  return given.stored === true;
}

function recordOf({ entryId, domain, title, given }: ManagedEntry): StoredEntry {
  const { data = {}, options = {} } = given;
  return { entryId, domain, title, data, options };
}

function isSame(entry: ManagedEntry, { entryId, ...given }: NewConfigEntry): boolean {
  if (entryId === entry.entryId) return true;
  const { domain, title = domain, data = {}, options = {} } = given;
  const { given: own } = entry;
  return (
    domain === entry.domain &&
    title === entry.title &&
    isDeepStrictEqual(asStored(data), asStored(own.data ?? {})) &&
    isDeepStrictEqual(asStored(options), asStored(own.options ?? {}))
  );
}

function asStored(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

/** Whether JSON has it: a load gives what was saved. */
function isPlain(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || ['undefined', 'string', 'boolean'].includes(typeof value)) return true;
  if (typeof value !== 'object' || above.includes(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (!Array.isArray(value) && prototype !== Object.prototype && prototype !== null) return false;
  return Object.values(value).every((part) => isPlain(part, [...above, value]));
}
