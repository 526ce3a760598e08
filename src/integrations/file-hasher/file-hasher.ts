import { z } from 'zod';
import { defineIntegration } from 'rxhome';
import type { FolderWatcherEvent } from '../folder-watcher/event.js';
import { FileHashes } from './file-hashes.js';

/**
 * Gives every file that `folder_watcher` tells of a sensor with its SHA-256. It is written as a
 * user would write an automation: it listens, starts a task, and writes a state.
 */
export const fileHasher = defineIntegration<Record<string, never>, FileHashes>({
  domain: 'file_hasher',
  configSchema: z.strictObject({}),

  setupEntry(hub, entry) {
    const hashes = new FileHashes(hub);
    entry.runtimeData = hashes;
    hub.bus.listen('folder_watcher', ({ data }) => onFile(hashes, data), {
      name: 'hash new files',
    });
  },

  unloadEntry(_hub, entry) {
    entry.runtimeData.forgetAll();
  },
});

function onFile(hashes: FileHashes, event: FolderWatcherEvent): void {
  switch (event.event_type) {
    case 'created':
    case 'modified':
      hashes.hash(event.path);
      break;
    case 'moved':
      hashes.forget(event.path);
      if (event.dest_path !== undefined) hashes.hash(event.dest_path);
      break;
    case 'deleted':
      hashes.forget(event.path);
  }
}
