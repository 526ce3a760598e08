import { randomBytes } from 'node:crypto';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncScheduler } from 'rxjs';
import { type ConfigEntry, type Hub, isoTime } from 'rxhome';
import type { FolderWatcherRuntime } from '../folder-watcher/folder-watcher.js';

const KEPT = 5;
const NOISE_BYTES = 32_768;
const DROPPED = /^dropped-(\d+)\.txt$/;

/** The folder of the first `folder_watcher` that works; `undefined` if there is none. */
export function watchedFolder(hub: Hub): string | undefined {
  const [entry] = hub.configEntries
    .entries('folder_watcher')
    .filter(({ state }) => state === 'loaded') as ConfigEntry<unknown, FolderWatcherRuntime>[];
  return entry?.runtimeData.path;
}

/** Writes a file that never was before, and takes away its eldest brothers. Others are left alone. */
export async function dropFile(folder: string): Promise<void> {
  const numbers = (await readdir(folder))
    .flatMap((name) => DROPPED.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((a, b) => a - b);
  const next = (numbers.at(-1) ?? 0) + 1;
  const noise = randomBytes(NOISE_BYTES).toString('base64');
  const text = `Dropped from the page, ${isoTime(asyncScheduler.now())}.\n\n${noise}\n`;
  await writeFile(join(folder, fileName(next)), text);
  const old = numbers.slice(0, Math.max(0, numbers.length + 1 - KEPT));
  // Who dropped a file a moment ago may be taking away the same ones.
  await Promise.all(old.map((number) => rm(join(folder, fileName(number)), { force: true })));
}

function fileName(number: number): string {
  return `dropped-${number}.txt`;
}
