import { join } from 'node:path';
import { runUncaused } from '../causality/execution.js';
import { Semaphore } from '../concurrency/semaphore.js';
import type { Hub } from '../hub-api/hub.js';
import { ioOf, type OutsideIo } from '../ownership/outside-io.js';
import { PerHub } from '../ownership/per-hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { removeLeftOvers } from './left-overs.js';
import { StoreFile, type StoreHost } from './store-file.js';

const MAX_READS = 6; // Home Assistant's figure

/** The stored files of a hub. */
export class HubStorage implements StoreHost {
  /** The hub itself, not that of an owner. */
  readonly hub: Hub;
  readonly #io: OutsideIo;
  readonly #reads = new Semaphore(MAX_READS);
  readonly #files = new Map<string, StoreFile>();
  #isTidy: Promise<void> | undefined;
  #finalWrite: Unsubscribe | undefined;

  constructor(hub: Hub) {
    this.hub = hub;
    this.#io = ioOf(hub.scope);
  }

  /** The file of a key: the same for all stores of that key. */
  file(key: string): StoreFile {
    let file = this.#files.get(key);
    if (file === undefined)
      this.#files.set(key, (file = new StoreFile(this, key, join(this.#folder, key))));
    return file;
  }

  /** Reads, as one of few. */
  read<T>(work: () => Promise<T>): Promise<T> {
    return this.#reads.run(() => this.track(work));
  }

  /** Does something with files; the first time what an earlier process left is removed. */
  track<T>(work: () => Promise<T>): Promise<T> {
    return this.#io.track('storage', async () => {
      await (this.#isTidy ??= removeLeftOvers(this.#folder));
      return work();
    });
  }

  /** Something is to be written: then the final write is listened for, once for all files. */
  onPending(): void {
    // For whoever has something to write: not made by the code that is running.
    this.#finalWrite ??= runUncaused(() =>
      this.hub.bus.listen('homeassistant_final_write', () => this.#writeAll(), {
        name: 'write stores',
      }),
    );
  }

  onWritten(): void {
    if ([...this.#files.values()].some(({ isPending }) => isPending)) return;
    this.#finalWrite?.();
    this.#finalWrite = undefined;
  }

  async #writeAll(): Promise<void> {
    const pending = [...this.#files.values()].filter(({ isPending }) => isPending);
    await Promise.allSettled(pending.map((file) => file.write())); // what fails is reported
  }

  get #folder(): string {
    return join(this.hub.configDir, '.storage');
  }
}

const storages = new PerHub((root, hub: Hub) => new HubStorage(hub.scoped(root)));

/** The stored files of the hub to which this one, of whatever owner, belongs. */
export function storageOf(hub: Hub): HubStorage {
  return storages.of(hub.scope, hub);
}
