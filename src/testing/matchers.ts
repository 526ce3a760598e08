import type { BusEvent } from '../events/bus-event.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { recordByDefault, type TestHub } from './create-test-hub.js';
import { hasFields } from './same-value.js';
import { show } from './to-diagram.js';

/** What a matcher says; the form that jest and vitest share. */
export interface MatcherResult {
  readonly pass: boolean;
  readonly message: () => string;
}

type Fields = Readonly<Record<string, unknown>>;

/** The matchers as they stand behind `expect(hub)`. */
export interface HubMatchers<R> {
  /** The entity has this state, and at least these attributes; without a text, any state. */
  toHaveState(entityId: string, text?: string | number | boolean, attributes?: Fields): R;
  /** An event of the type was fired, with at least this data. */
  toHaveFired(type: string, data?: Fields): R;
  /** The service was called, with at least this data; its target is part of that. */
  toHaveCalledService(domain: string, service: string, data?: Fields): R;
}

/** Gives the `expect` of any runner that has `extend` the matchers below. */
export function installMatchers(expect: { extend(matchers: never): unknown }): void {
  recordByDefault();
  expect.extend(hubMatchers as never);
}

/**
 * Matchers about hubs, for jest (`import 'rxhome/testing/jest'`), vitest (`import
 * 'rxhome/testing/vitest'`) and whatever else has `expect.extend` (`installMatchers(expect)`):
 *
 *     expect(hub).toHaveState('light.hall', 'on', { brightness: 180 });
 *     expect(hub).toHaveFired('doorbell_pressed', { door: 'front' });
 *     expect(hub).toHaveCalledService('light', 'turn_on', { entityId: 'light.hall' });
 *
 * Fields that are not named do not count. They take hubs of
 * `createTestHub`, which keep what was fired in them.
 */
export const hubMatchers = {
  toHaveState(
    received: unknown,
    entityId: string,
    text?: string | number | boolean,
    attributes: Fields = {},
  ): MatcherResult {
    const state = hubOf(received).states.get(entityId);
    const pass =
      state !== undefined &&
      (text === undefined || state.state === String(text)) &&
      hasFields(state.attributes, attributes);
    const wanted = text === undefined ? 'any state' : described(String(text), attributes);
    const got = state ? described(state.state, state.attributes) : 'not known to the hub';
    return {
      pass,
      message: () => `Expected \`${entityId}\` ${not(pass)}to be ${wanted}; it is ${got}.`,
    };
  },

  toHaveFired(received: unknown, type: string, data: Fields = {}): MatcherResult {
    const events = eventsOf(received);
    const ofType = events.filter((event) => event.type === type);
    const pass = ofType.some((event) => hasFields(event.data, data));
    const wanted = `\`${type}\`${isEmpty(data) ? '' : ` with ${show(data)}`}`;
    return {
      pass,
      message: () =>
        ofType.length > 0
          ? `Expected ${wanted} ${not(pass)}to have been fired. It was fired with: ${ofType.map((event) => show(event.data)).join('; ')}.`
          : `Expected ${wanted} to have been fired. Fired were: ${[...new Set(events.map((event) => event.type))].join(', ') || 'no events at all'}.`,
    };
  },

  toHaveCalledService(
    received: unknown,
    domain: string,
    service: string,
    data: Fields = {},
  ): MatcherResult {
    const calls = eventsOf(received)
      .filter((event) => event.type === 'call_service')
      .map((event) => event.data as { domain: string; service: string; serviceData: object });
    const name = `${domain}.${service}`.toLowerCase();
    const asked = calls.filter((call) => `${call.domain}.${call.service}` === name);
    const pass = asked.some((call) => hasFields(call.serviceData, data));
    const wanted = `\`${name}\`${isEmpty(data) ? '' : ` with ${show(data)}`}`;
    const got = calls.map((call) => `${call.domain}.${call.service} ${show(call.serviceData)}`);
    return {
      pass,
      message: () =>
        `Expected ${wanted} ${not(pass)}to have been called. Called were: ${got.join('; ') || 'no services at all'}.`,
    };
  },
};

function hubOf(received: unknown): TestHub {
  const hub = received as Partial<TestHub> | null | undefined;
  if (hub?.states && 'events' in hub) return hub as TestHub;
  throw new InvalidOptionError(`Expected a hub of \`createTestHub\`, got ${quote(received)}.`);
}

function eventsOf(received: unknown): readonly BusEvent[] {
  const { events } = hubOf(received);
  if (events) return events;
  throw new InvalidOptionError(
    'The hub keeps no events. Install the matchers before it is made, or make it with `{ record: true }`.',
  );
}

function described(text: string, attributes: Fields): string {
  return isEmpty(attributes) ? `\`${text}\`` : `\`${text}\` ${show(attributes)}`;
}

function not(pass: boolean): string {
  return pass ? 'not ' : '';
}

function isEmpty(fields: object): boolean {
  return Object.keys(fields).length === 0;
}
