import type { BusEvent } from '../events/bus-event.js';
import { MATCH_ALL } from '../events/event-map.js';
import type { Hub } from '../hub-api/hub.js';
import { callback } from '../jobs/callback.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';

/** The events of a hub from a moment on. */
export interface EventRecording extends Disposable {
  readonly events: readonly BusEvent[];
  /** Their types, in order. */
  readonly types: readonly string[];
  readonly stop: Unsubscribe;
}

/** Keeps every event that `MATCH_ALL` hears, or those of one type, until it is stopped. */
export function recordEvents(hub: Hub, type: string = MATCH_ALL): EventRecording {
  const events: BusEvent[] = [];
  const record = callback((event: BusEvent) => void events.push(event));
  const stop = hub.bus.listen(type, record, { name: 'recordEvents' });
  return {
    events,
    get types() {
      return events.map((event) => event.type);
    },
    stop,
    [Symbol.dispose]: stop,
  };
}
