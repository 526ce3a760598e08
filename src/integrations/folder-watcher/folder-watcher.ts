import { mkdir, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigEntryError, ConfigEntryNotReady, defineIntegration } from 'rxhome';
import { type FolderWatcherOptions, folderWatcherOptions } from './options.js';
import { WatchedFolder } from './watched-folder.js';

/** What a loaded entry keeps. */
export interface FolderWatcherRuntime {
  /** The watched folder, absolute. */
  readonly path: string;
}

/** Fires `folder_watcher` when files of a folder are created, modified, moved or deleted. */
export const folderWatcher = defineIntegration<FolderWatcherOptions, FolderWatcherRuntime>({
  domain: 'folder_watcher',
  configSchema: folderWatcherOptions,

  async setupEntry(hub, entry) {
    const { folder, create, patterns, settle_ms } = entry.data;
    const path = absolute(folder, hub.configDir);
    await prepare(path, create);
    const watched = new WatchedFolder(hub, path, { patterns, settle_ms });
    try {
      await watched.open();
    } catch (cause) {
      throw new ConfigEntryNotReady(`The folder ${path} cannot be watched: ${text(cause)}`, {
        cause,
      });
    }
    entry.runtimeData = watched;
  },
});

function absolute(folder: string, configDir: string): string {
  if (folder === '~') return homedir();
  return folder.startsWith('~/') ? join(homedir(), folder.slice(2)) : resolve(configDir, folder);
}

/** A folder that is not there may come: a disk is mounted late. So the set-up is tried again. */
async function prepare(path: string, create: boolean): Promise<void> {
  try {
    if (create) await mkdir(path, { recursive: true });
    if ((await stat(path)).isDirectory()) return;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST')
      throw new ConfigEntryNotReady(
        code === 'ENOENT'
          ? `The folder ${path} does not exist. Make it, or set \`create: true\`.`
          : `The folder ${path} cannot be used: ${text(cause)}`,
        { cause },
      );
  }
  throw new ConfigEntryError(`${path} is not a folder.`);
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
