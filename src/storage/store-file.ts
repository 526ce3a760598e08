import { unlink } from 'node:fs/promises';
import { runUncaused } from '../causality/execution.js';
import { after, type CancelTimer, monotonic } from '../clock/clock.js';
import { Mutex } from '../concurrency/mutex.js';
import { quote } from '../errors/quote.js';
import { StoreVersionError } from '../errors/storage-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { Owned, Scope } from '../ownership/scope.js';
import { type PendingSave, storedIn } from './pending-save.js';
import { failure, readStored, type Stored } from './read-stored.js';
import { loadWriter, writeWhole } from './write-whole.js';

/** What a file needs of the hub to which it belongs. */
export interface StoreHost {
  readonly hub: Hub;
  /** Reads, as one of few. */
  read<T>(work: () => Promise<T>): Promise<T>;
  /** Does something with files. */
  track<T>(work: () => Promise<T>): Promise<T>;
  /** Something is to be written. */
  onPending(): void;
  onWritten(): void;
}

/**
 * One file of a hub, shared by all stores of that key: one at a time reads or writes it, and what
 * is not written yet is what the next load gives.
 */
export class StoreFile {
  readonly key: string;
  readonly path: string;
  readonly #host: StoreHost;
  readonly #lock = new Mutex();
  #pending: PendingSave | null = null;
  #owned: Owned | undefined;
  #changes = 0;
  /** The version that is on the disk, 0 for none; `undefined` until somebody has looked. */
  #version: number | undefined;
  #cancelTimer: CancelTimer | undefined;
  #timerAt = 0;
  #dueAt = 0;

  constructor(host: StoreHost, key: string, path: string) {
    this.#host = host;
    this.key = key;
    this.path = path;
  }

  /** Whether something is not written yet. */
  get isPending(): boolean {
    return this.#pending !== null;
  }

  /** Goes up with everything that is to be written or removed. */
  get changes(): number {
    return this.#changes;
  }

  /** What is there, written or not. */
  async read(owner: Scope): Promise<Stored | null> {
    return this.#host.read(() =>
      this.#lock.run(() => (this.#pending ? storedIn(this.#pending) : this.#look(owner))),
    );
  }

  /** Writes now. What was to be written before is superseded. A failure is reported too. */
  async save(owner: Scope, make: () => PendingSave): Promise<void> {
    let save: PendingSave;
    try {
      save = make();
    } catch (error) {
      this.#report(owner, error);
      throw error;
    }
    this.#put(save);
    await this.#begin(owner);
  }

  /**
   * Writes in `ms` milliseconds; the newest call says when. What falls due while the hub stops is
   * left to the final write; from then on nothing is put off.
   */
  saveLater(save: PendingSave, ms: number): void {
    this.#put(save);
    const { state } = this.#host.hub;
    if (state === 'final_write' || state === 'stopped') {
      void this.#begin(save.owner).catch(() => undefined); // reported
      return;
    }
    this.#dueAt = monotonic() + ms;
    // One that ends earlier is kept, and set again then: most calls only put the write off.
    if (this.#cancelTimer === undefined || this.#timerAt > this.#dueAt) this.#arm(ms);
  }

  /**
   * Writes what is pending, if anything is. Of those who ask at the same time one writes for all.
   * What could not be written is reported, and stays for the next save or the final write.
   *
   * @throws (as a rejection) StorageError, StoreVersionError.
   */
  write(): Promise<void> {
    this.#stopTimer();
    return this.#host.track(() =>
      this.#lock.run(async () => {
        const pending = this.#pending;
        if (pending === null) return;
        try {
          const text = this.#textOf(pending);
          await this.#refuseNewer(pending);
          await writeWhole(this.path, text).catch((error: unknown) => {
            throw failure(`${this.path} could not be written`, this.path, error);
          });
          this.#version = pending.version;
        } catch (error) {
          this.#report(pending.owner, error);
          throw error;
        }
        if (this.#pending === pending) this.#put(null);
      }),
    );
  }

  /** Removes the file, and what was to be written to it. A failure is reported too. */
  remove(owner: Scope): Promise<void> {
    this.#put(null);
    return this.#host.track(() =>
      this.#lock.run(async () => {
        await unlink(this.path).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
          const failed = failure(`${this.path} could not be removed`, this.path, error);
          this.#report(owner, failed);
          throw failed;
        });
        this.#version = 0;
      }),
    );
  }

  #put(pending: PendingSave | null): void {
    // Now, while there is time: at the final write an update may have replaced its files.
    if (pending) loadWriter().catch(() => undefined); // told when it is to write
    this.#changes++;
    const before = this.#pending;
    this.#pending = pending;
    if (before && this.#owned) before.owner.detach(this.#owned);
    if (pending === null) {
      this.#stopTimer();
      this.#host.onWritten();
      return;
    }
    this.#host.onPending();
    // Whoever is unloaded loses nothing: what it asked for is taken as it is at the first step of
    // closing, before its teardowns clear anything, and the closing waits until it is written.
    this.#owned = {
      name: `store ${this.key}`,
      silence: () => attempt(() => pending.settle()),
      end: () => this.write().catch(() => undefined), // reported
    };
    pending.owner.attach(this.#owned);
  }

  /** Writes as work of the owner, so that the hub waits for it also when nobody else does. */
  #begin(owner: Scope): Promise<void> {
    const written = this.write();
    const ended = written.catch(() => undefined); // reported
    if (!owner.closed)
      void this.#host.hub
        .scoped(owner)
        .createTask(() => ended, { name: `write store ${this.key}` });
    return written;
  }

  #arm(ms: number): void {
    this.#stopTimer();
    this.#timerAt = monotonic() + ms;
    this.#cancelTimer = after(ms, () => {
      this.#cancelTimer = undefined;
      const left = this.#dueAt - monotonic();
      const { owner } = this.#pending ?? {};
      if (left > 0) this.#arm(left);
      else if (owner && this.#host.hub.state !== 'stopping')
        runUncaused(() => void this.#begin(owner).catch(() => undefined)); // reported
    });
  }

  #stopTimer(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #look(owner: Scope): Promise<Stored | null> {
    const stored = await readStored(this.path, (error) => this.#report(owner, error));
    this.#version = stored?.version ?? 0;
    return stored;
  }

  /** A file of a newer version holds what this code cannot know: it is never replaced. */
  async #refuseNewer({ owner, version }: PendingSave): Promise<void> {
    if (this.#version === undefined) await this.#look(owner);
    if ((this.#version ?? 0) <= version) return;
    throw this.versionError(this.#version ?? 0, version);
  }

  versionError(stored: number, wanted: number): StoreVersionError {
    const words =
      stored > wanted
        ? 'it was written by newer code and stays as it is'
        : 'the store has no `migrate`, so it stays as it is';
    return new StoreVersionError(
      `${this.path} has version ${stored}, but version ${wanted} was expected: ${words}.`,
      { path: this.path },
    );
  }

  #textOf(pending: PendingSave): string {
    try {
      return pending.text();
    } catch (error) {
      throw failure(`The data for store ${quote(this.key)} could not be had`, this.path, error);
    }
  }

  #report(owner: Scope, error: unknown): void {
    owner.report({ error, source: 'storage', owner: owner.name, name: this.path });
  }
}

// What fails here fails again when it is written, and is reported there.
function attempt(step: () => void): void {
  try {
    step();
  } catch {
    // As above.
  }
}
