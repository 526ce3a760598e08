import { isoTime } from '../clock/clock.js';
import type { BusEvent } from '../events/bus-event.js';
import type { Route } from '../events/topic.js';
import type { State, StateJson } from './state.js';

declare module '../events/event-map.js' {
  interface EventMap {
    /** Another text or other attributes, or the first or the last of an entity. */
    state_changed: StateChanged;
    /** A write that changed nothing. Not delivered to `MATCH_ALL`. */
    state_reported: StateReported;
  }
}

export const STATE_CHANGED = 'state_changed';
export const STATE_REPORTED = 'state_reported';

/** The data of `state_changed`; `null` where there is no state: before the first, after the last. */
export class StateChanged {
  readonly entityId: string;
  readonly oldState: State | null;
  readonly newState: State | null;

  constructor(entityId: string, oldState: State | null, newState: State | null) {
    this.entityId = entityId;
    this.oldState = oldState;
    this.newState = newState;
  }

  toJSON(): { entity_id: string; old_state: StateJson | null; new_state: StateJson | null } {
    return {
      entity_id: this.entityId,
      old_state: this.oldState?.toJSON() ?? null,
      new_state: this.newState?.toJSON() ?? null,
    };
  }
}

/** The data of `state_reported`. */
export class StateReported {
  readonly entityId: string;
  readonly oldLastReported: number;
  readonly newState: State;

  constructor(entityId: string, oldLastReported: number, newState: State) {
    this.entityId = entityId;
    this.oldLastReported = oldLastReported;
    this.newState = newState;
  }

  toJSON(): { entity_id: string; old_last_reported: string; new_state: StateJson } {
    return {
      entity_id: this.entityId,
      old_last_reported: isoTime(this.oldLastReported),
      new_state: this.newState.toJSON(),
    };
  }
}

/** By what listeners of states may be addressed. */
export const STATE_ROUTES: readonly Route[] = [
  { name: 'entity', keyOf: (event) => changeOf(event).entityId },
  { name: 'domain', keyOf: (event) => domainOf(changeOf(event)) },
];

function changeOf(event: BusEvent): StateChanged {
  return event.data as unknown as StateChanged;
}

function domainOf({ entityId, newState, oldState }: StateChanged): string {
  return (newState ?? oldState)?.domain ?? entityId.slice(0, entityId.indexOf('.'));
}
