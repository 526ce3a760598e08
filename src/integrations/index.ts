import type { Integration } from 'rxhome';
import { fileHasher } from './file-hasher/file-hasher.js';
import { folderWatcher } from './folder-watcher/folder-watcher.js';
import { systemMonitor } from './system-monitor/system-monitor.js';

export { systemMonitor } from './system-monitor/system-monitor.js';
export type { SystemMonitorOptions } from './system-monitor/options.js';
export { folderWatcher } from './folder-watcher/folder-watcher.js';
export type { FolderWatcherOptions } from './folder-watcher/options.js';
export type { FolderWatcherRuntime } from './folder-watcher/folder-watcher.js';
export type { FolderWatcherEvent } from './folder-watcher/event.js';
export { fileHasher } from './file-hasher/file-hasher.js';

/** Every integration that comes with rxhome; `rxhome start` knows these. */
export const builtInIntegrations: readonly Integration[] = [
  systemMonitor,
  folderWatcher,
  fileHasher,
];
