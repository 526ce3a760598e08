import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { BusEvent, type EventJson } from '../events/bus-event.js';
import { ServiceCalled } from '../services/service-events.js';
import { StateChanged } from '../states/state-events.js';
import type { EventRecording } from './record-events.js';

/** An event that was recorded, as far as it can be played again. */
export interface RecordedEvent {
  /** Milliseconds since any moment; those between two count. */
  readonly at: number;
  readonly type: string;
  readonly data?: Readonly<Record<string, unknown>>;
  /** Another event of the recording led to it, so whoever is tested has to lead to it again. */
  readonly isCaused?: boolean;
}

/** What a hub was heard doing: by `recordEvents`, on the wire, or written down by hand. */
export type Recorded = EventRecording | readonly (BusEvent | EventJson | RecordedEvent)[];

/** The hub does these by itself. */
const OF_THE_HUB = /^(homeassistant_|service_re|component_loaded$|core_config_updated$)/;

/**
 * What was recorded, in one form, without what a hub does by itself when it starts, stops or is
 * offered a service.
 *
 * @throws InvalidOptionError for what is no event.
 */
export function recordedEvents(recorded: Recorded): RecordedEvent[] {
  const list: unknown = isObject(recorded) && 'events' in recorded ? recorded.events : recorded;
  if (!Array.isArray(list))
    throw new InvalidOptionError(`Expected a recording, got ${quote(recorded)}.`);
  const ids = new Set<string>();
  // What the hub did by itself is not played again, so what it led to comes from outside.
  const events = list
    .filter((event) => !OF_THE_HUB.test(typeOf(event)))
    .map((event) => normal(event as OneRecorded, ids));
  const begin = events[0]?.at ?? 0;
  let at = 0;
  // In the order in which they were recorded, whatever a clock said that was set meanwhile.
  return events.map((event) => ({
    ...event,
    at: (at = Math.max(at, Math.round(event.at - begin))),
  }));
}

type OneRecorded = BusEvent | EventJson | RecordedEvent;

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** @throws InvalidOptionError for what is no event. */
function typeOf(event: unknown): string {
  const { type, event_type: wireType } = (event ?? {}) as { type?: unknown; event_type?: unknown };
  const found = wireType ?? type;
  if (typeof found === 'string') return found;
  throw new InvalidOptionError(`Expected a recorded event, got ${quote(event)}.`);
}

function normal(event: OneRecorded, ids: Set<string>): RecordedEvent {
  if (event instanceof BusEvent) {
    const { type, data, timeFired, context } = event;
    return { type, data: plain(data), at: timeFired, isCaused: isCaused(context, ids) };
  }
  if ('event_type' in event) {
    const { event_type: type, data, time_fired, context } = event;
    const { id, parent_id: parentId } = (context as EventJson['context'] | undefined) ?? NO_CONTEXT;
    const at = new Date(time_fired).getTime();
    if (Number.isFinite(at))
      return { type, data: plain(data), at, isCaused: isCaused({ id, parentId }, ids) };
  } else if (Number.isFinite(event.at) && (event.data === undefined || isObject(event.data)))
    return event;
  throw new InvalidOptionError(`Expected a recorded event, got ${quote(event)}.`);
}

/** Nothing led to it, and it led to nothing. */
const NO_CONTEXT = { id: '', parent_id: null };

/** Something of the recording led to it, or it is a further part of the same doing. */
function isCaused(
  { id, parentId }: { readonly id: string; readonly parentId: string | null },
  ids: Set<string>,
): boolean {
  if (id === '') return false;
  const isKnown = ids.has(id) || (parentId !== null && ids.has(parentId));
  ids.add(id);
  return isKnown;
}

/** The data as one would write it: states by id, text and attributes; calls as they are made. */
function plain(data: unknown): Readonly<Record<string, unknown>> {
  if (data instanceof StateChanged) return stateData(data.entityId, data.oldState, data.newState);
  if (data instanceof ServiceCalled) {
    const { domain, service, serviceData } = data;
    return { domain, service, serviceData };
  }
  const given = (data ?? {}) as Readonly<Record<string, unknown>>;
  if ('entity_id' in given && 'new_state' in given)
    return stateData(
      given['entity_id'],
      given['old_state'] as StateLike | null,
      given['new_state'] as StateLike | null,
    );
  const { service_data: serviceData, ...rest } = given;
  return serviceData === undefined ? given : { ...rest, serviceData };
}

interface StateLike {
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

function stateData(
  entityId: unknown,
  old: StateLike | null,
  now: StateLike | null,
): Readonly<Record<string, unknown>> {
  const shown = (state: StateLike | null): unknown =>
    state && { state: state.state, attributes: state.attributes };
  return { entityId, oldState: shown(old), newState: shown(now) };
}
