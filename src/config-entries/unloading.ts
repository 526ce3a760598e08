import { CancelledError } from '../errors/work-errors.js';
import type { ManagedEntry } from './config-entry.js';
import { type StepsHost, STOPPED } from './entries-host.js';
import { notAllowed } from './not-allowed.js';
import { reasonOf } from './reason.js';
import { sayGoodbye } from './say-goodbye.js';

/**
 * Ends the life of an entry: first its integration says goodbye, then its scope closes, entities
 * before teardowns. Resolves with whether it is not loaded now; an integration that answers `false`
 * keeps it as it was. Whoever calls it holds the lock of the entry.
 *
 * @throws OperationNotAllowedError (as a rejection) when it has failed to unload before.
 */
export async function unloadEntry(entry: ManagedEntry, host: StepsHost): Promise<boolean> {
  const { hub, integration } = entry;
  if (entry.state === 'failed_unload') throw notAllowed(entry, 'unloaded');
  if (entry.state !== 'loaded' || !hub) {
    entry.enter('not_loaded');
    return true;
  }
  entry.enter('unload_in_progress');
  try {
    if (integration?.unloadEntry && (await sayGoodbye(entry, hub, host)) === false) {
      entry.enter('loaded', 'The integration refused to be unloaded.');
      return false;
    }
  } catch (error) {
    const isStopped = host.isStopping() && error instanceof CancelledError;
    // It could not say goodbye; what it holds is taken from it all the same.
    if (!isStopped) await entry.endLife();
    entry.enter(isStopped ? 'not_loaded' : 'failed_unload', isStopped ? STOPPED : reasonOf(error));
    if (!isStopped)
      host.report({ error, source: 'integration', owner: entry.label, name: 'unloadEntry' });
    return isStopped;
  }
  await entry.endLife();
  entry.enter('not_loaded');
  return true;
}
