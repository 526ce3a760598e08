import { lstat, stat } from 'node:fs/promises';

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

/**
 * @param followsFolder takes a link to a folder for one; others may lie in the folder to which they lead
 * @throws what `stat` throws, except that nothing is there.
 */
export async function look(path: string, followsFolder = false): Promise<Look> {
  try {
    const own = await lstat(path);
    const stats = own.isSymbolicLink() ? await stat(path) : own;
    if (stats.isDirectory()) return followsFolder || stats === own ? { kind: 'folder' } : MISSING;
    if (!stats.isFile()) return MISSING; // a pipe or a socket has nothing to be read to its end
    const { size, mtimeMs, dev, ino } = stats;
    return { kind: 'file', size, modifiedMs: mtimeMs, identity: `${dev}:${ino}` };
  } catch (error) {
    if (isMissing(error)) return MISSING;
    throw error;
  }
}

export function isAlike(a: Look, b: Look): boolean {
  if (a.kind !== 'file' || b.kind !== 'file') return a.kind === b.kind;
  return a.size === b.size && a.modifiedMs === b.modifiedMs && a.identity === b.identity;
}

export function isMissing(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP';
}
