import type { BusEvent, Hub, State, StateChanged } from 'rxhome';
import type { Subject } from './row-of.js';
import { oneLine } from './value-words.js';
import type { EntityRow } from './wire.js';

const MAX_ENTITIES = 2_000;

/** All states, as far as a page shows them. */
export function allEntities(hub: Hub): EntityRow[] {
  return hub.states
    .all()
    .slice(0, MAX_ENTITIES)
    .map((state) => entityRow(state.entityId, state));
}

/** The states that changed; of each entity the last one. */
export function changedEntities(subjects: readonly (Subject | null)[]): EntityRow[] {
  const changed = new Map<string, EntityRow>();
  for (const subject of subjects) {
    if (!subject || !('activity' in subject) || subject.activity.kind !== 'state') continue;
    const { data } = subject.activity.detail['event'] as BusEvent;
    const { entityId, newState } = data as unknown as StateChanged;
    changed.set(entityId, entityRow(entityId, newState));
  }
  return [...changed.values()];
}

function entityRow(entityId: string, state: State | null): EntityRow {
  const unit = state?.attributes['unit_of_measurement'];
  return [
    entityId,
    state === null ? null : oneLine(state.state, 255),
    oneLine(state?.name ?? entityId),
    typeof unit === 'string' ? oneLine(unit, 24) : null,
  ];
}
