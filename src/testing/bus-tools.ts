import type { HubErrorReport } from '../errors/report.js';
import type { BusEvent } from '../events/bus-event.js';
import { MATCH_ALL, type EventType } from '../events/event-map.js';
import type { BusWatch } from './bus-watch.js';
import type { TestHub } from './create-test-hub.js';
import { errorSubject, type ExpectedError } from './error-subject.js';
import {
  callsOf,
  eventsOfType,
  type EventSubject,
  type ExpectedCall,
  type ExpectedEvent,
} from './event-subjects.js';
import { busToBe, type BusExpectation } from './expect-bus.js';
import { statesToBe, type StatesExpectation } from './expect-states.js';
import type { Expectations } from './expectations.js';
import { Happenings, parseBusDiagram } from './happenings.js';
import {
  changesOf,
  statesOfMany,
  type ExpectedEntityState,
  type StateAt,
  type StatesSelector,
} from './state-subjects.js';
import type { VirtualClock } from './virtual-clock.js';

/** Marbles for what happens in the hub of a test. */
export interface BusTools {
  /**
   * The events of a type, whether somebody listens or not. The values are their data.
   *
   *     expectEvents('doorbell').toBe('3s a 1s b', { a: { door: 'front' }, b: { door: 'back' } });
   *     expectEvents('alarm').toBe('');                      // never
   *
   * Of all types (`MATCH_ALL`, or nothing), the values are types, or `{ type, data }`.
   *
   *     expectEvents().toBe('(ab)', { a: 'doorbell', b: { type: 'chime', data: { volume: 3 } } });
   *
   * @throws InvalidEventTypeError
   */
  expectEvents(this: void, type?: typeof MATCH_ALL): BusExpectation<ExpectedEvent>;
  expectEvents(this: void, type: EventType): BusExpectation;

  /**
   * The states of an entity, in words or as marbles, beginning with the one that it has now.
   *
   *     expectStates('light.hall').toBe('off 5s on 3m off');
   *     expectStates('light.hall').toBe('a 5s b', { a: 'off', b: 'on' });
   *
   * @throws InvalidEntityIdError
   */
  expectStates(this: void, entityId: string): StatesExpectation;
  /**
   * The changes of several entities, of those of a domain, or of all, from now on. The values name
   * the entity; a change of one that no value names fails the test.
   *
   *     expectStates(['light.hall', 'light.porch']).toBe('5s (ab)', {
   *       a: { entityId: 'light.hall', state: 'on' },
   *       b: { entityId: 'light.porch', state: 'on', attributes: { brightness: 80 } },
   *     });
   *
   * @throws InvalidEntityIdError, InvalidOptionError
   */
  expectStates(this: void, selector?: StatesSelector): BusExpectation<ExpectedEntityState>;

  /**
   * The calls of a service. The values are the data of the call, its target included, as the caller
   * gave it; of a domain (`'light'`) or of all, names, or `{ service, data }`.
   *
   *     expectServiceCalls('light.turn_on').toBe('5s a', { a: { entityId: 'light.hall' } });
   *     expectServiceCalls('light').toBe('5s a 3m b', { a: 'light.turn_on', b: 'light.turn_off' });
   *
   * @throws InvalidOptionError for what is neither a service nor a domain.
   */
  expectServiceCalls(this: void, service: `${string}.${string}`): BusExpectation;
  expectServiceCalls(this: void, domain?: string): BusExpectation<ExpectedCall>;

  /**
   * What `hub.errors$` reports. Errors that nobody expects do not fail a test.
   *
   *     expectErrors().toBe('10s a', { a: /no answer/ });
   *     expectErrors().toBe('');                             // nothing fails
   */
  expectErrors(this: void): BusExpectation<ExpectedError>;
}

/** Makes the tools for a hub that is made when one of them is used. */
export function busTools(
  hub: () => TestHub,
  watch: BusWatch,
  clock: VirtualClock,
  expectations: Expectations,
): BusTools {
  const eventsOf = (tool: string, subject: EventSubject): BusExpectation => {
    const close = (): void => happenings.close();
    const expect = expectations.promise(tool, { close });
    hub();
    const happenings = new Happenings<BusEvent>(clock, (note) =>
      watch.add((event) => {
        if (subject.isAbout(event)) note(event);
      }),
    );
    return {
      toBe: (text, values) => expect(busToBe(happenings, subject, parseBusDiagram(text, values))),
    };
  };
  return {
    expectEvents: (type: string = MATCH_ALL) => eventsOf('expectEvents', eventsOfType(type)),
    expectServiceCalls: (service?: string) => eventsOf('expectServiceCalls', callsOf(service)),

    expectStates: (selector?: string | StatesSelector): StatesExpectation => {
      const changeOf = changesOf(hub(), selector);
      const close = (): void => happenings.close();
      const expect = expectations.promise('expectStates', { close });
      const happenings = new Happenings<StateAt>(clock, (note) => {
        const now = typeof selector === 'string' ? hub().states.get(selector) : undefined;
        if (now) note({ entityId: now.entityId, state: now });
        return watch.add((event) => {
          const change = changeOf(event);
          if (change) note(change);
        });
      });
      const toBe: BusExpectation['toBe'] = (text, values) =>
        expect(
          typeof selector === 'string'
            ? statesToBe(selector, happenings, text, values)
            : busToBe(happenings, statesOfMany(selector, values), parseBusDiagram(text, values)),
        );
      return { toBe };
    },

    expectErrors: () => {
      const close = (): void => happenings.close();
      const expect = expectations.promise('expectErrors', { close });
      const happenings = new Happenings<HubErrorReport>(clock, (note) => {
        const subscription = hub().errors$.subscribe(note);
        return () => subscription.unsubscribe();
      });
      return {
        toBe: (text, values) =>
          expect(busToBe(happenings, errorSubject, parseBusDiagram(text, values))),
      };
    },
  };
}
