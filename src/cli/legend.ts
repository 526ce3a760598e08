import type { Hub } from 'rxhome';
import type { FolderWatcherRuntime } from 'rxhome/integrations';
import type { Colors } from './colors.js';

/** What a newcomer has to know, in five lines at most: what runs, what to do, how it ends. */
export function legend(
  hub: Hub,
  { version, config }: { readonly version: string; readonly config: string },
  colors: Colors,
): string[] {
  const entries = hub.configEntries.entries().filter(({ state }) => state === 'loaded');
  const domains = [...new Set(entries.map(({ domain }) => domain))];
  const folders = entries
    .filter(({ domain }) => domain === 'folder_watcher')
    .map(({ runtimeData }) => (runtimeData as FolderWatcherRuntime).path);
  return [
    `${colors.bold(`rxhome ${version}`)} runs ${domains.join(', ') || 'nothing'} from ${config}.`,
    ...(folders.length > 0
      ? [`Drop a file into ${colors.bold(folders.join(' or '))} and see what it leads to.`]
      : []),
    'Each line is one chain: what happened → who acted → its task → the worker → the new state.',
    'Ctrl+C stops; twice stops at once.',
  ];
}
