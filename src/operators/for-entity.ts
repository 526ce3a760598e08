import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { StateChange } from '../states/state-machine.js';

/**
 * Only the changes of one entity, or of several. From the hub itself ask for
 * `states.changes(entityId)` instead: there it costs nothing when others change.
 *
 *     changes            -a-b-c-a--|
 *     forEntity('a')     -a-----a--|
 *
 * Completes and fails with its source; keeps nothing, so there is nothing to drop.
 */
export function forEntity(...entityIds: string[]): MonoTypeOperatorFunction<StateChange> {
  const wanted = new Set(entityIds);
  return filter(({ data }) => wanted.has(data.entityId));
}
