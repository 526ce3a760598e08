import { stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { type Hub, trackInterval } from 'rxhome';
import type { FolderWatcherEvent } from './event.js';
import { type FileChange, KnownFiles } from './known-files.js';
import { look } from './look.js';
import type { FolderWatcherOptions } from './options.js';
import { matcher } from './patterns.js';
import { Settling } from './settling.js';
import { TreeWatcher } from './tree-watcher.js';

// Nobody tells of a folder that was moved away or unmounted, so it is asked for.
const CHECK_MS = 1_000;
/** Checks that are left out at most between two tries to watch, when trying fails. */
const MAX_PAUSE = 31;
/**
 * Linux keeps 16,384 pieces of news for a process that does not come to read them, and drops the
 * rest without a word. After half as many at once everything is looked at.
 */
const MANY_NEWS = 8_192;

/**
 * One folder under watch: hears of changes, waits until they have settled and fires events.
 *
 * When the folder vanishes its files are told of as deleted, the failure is reported with the
 * entry's name and the path, and the folder is looked for until it is back; then what is in it is
 * new. All of it happens in ticks of the hub's timers, so that nothing is taken for its cause.
 */
export class WatchedFolder {
  readonly path: string;
  readonly #hub: Hub;
  readonly #counts: (path: string) => boolean;
  readonly #settleMs: number;
  readonly #known = new KnownFiles();
  readonly #settling: Settling;
  readonly #tree: TreeWatcher;
  /** Of the folder that is watched; empty while there is none. */
  #identity = '';
  #failure: Error | undefined;
  /** How much was heard since the last look. */
  #news = 0;
  #pause = 0;
  #pauseLeft = 0;

  constructor(hub: Hub, path: string, options: Omit<FolderWatcherOptions, 'folder' | 'create'>) {
    this.path = path;
    this.#hub = hub;
    this.#counts = matcher(options.patterns);
    this.#settleMs = options.settle_ms;
    const heard = (changed: string): void => {
      if (changed === '' || ++this.#news % MANY_NEWS === 0) this.#settling.markAll();
      else this.#settling.mark(changed);
    };
    this.#tree = new TreeWatcher(path, heard, (error) => (this.#failure ??= error));
    const settling = { counts: this.#counts, settleMs: options.settle_ms };
    this.#settling = new Settling(path, this.#tree, this.#known, settling);
  }

  /**
   * Begins to watch; the files that are there already are not told of.
   *
   * @throws (as a rejection) what the system says about the folder.
   */
  async open(): Promise<void> {
    const { scope } = this.#hub;
    scope.own(() => this.#tree.close(), `watcher of ${this.path}`);
    const identity = await identityOf(this.path);
    for (const path of await this.#watch(identity)) {
      const found = await look(join(this.path, path)).catch(() => undefined);
      if (found?.kind === 'file' && this.#counts(path)) this.#known.learn(path, found);
    }
    const settle = (): Promise<void> | undefined =>
      this.#settling.isIdle ? undefined : this.#settle();
    trackInterval(this.#hub, settle, this.#settleMs, { name: `changes in ${this.path}` });
    trackInterval(this.#hub, () => this.#check(), CHECK_MS, { name: `watch ${this.path}` });
  }

  /** @throws what the system says about the folder. @returns the files in it */
  async #watch(identity: string): Promise<string[]> {
    const files = await this.#tree.watch('');
    this.#throwFailure();
    this.#identity = identity;
    return files;
  }

  #throwFailure(): void {
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure) throw failure;
  }

  /** Compares with what is known, and fires what is different. */
  async #settle(): Promise<void> {
    this.#news = 0;
    const changes = await this.#settling.look();
    if (this.#hub.scope.closed) return;
    for (const change of changes) this.#hub.bus.fire('folder_watcher', this.#eventOf(change));
  }

  /** Whether the folder is still there, and still the one that is watched. @throws once if not */
  async #check(): Promise<void> {
    if (this.#pauseLeft > 0) {
      this.#pauseLeft--;
      return;
    }
    const wasWatching = this.#identity !== '';
    try {
      const identity = await identityOf(this.path);
      if (this.#hub.scope.closed) return;
      this.#throwFailure();
      if (identity === this.#identity && this.#tree.isWatching('')) return;
      await this.#watch(identity);
    } catch (error) {
      this.#pauseLeft = this.#pause;
      if (!wasWatching) {
        this.#pause = Math.min(2 * this.#pause + 1, MAX_PAUSE);
        return;
      }
      this.#lose();
      throw this.#lost(error);
    }
    this.#pause = 0;
    this.#settling.markAll();
    if (!wasWatching) this.#hub.logger.info(`${this.#hub.scope.name}: ${this.path} is back.`);
  }

  #lose(): void {
    this.#tree.forget('');
    this.#identity = '';
    this.#failure = undefined;
    this.#pause = 0;
    this.#settling.markAll();
  }

  #lost(cause: unknown): Error {
    const reason =
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? 'it is gone'
        : cause instanceof Error
          ? cause.message
          : String(cause);
    return new Error(
      `The folder ${this.path} cannot be watched: ${reason}. It is looked for until it is back.`,
      { cause },
    );
  }

  #eventOf(change: FileChange): FolderWatcherEvent {
    const path = join(this.path, change.path);
    const event = {
      event_type: change.type,
      path,
      file: basename(path),
      folder: dirname(path),
    };
    if (change.type !== 'moved') return event;
    const to = join(this.path, change.to);
    return { ...event, dest_path: to, dest_file: basename(to), dest_folder: dirname(to) };
  }
}

async function identityOf(folder: string): Promise<string> {
  const stats = await stat(folder);
  if (!stats.isDirectory()) throw new Error('it is not a folder');
  return `${stats.dev}:${stats.ino}`;
}
