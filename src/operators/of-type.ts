import { filter, type OperatorFunction } from 'rxjs';
import type { BusEvent } from '../events/bus-event.js';
import type { EventType } from '../events/event-map.js';

/**
 * Only the events of a type, and typed as such.
 *
 *     events         -a-b-a-b--|
 *     ofType('b')    ---b---b--|
 *
 * Completes and fails with its source; keeps nothing, so there is nothing to drop.
 */
export function ofType<K extends EventType>(type: K): OperatorFunction<BusEvent, BusEvent<K>> {
  return filter((event): event is BusEvent<K> => event.type === type);
}
