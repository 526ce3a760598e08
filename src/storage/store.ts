import { untilAborted } from '../concurrency/until-aborted.js';
import { checkCount, checkFunction, checkMs } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import { Fence } from '../ownership/fence.js';
import { storageOf } from './hub-storage.js';
import { laterSaveOf, saveOf } from './pending-save.js';
import { failure } from './read-stored.js';
import type { StoreFile } from './store-file.js';

/** Where a store keeps its data, and what shape that has. */
export interface StoreOptions<T> {
  /** The name of the file: letters, digits, `_`, `-` and `.`, like `my_integration.devices`. */
  readonly key: string;
  /** The version of the shape of the data, from 1 up. A file of a newer one is never touched. */
  readonly version: number;
  /** Makes data of this version of that of an older one. It is saved at once. */
  readonly migrate?: (oldVersion: number, oldData: unknown) => T | PromiseLike<T>;
}

/**
 * Data that outlives the process: plain data, as JSON has it, in `<configDir>/.storage/<key>`.
 *
 *     const store = new Store<Devices>(hub, { key: 'my_integration.devices', version: 1 });
 *     const devices = (await store.load()) ?? {};
 *     store.saveLater(() => devices, 10_000);
 *
 * A file is always whole, the old or the new one, also when the process is killed or the disk is
 * full; only its user may read it (mode 0600). Stores of one key in a hub share the file: one at a
 * time reads or writes, and a load gives what another has saved.
 *
 * It belongs to the owner of `hub`. What that has asked to save is written when it is unloaded, as
 * it was at the first step of that, and the unloading waits for it; from then on calls reject with
 * `ScopeClosedError`. Making a store touches nothing; calls before `hub.start()` do what they say.
 *
 * What could not be written is reported with owner and path, stays pending, and is tried again at
 * the next save, at the unloading, and at the final write of the hub.
 */
export class Store<T> {
  readonly key: string;
  readonly version: number;
  readonly #file: StoreFile;
  readonly #fence: Fence;
  readonly #migrate: StoreOptions<T>['migrate'];
  #loading: Promise<T | null> | undefined;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(hub: Hub, { key, version, migrate }: StoreOptions<T>) {
    checkKey(key);
    checkCount('version', version);
    if (migrate !== undefined) checkFunction('migrate', migrate);
    this.key = key;
    this.version = version;
    this.#migrate = migrate;
    this.#fence = Fence.of(hub.scope);
    this.#file = storageOf(hub).file(key);
  }

  /** Where the data is. */
  get path(): string {
    return this.#file.path;
  }

  /**
   * What was saved last, written or not: a copy of its own for each load, which those who ask while
   * it is under way share. `null` if nothing was saved, or the file made no sense: that is set
   * aside as `<key>.corrupt.<time>` and reported.
   *
   * @throws (as a rejection) StoreVersionError when the file is newer than `version`, or older and
   * there is no `migrate`; StorageError when it cannot be read, or `migrate` failed; in all these
   * cases it stays as it is. ScopeClosedError when the owner was unloaded.
   */
  load(): Promise<T | null> {
    const { scope } = this.#fence;
    if (scope.closed) return this.#fence.refuse('Store.load');
    if (this.#loading) return this.#loading;
    const loading = untilAborted(scope.signal, () => this.#load());
    this.#loading = loading;
    const forget = (): void => void (this.#loading = undefined);
    loading.then(forget, forget);
    return loading;
  }

  /**
   * Saves `data` as it is now, and resolves when that, or something newer, is on the disk. What was
   * to be saved before is superseded.
   *
   * @throws (as a rejection, which nobody has to await, because all are reported too) StorageError;
   * StoreVersionError; InvalidOptionError when JSON has no such data; ScopeClosedError.
   */
  save(data: T): Promise<void> {
    const { scope } = this.#fence;
    if (scope.closed) return this.#fence.refuse('Store.save');
    return told(this.#file.save(scope, () => saveOf(scope, this, data)));
  }

  /**
   * Saves what `make` returns when the time has come: in `ms` milliseconds, or earlier, when the
   * owner is unloaded or the hub stops. The newest call says what is saved and when, so each one
   * puts the write off, or moves it forward. While the hub stops there is no timer, but the final
   * write.
   *
   * @param ms From 0 up.
   * @throws InvalidOptionError. Of an unloaded owner it does nothing, and is reported.
   */
  saveLater(make: () => T, ms = 0): void {
    checkFunction('make', make);
    checkMs('ms', ms, { orZero: true });
    if (this.#fence.blocks('Store.saveLater')) return;
    this.#file.saveLater(laterSaveOf(this.#fence.scope, this, make), ms);
  }

  /**
   * Removes the file, of whatever version, and what was to be saved; one that is not there is fine.
   *
   * @throws (as a rejection) StorageError, ScopeClosedError.
   */
  remove(): Promise<void> {
    const { scope } = this.#fence;
    if (scope.closed) return this.#fence.refuse('Store.remove');
    return told(this.#file.remove(scope));
  }

  async #load(): Promise<T | null> {
    const { changes } = this.#file;
    const stored = await this.#file.read(this.#fence.scope);
    if (stored === null) return null;
    if (stored.version === this.version) return stored.data as T;
    const migrate = this.#migrate;
    if (stored.version > this.version || !migrate)
      throw this.#file.versionError(stored.version, this.version);
    const data = await this.#attempt(stored.version, () => migrate(stored.version, stored.data));
    if (this.#fence.scope.closed) throw this.#fence.error('Store.load');
    // Somebody saved meanwhile: that is newer than what was migrated.
    if (this.#file.changes !== changes) return this.#load();
    await this.save(data).catch(() => undefined); // reported, and still pending
    return data;
  }

  async #attempt(oldVersion: number, migrate: () => T | PromiseLike<T>): Promise<T> {
    try {
      return await migrate();
    } catch (error) {
      throw failure(
        `${this.path} could not be migrated from version ${oldVersion} to ${this.version}`,
        this.path,
        error,
      );
    }
  }
}

/** Whoever does not await it hears of a failure as a report. */
function told(work: Promise<void>): Promise<void> {
  work.catch(() => undefined);
  return work;
}

function checkKey(key: unknown): void {
  const isKey = typeof key === 'string' && /^[\w-][\w.-]{0,127}$/.test(key) && !key.includes('..');
  if (isKey) return;
  throw new InvalidOptionError(
    `Expected the name of a file (letters, digits, \`_\`, \`-\`, \`.\`, at most 128) as \`key\`, got ${quote(key)}.`,
  );
}
