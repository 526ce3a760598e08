import { lstat, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { processStart } from '../clock/clock.js';

/** How a temporary file is called by what writes it: the name of the file, and a number. */
const TEMPORARY = /\.\d{8,10}$/;

/**
 * Removes the temporary files of a process that was killed while it wrote. A store whose own name
 * ends like one of them is left alone, and so is what somebody may be writing now.
 */
export async function removeLeftOvers(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    if (TEMPORARY.test(name) && (await isLeftOver(path, name).catch(() => false)))
      await unlink(path).catch(() => undefined);
  }
}

async function isLeftOver(path: string, name: string): Promise<boolean> {
  const stats = await lstat(path);
  if (!stats.isFile() || stats.mtimeMs >= processStart) return false;
  try {
    const { key } = JSON.parse(await readFile(path, 'utf8')) as { key?: unknown };
    return key !== name;
  } catch {
    return true; // not even whole
  }
}
