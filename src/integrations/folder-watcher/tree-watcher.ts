import { type FSWatcher, watch } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { isMissing } from './look.js';

/**
 * Hears of changes in a folder and in all folders below it.
 *
 * It has one watcher of the system for each folder, and none for a file: an editor that saves puts a
 * new file in the place of the old one, and whoever watches files goes on watching the old one (as
 * `fs.watch` with `recursive` does on Linux). Links to folders are not followed.
 */
export class TreeWatcher {
  readonly #root: string;
  readonly #heard: (path: string) => void;
  readonly #failed: (error: Error) => void;
  readonly #watchers = new Map<string, FSWatcher>();
  #isClosed = false;

  /**
   * @param heard told of each path, relative to `root`, at which something may be different
   * @param failed told why a folder cannot be watched any more
   */
  constructor(root: string, heard: (path: string) => void, failed: (error: Error) => void) {
    this.#root = root;
    this.#heard = heard;
    this.#failed = failed;
  }

  /**
   * Watches a folder and those below it, anew where it did so already: under the same name there may
   * be another folder now.
   *
   * @returns the paths of the files in them, relative to the root; nothing of what has gone meanwhile.
   */
  async watch(folder: string): Promise<string[]> {
    this.forget(folder); // what is below it may be somewhere else now
    const files: string[] = [];
    const folders = [folder];
    for (const next of folders) {
      if (this.#isClosed) break;
      try {
        this.#watch(next); // first, so that nothing happens unheard between the two
        for (const found of await readdir(join(this.#root, next), { withFileTypes: true }))
          (found.isDirectory() ? folders : files).push(join(next, found.name));
      } catch (error) {
        this.#leave(next);
        if (!isMissing(error) && (next === '' || !isForbidden(error))) this.#failed(error as Error);
      }
    }
    return files;
  }

  isWatching(folder: string): boolean {
    return this.#watchers.has(folder);
  }

  /** There is no folder at that path any more. */
  forget(path: string): void {
    for (const folder of [...this.#watchers.keys()])
      if (path === '' || folder === path || folder.startsWith(path + sep)) this.#leave(folder);
  }

  /** For good. */
  close(): void {
    this.#isClosed = true;
    this.forget('');
  }

  #watch(folder: string): void {
    this.#leave(folder);
    const watcher = watch(join(this.#root, folder));
    this.#watchers.set(folder, watcher);
    // Nothing is begun in here: it would take whoever called `watch` for its cause.
    watcher.on('change', (type, name) => {
      // Its own end is told by its own name. The next one may have the same number on the disk.
      if (folder === '' && type === 'rename' && name === basename(this.#root)) this.#heard('');
      this.#heard(name === null ? folder : join(folder, String(name)));
    });
    watcher.on('error', (error) => this.#failed(error));
  }

  #leave(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

function isForbidden(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'EACCES' || code === 'EPERM';
}
