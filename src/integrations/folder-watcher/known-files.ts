import { sep } from 'node:path';
import { type FileLook, isAlike, type Look } from './look.js';

/** What has become of a file; paths are relative to the watched folder. */
export type FileChange =
  | { readonly type: 'created' | 'modified' | 'deleted'; readonly path: string }
  | { readonly type: 'moved'; readonly path: string; readonly to: string };

/** The files of a folder as they were last told of. Pure: it compares, others look. */
export class KnownFiles {
  readonly #files = new Map<string, FileLook>();

  get paths(): string[] {
    return [...this.#files.keys()];
  }

  /** The known files below a folder; also asked for a path that was a file, and has none. */
  below(folder: string): string[] {
    return this.paths.filter((path) => path.startsWith(folder + sep));
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** Knows a file from before, without telling of it. */
  learn(path: string, file: FileLook): void {
    this.#files.set(path, file);
  }

  /**
   * Compares what is there now with what was known, and knows that from now on. A file that is
   * missing at one path and new at another was moved.
   */
  compare(now: ReadonlyMap<string, Look>): FileChange[] {
    const changes: FileChange[] = [];
    const gone = new Map<string, string[]>(); // several, if they are links to one file
    for (const [path, found] of now) {
      const before = this.#files.get(path);
      if (!before || found.kind === 'file') continue;
      const paths = gone.get(before.identity);
      if (paths) paths.push(path);
      else gone.set(before.identity, [path]);
    }
    for (const [path, found] of now) {
      if (found.kind !== 'file') continue;
      const before = this.#files.get(path);
      const isSame = before?.identity === found.identity;
      const from = isSame ? undefined : gone.get(found.identity)?.shift();
      this.#files.set(path, found);
      if (from !== undefined) {
        this.#files.delete(from);
        changes.push({ type: 'moved', path: from, to: path });
      } else if (!before) changes.push({ type: 'created', path });
      else if (!isAlike(before, found)) changes.push({ type: 'modified', path });
    }
    for (const path of [...gone.values()].flat()) {
      this.#files.delete(path);
      changes.push({ type: 'deleted', path });
    }
    return changes;
  }
}
