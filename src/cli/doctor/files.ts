import { access, constants, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { isHubError, type NewConfigEntry } from 'rxhome';
import { builtInIntegrations } from 'rxhome/integrations';
import { readConfig } from '../config.js';
import type { ConfigPlace } from '../package-files.js';
import { broken, type Finding, ok, warning } from './finding.js';

/** Whether the configuration can be used, and the folders that it names. */
export async function filesOf(place: ConfigPlace): Promise<Finding[]> {
  try {
    const config = await readConfig(place.path, builtInIntegrations);
    const dir = place.dir ?? config.dir;
    const problems = config.problems.map(({ message }) =>
      warning('configuration', message, 'It is left out until it is mended.'),
    );
    const domains = [...new Set(config.entries.map(({ domain }) => domain))].join(', ');
    return [
      ...problems,
      ...(problems.length === 0 ? [ok('configuration', `${config.name}: ${domains}`)] : []),
      await ownFolder(dir),
      ...(await Promise.all(
        config.entries
          .filter(({ domain }) => domain === 'folder_watcher')
          .map((entry) => watchedFolder(entry, dir)),
      )),
    ];
  } catch (error) {
    if (!isHubError(error, 'INVALID_CONFIG')) throw error;
    return [broken('configuration', error.message, 'Mend it, or name another: --config FILE')];
  }
}

/** Where the hub writes what outlives it. */
async function ownFolder(dir: string): Promise<Finding> {
  return (await may(dir, constants.R_OK | constants.W_OK | constants.X_OK))
    ? ok('folder', `${dir} can be written.`)
    : broken(
        'folder',
        `${dir} cannot be written.`,
        'What is to be stored there is lost: give us the rights.',
      );
}

async function watchedFolder({ data }: NewConfigEntry, dir: string): Promise<Finding> {
  const { folder, create } = data as { readonly folder: string; readonly create?: boolean };
  const path = folder.startsWith('~') ? join(homedir(), folder.slice(1)) : resolve(dir, folder);
  const found = await stat(path).catch(() => null);
  const check = 'watched folder';
  if (found && !found.isDirectory())
    return broken(check, `${path} is no folder.`, 'Name a folder, or move the file away.');
  if (found)
    return (await may(path, constants.R_OK | constants.X_OK))
      ? ok(check, `${path} can be read.`)
      : broken(check, `${path} cannot be read.`, 'Give us the right to read it.');
  if (!create) return warning(check, `${path} is not there.`, 'Make it, or say `create: true`.');
  return (await canBeMade(path))
    ? ok(check, `${path} will be made.`)
    : broken(check, `${path} is not there and cannot be made.`, 'Make it yourself.');
}

async function canBeMade(path: string): Promise<boolean> {
  const above = dirname(path);
  const found = await stat(above).catch(() => null);
  if (found) return found.isDirectory() && may(above, constants.W_OK | constants.X_OK);
  return above !== path && canBeMade(above);
}

function may(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
