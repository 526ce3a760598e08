import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file looked like at one moment: when two looks are alike, nobody is writing to it. */
export interface FileLook {
  readonly kind: 'file';
  readonly size: number;
  readonly modifiedMs: number;
  /** Device and number of the file; keeps its value when the file is moved. */
  readonly identity: string;
}

/** What there is at a path. */
export type Look = FileLook | { readonly kind: 'folder' | 'missing' };

export const MISSING = { kind: 'missing' } as const;

/** @throws what `stat` throws, except that nothing is there. */
export async function look(path: string): Promise<Look> {
  try {
    const stats = await stat(path);
    if (stats.isDirectory()) return { kind: 'folder' };
    if (!stats.isFile()) return MISSING; // a pipe or a socket has nothing to be read to its end
    const { size, mtimeMs, dev, ino } = stats;
    return { kind: 'file', size, modifiedMs: mtimeMs, identity: `${dev}:${ino}` };
  } catch (error) {
    if (isMissing(error)) return MISSING;
    throw error;
  }
}

/** The paths of all files below a folder, relative to `root`; nothing for what has gone meanwhile. */
export async function filesBelow(root: string, folder: string): Promise<string[]> {
  try {
    const found = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    return found
      .filter((file) => !file.isDirectory())
      .map((file) => join(file.parentPath, file.name).slice(root.length + 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function isAlike(a: Look, b: Look): boolean {
  if (a.kind !== 'file' || b.kind !== 'file') return a.kind === b.kind;
  return a.size === b.size && a.modifiedMs === b.modifiedMs && a.identity === b.identity;
}

function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
