import { join, sep } from 'node:path';
import { asyncScheduler } from 'rxjs';
import type { FileChange, KnownFiles } from './known-files.js';
import { isAlike, type Look, look } from './look.js';
import type { TreeWatcher } from './tree-watcher.js';

interface LookBefore {
  readonly found: Look;
  /** When it was over. */
  readonly at: number;
}

export interface SettlingOptions {
  /** Whether a file is one of those that are told of, by its path below the folder. */
  readonly counts: (path: string) => boolean;
  readonly settleMs: number;
}

type WatchedTree = Pick<TreeWatcher, 'watch' | 'forget' | 'isWatching'>;

/**
 * Waits until the files of which something was heard do not change any more: two looks, one
 * settle time apart, have to be alike. So a file that is being written is told of once, when it
 * is whole, and one that is gone again at once not at all.
 *
 * On a busy machine a look may take long, and end just before the next one: two that are closer
 * than half of the settle time say nothing.
 */
export class Settling {
  readonly #root: string;
  readonly #tree: WatchedTree;
  readonly #known: KnownFiles;
  readonly #counts: (path: string) => boolean;
  readonly #apartMs: number;
  /** By path: the last look, if there was one since something was last heard of it. */
  readonly #pending = new Map<string, { readonly last: LookBefore | undefined }>();
  /** What has settled in the look that is going on: not known yet, but it will be. */
  #settled = new Map<string, Look>();

  constructor(
    root: string,
    tree: WatchedTree,
    known: KnownFiles,
    { counts, settleMs }: SettlingOptions,
  ) {
    this.#root = root;
    this.#tree = tree;
    this.#known = known;
    this.#counts = counts;
    this.#apartMs = settleMs / 2;
  }

  get isIdle(): boolean {
    return this.#pending.size === 0;
  }

  /** Something was heard of a path: a file or a folder, there or not. */
  mark(path: string): void {
    this.#pending.set(path, { last: undefined });
  }

  /** Everything may be different: looks at all that is there, and all that was. */
  markAll(): void {
    for (const path of [...this.#known.paths, ...this.#settled.keys()]) this.mark(path);
    this.mark('');
  }

  /** Looks at everything pending once, and tells what has settled. Call it once per settle time. */
  async look(): Promise<FileChange[]> {
    const settled = (this.#settled = new Map<string, Look>());
    // What is marked on the way is visited too: both ends of a move have to settle together.
    for (const [path, entry] of this.#pending) {
      const begunAt = asyncScheduler.now();
      const found = await this.#lookAt(path);
      // Heard of again while looking: that look is already old.
      if (this.#pending.get(path) !== entry) continue;
      if (found === undefined || found.kind === 'folder') this.#pending.delete(path);
      // Also if there is nothing now, or a file, counting or not, where a folder was.
      if (found?.kind === 'folder' || this.#tree.isWatching(path)) await this.#spread(path, found);
      if (found === undefined) continue;
      if (found.kind === 'folder') {
        // Where a file was.
        if (this.#known.has(path) || settled.has(path)) settled.set(path, found);
      } else if (entry.last && this.#hasSettled(entry.last, found, begunAt)) {
        this.#pending.delete(path);
        settled.set(path, found);
      } else this.#pending.set(path, { last: this.#firstAlike(entry.last, found, begunAt) });
    }
    this.#settled = new Map();
    return this.#known.compare(settled);
  }

  /** The first of those that are alike: a disk may be so slow that each ends near the next one. */
  #firstAlike(before: LookBefore | undefined, found: Look, begunAt: number): LookBefore {
    if (before && isAlike(before.found, found) && begunAt >= before.at) return before;
    return { found, at: asyncScheduler.now() }; // also when somebody has set the clock back
  }

  #hasSettled(before: LookBefore, found: Look, begunAt: number): boolean {
    return isAlike(before.found, found) && begunAt - before.at >= this.#apartMs;
  }

  async #lookAt(path: string): Promise<Look | undefined> {
    try {
      const found = await look(join(this.#root, path), path === '');
      return found.kind === 'file' && !this.#counts(path) ? undefined : found;
    } catch {
      return undefined; // we may not look there, so it does not count
    }
  }

  /** The news of a folder is news of its files, and of the folders in it: nobody tells of them. */
  async #spread(path: string, found: Look | undefined): Promise<void> {
    const files = new Set(this.#known.below(path));
    for (const file of this.#settled.keys()) if (file.startsWith(path + sep)) files.add(file);
    if (found?.kind !== 'folder') this.#tree.forget(path);
    else for (const file of await this.#tree.watch(path)) files.add(file);
    for (const file of files) if (!this.#pending.has(file)) this.mark(file);
  }
}
