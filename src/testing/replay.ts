import { now } from '../clock/clock.js';
import { sleep } from '../clock/sleep.js';
import type { Hub } from '../hub-api/hub.js';
import { ServiceCalled } from '../services/service-events.js';
import { type Recorded, type RecordedEvent, recordedEvents } from './recorded-events.js';

/** A state as a recording has it. */
export interface RecordedState {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

/**
 * Plays a recording in a hub: what came from outside happens again, at the times between as they
 * were; what was caused inside the recording is left to the hub, so that it can be compared.
 *
 * Changes of states are written, services called where they are there, and everything else is
 * fired. Resolves after the last one. In a test it takes no real time.
 *
 * @throws InvalidOptionError (as a rejection) for what is no recording.
 */
export async function replay(hub: Hub, recorded: Recorded): Promise<void> {
  const begin = now();
  for (const event of recordedEvents(recorded)) {
    if (event.isCaused) continue;
    const wait = begin + event.at - now();
    if (wait > 0) await sleep(wait);
    play(hub, event);
  }
}

function play(hub: Hub, { type, data = {} }: RecordedEvent): void {
  if (type === 'state_changed') {
    const { entityId, newState } = data as { entityId: string; newState: RecordedState | null };
    if (newState) hub.states.set(entityId, newState.state, newState.attributes);
    else hub.states.remove(entityId);
    return;
  }
  if (type === 'call_service') {
    const { domain, service, serviceData } = data as unknown as ServiceCalled;
    const known = hub.services.all()[domain]?.[service];
    const returnResponse = known?.supportsResponse === 'only';
    // Nobody waits for the answer: what fails is reported.
    if (known) void hub.services.call(domain, service, serviceData, { returnResponse });
    else hub.bus.fire(type, new ServiceCalled(domain, service, serviceData));
    return;
  }
  hub.bus.fire(type, data);
}
