import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConfigEntry, Hub, type HubErrorReport, type NewConfigEntry } from 'rxhome';
import { builtInIntegrations, type FolderWatcherEvent } from 'rxhome/integrations';

/** A hub with a folder of its own, and what was told in it. */
export interface Home {
  readonly hub: Hub;
  readonly dir: string;
  readonly files: FolderWatcherEvent[];
  readonly errors: HubErrorReport[];
  readonly log: string[];
  add(entry: NewConfigEntry): Promise<ConfigEntry>;
  close(): Promise<void>;
}

export async function createHome(): Promise<Home> {
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-')));
  const log: string[] = [];
  const write = (message: string): void => void log.push(message);
  const logger = { debug: write, info: write, warn: write, error: write };
  // What the watchdog writes about a machine that is busy would stand in the log too.
  const options = { logger, configDir: dir, watchdog: false };
  const hub = new Hub({ ...options, executor: { maxThreads: 1 } });
  const files: FolderWatcherEvent[] = [];
  const errors: HubErrorReport[] = [];
  hub.errors$.subscribe((error) => errors.push(error));
  hub.bus.listen('folder_watcher', ({ data }) => void files.push(data));
  for (const integration of builtInIntegrations) hub.configEntries.registerIntegration(integration);
  return {
    hub,
    dir,
    files,
    errors,
    log,
    add: (entry) => hub.configEntries.add(entry),
    async close() {
      await hub.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
