import { access, readFile, rename } from 'node:fs/promises';
import { isoTime, now } from '../clock/clock.js';
import { StorageError, StoreCorruptError } from '../errors/storage-errors.js';

/** What a store file holds. */
export interface Stored {
  readonly version: number;
  readonly data: unknown;
}

/**
 * Reads a store file; `null` if there is none, or nothing in it. One that makes no sense is set
 * aside, and `onCorrupt` told of it.
 *
 * @throws StorageError when it can be neither read nor set aside.
 */
export async function readStored(
  path: string,
  onCorrupt: (error: StoreCorruptError) => void,
): Promise<Stored | null> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw failure(`${path} could not be read`, path, error);
  }
  try {
    return parse(bytes);
  } catch (error) {
    const aside = await setAside(path);
    onCorrupt(
      new StoreCorruptError(
        `${path} could not be understood (${wordsOf(error)}). It was set aside as ${aside}.`,
        { path, cause: error },
      ),
    );
    return null;
  }
}

function parse(bytes: Uint8Array): Stored | null {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  const file = JSON.parse(text) as Partial<Stored> | null;
  if (typeof file !== 'object' || file === null || Array.isArray(file))
    throw new TypeError('it holds no object');
  if (Object.keys(file).length === 0) return null;
  const { version, data } = file;
  if (!Number.isInteger(version) || (version as number) < 1)
    throw new TypeError('it has no version');
  if (data === undefined) throw new TypeError('it has no data');
  return { version: version as number, data };
}

async function setAside(path: string): Promise<string> {
  // Not every file system takes a colon in a name.
  const stamp = `${path}.corrupt.${isoTime(now()).replaceAll(':', '-')}`;
  try {
    let aside = stamp;
    for (let i = 2; await exists(aside); i++) aside = `${stamp}-${i}`;
    await rename(path, aside);
    return aside;
  } catch (error) {
    throw failure(`${path} makes no sense, and could not be set aside`, path, error);
  }
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** An error that says what could not be done, and why. */
export function failure(what: string, path: string, cause: unknown): StorageError {
  return new StorageError(`${what}: ${wordsOf(cause)}`, { path, cause });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
