import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { BusEvent } from '../events/bus-event.js';
import { MATCH_ALL, NOT_FOR_MATCH_ALL } from '../events/event-map.js';
import { assertEventType } from '../events/event-type.js';
import { ServiceCalled } from '../services/service-events.js';
import { isEntityId } from '../states/entity-id.js';
import type { BusSubject } from './expect-bus.js';
import { isMatcher, sameValue, type Matcher } from './same-value.js';
import { show } from './to-diagram.js';

/** An event as the value of a diagram of all: its type, or its type and data. */
export type ExpectedEvent = string | Matcher | { readonly type: unknown; readonly data?: unknown };

/** A call of a service as the value of a diagram: its name, or its name and data. */
export type ExpectedCall =
  string | Matcher | { readonly service: unknown; readonly data?: unknown };

/** A subject, and which of the hub's events belong to it. */
export interface EventSubject extends BusSubject<BusEvent> {
  readonly isAbout: (event: BusEvent) => boolean;
}

/** @throws InvalidEventTypeError */
export function eventsOfType(type: string): EventSubject {
  assertEventType(type);
  if (type === MATCH_ALL) return allEvents;
  return {
    title: `The events \`${type}\``,
    isAbout: (event) => event.type === type,
    accepts: isObject,
    wants: 'the data of an event',
    same: ({ data }, expected) => sameValue(plain(data), expected),
    show: ({ data }) => show(plain(data)),
  };
}

const allEvents: EventSubject = {
  title: 'The events',
  isAbout: ({ type }) => !NOT_FOR_MATCH_ALL.has(type),
  accepts: (value) => typeof value === 'string' || isObject(value, 'type'),
  wants: 'an event type or `{ type, data }`',
  same: ({ type, data }, expected) => isNamed('type', { type, data: plain(data) }, expected),
  show: ({ type, data }) => shown(type, data),
};

/**
 * The calls of a service, of those of a domain, or of all.
 *
 * @throws InvalidOptionError for what can be neither.
 */
export function callsOf(service?: string): EventSubject {
  // Names of services and of domains have the form of entity ids.
  if (service !== undefined && ![service, `${service}.x`].some(isEntityId))
    throw new InvalidOptionError(
      `Expected a service like \`light.turn_on\` or a domain like \`light\`, got ${quote(service)}.`,
    );
  const isOne = service?.includes('.') === true;
  const isAbout = (event: BusEvent): boolean =>
    event.data instanceof ServiceCalled &&
    (service === undefined || (isOne ? nameOf(event) : callOf(event).domain) === service);
  const title = service === undefined ? 'The service calls' : `The calls of \`${service}\``;
  if (isOne)
    return {
      title,
      isAbout,
      accepts: isObject,
      wants: 'the data of a call',
      same: (event, expected) => sameValue(callOf(event).serviceData, expected),
      show: (event) => show(callOf(event).serviceData),
    };
  return {
    title,
    isAbout,
    accepts: (value) => typeof value === 'string' || isObject(value, 'service'),
    wants: 'a service like `light.turn_on` or `{ service, data }`',
    same: (event, expected) =>
      isNamed('service', { service: nameOf(event), data: callOf(event).serviceData }, expected),
    show: (event) => shown(nameOf(event), callOf(event).serviceData),
  };
}

function callOf({ data }: BusEvent): ServiceCalled {
  return data as unknown as ServiceCalled;
}

function nameOf(event: BusEvent): string {
  return `${callOf(event).domain}.${callOf(event).service}`;
}

function isNamed(
  key: string,
  actual: Readonly<Record<string, unknown>>,
  expected: unknown,
): boolean {
  if (isMatcher(expected)) return sameValue(actual, expected);
  if (typeof expected === 'string') return actual[key] === expected;
  const wanted = expected as Readonly<Record<string, unknown>>;
  return (
    sameValue(actual[key], wanted[key]) &&
    (!('data' in wanted) || sameValue(actual.data, wanted.data))
  );
}

/** Data of the hub's own events are objects of classes, which a value cannot be. */
function plain(data: unknown): unknown {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? { ...data } : data;
}

function isObject(value: unknown, key?: string): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return key === undefined || key in value || isMatcher(value);
}

function shown(name: string, data: unknown): string {
  const fields = plain(data);
  const isEmpty = typeof fields === 'object' && Object.keys(fields as object).length === 0;
  return isEmpty ? `'${name}'` : `'${name}' ${show(fields)}`;
}
