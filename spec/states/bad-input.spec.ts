import { describe, expect, it } from '@jest/globals';
import { createTestHub, recordEvents, type TestHub } from 'rxhome/testing';

type Set = TestHub['states']['set'];

/** Expects that a write is refused by name, and that all is as it was. */
function refused(code: string, write: (set: Set) => void, message?: string): void {
  const hub = createTestHub();
  hub.states.set('light.hall', 'on', { a: 1 });
  const before = hub.states.all();
  const changed = recordEvents(hub);
  const reported = recordEvents(hub, 'state_reported');
  expect(() => write(hub.states.set.bind(hub.states))).toThrow(
    expect.objectContaining({
      code,
      ...(message && { message: expect.stringContaining(message) }),
    }),
  );
  expect(hub.states.all()).toEqual(before);
  expect(hub.states.get('light.hall')).toBe(before[0]);
  expect([...changed.events, ...reported.events]).toEqual([]);
}

describe('an entity id', () => {
  it.each([
    ['no dot', 'kitchen'],
    ['nothing before the dot', '.kitchen'],
    ['nothing behind it', 'light.'],
    ['two dots', 'light.a.b'],
    ['upper case', 'Light.Kitchen'],
    ['a space', 'light.my kitchen'],
    ['a dash', 'light.my-kitchen'],
    ['an underscore first', '_light.a'],
    ['an underscore last', 'light_.a'],
    ['an object id that begins with one', 'light._a'],
    ['an object id that ends with one', 'light.a_'],
    ['two underscores', 'light.kitchen__ceiling'],
    ['two underscores in the domain', 'li__ght.a'],
    ['a newline at the end', 'light.kitchen\n'],
    ['a newline in it', 'light.kit\nchen'],
    ['digits of another script', 'light.٣'],
    ['letters with a mark', 'light.küche'],
    ['nothing', ''],
    ['no text: undefined', undefined],
    ['no text: null', null],
    ['no text: a number', 5],
    ['no text: an object', { entityId: 'light.a' }],
    ['no text: a list of one', ['light.a']],
    ['no text: a symbol', Symbol('light.a')],
  ])('with %s is refused everywhere', (_, id) => {
    const entityId = id as string;
    refused('INVALID_ENTITY_ID', (set) => set(entityId, 'on'), 'Expected an entity id like `light');
    refused('INVALID_ENTITY_ID', (set) => set(entityId, NaN, 5 as never)); // of several faults, it
    const hub = createTestHub();
    const invalid = expect.objectContaining({ code: 'INVALID_ENTITY_ID' });
    expect(() => hub.states.reserve(entityId)).toThrow(invalid);
    expect(() => hub.states.watch(entityId)).toThrow(invalid);
    expect(() => hub.states.changes([entityId])).toThrow(invalid);
    expect(hub.states.get(entityId)).toBeUndefined();
  });

  it.each(['1.a', 'a.1', 'light.1kitchen', 'a_b.c_d', `light.${'x'.repeat(200)}`])(
    'may be %s',
    (entityId) => {
      const hub = createTestHub();
      hub.states.set(entityId, 'on');
      const state = hub.states.get(entityId)!;
      expect(`${state.domain}.${state.objectId}`).toBe(entityId);
    },
  );

  it('in upper case is refused with the lower-case form', () => {
    refused('INVALID_ENTITY_ID', (set) => set('Light.Hall', 'on'), 'Did you mean `light.hall`?');
    refused('INVALID_ENTITY_ID', (set) => set(' light.hall', 'on'), 'Did you mean `light.hall`?');
  });
});

describe('a state', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['NaN', NaN],
    ['Infinity', Infinity],
    ['an object', { state: 'on' }],
    ['a list', ['on']],
    ['a date', new Date(0)],
    ['a symbol', Symbol('on')],
    ['a bigint', 5n],
    ['a function', () => 'on'],
    ['256 characters', 'x'.repeat(256)],
    ['a String object', new String('on')],
  ])('cannot be %s', (_, value) => {
    refused('INVALID_STATE', (set) => set('light.hall', value as string), '`light.hall`');
    refused('INVALID_STATE', (set) => set('light.attic', value as string), '`light.attic`');
  });

  it('has up to 255 characters', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'x'.repeat(255));
    expect(hub.states.get('light.hall')!.state).toHaveLength(255);
  });
});

describe('attributes', () => {
  const cycle: Record<string, unknown> = { inner: [] };
  (cycle['inner'] as unknown[]).push(cycle);
  class Lamp {
    watt = 5;
  }
  it.each([
    ['text', 'on', '`attributes`'],
    ['a number', 5, '`attributes`'],
    ['a list', [1], '`attributes`'],
    ['a function', () => 1, '`attributes`'],
    ['a date', new Date(0), '`attributes`'],
    ['a Map', new Map(), '`attributes`'],
    ['of a class', new Lamp(), '`attributes`'],
    ['with a cycle', cycle, '`attributes.inner[0]`'],
    ['with a function', { on: () => 1 }, '`attributes.on`'],
    ['with a symbol', { s: Symbol('s') }, '`attributes.s`'],
    ['with a bigint', { n: 5n }, '`attributes.n`'],
    ['with a date', { at: [{ d: new Date(0) }] }, '`attributes.at[0].d`'],
    ['with a Set', { s: new Set() }, '`attributes.s`'],
    ['with a class', { lamp: new Lamp() }, '`attributes.lamp`'],
    ['with a promise', { p: Promise.resolve() }, '`attributes.p`'],
    [
      'with a getter that throws',
      {
        get bad() {
          throw new Error('oops');
        },
      },
      '`attributes.bad`',
    ],
  ])('cannot be %s', (_, attributes, path) => {
    const given = attributes as never;
    refused('INVALID_ATTRIBUTES', (set) => set('light.hall', 'off', given), path);
    refused('INVALID_ATTRIBUTES', (set) => set('light.attic', 'off', given), '`light.attic`');
  });

  it('that are refused tell how to write a date, and keep the cause', () => {
    const cause = new Error('oops');
    const bad = Object.defineProperty({}, 'bad', {
      enumerable: true,
      get() {
        throw cause;
      },
    });
    refused('INVALID_ATTRIBUTES', (set) => set('light.a', 1, { d: new Date(0) }), 'toISOString()');
    const hub = createTestHub();
    expect(() => hub.states.set('light.a', 1, bad)).toThrow(expect.objectContaining({ cause }));
  });
});

describe('options of a write', () => {
  it.each([
    ['a timestamp that is text', { timestamp: '12:00' }],
    ['a timestamp that is NaN', { timestamp: NaN }],
    ['a Date', { timestamp: new Date(0) }],
    ['a context that is none', { context: { id: 'x' } }],
    ['forceUpdate that is no boolean', { forceUpdate: 'yes' }],
    ['options that are none', 5],
    ['options that are null', null],
  ])('are refused: %s', (_, options) => {
    refused('INVALID_OPTION', (set) => set('light.hall', 'off', {}, options as never));
    refused('INVALID_OPTION', (set) => set('light.hall', 'on', { a: 1 }, options as never));
  });

  it('are refused by `remove` too', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on');
    expect(() => hub.states.remove('light.hall', { timestamp: NaN })).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
    expect(hub.states.is('light.hall', 'on')).toBe(true);
  });
});

describe('a selector of changes', () => {
  it.each([
    ['a number', 5],
    ['null', null],
    ['an empty object', {}],
    ['a domain that is no text', { domain: 5 }],
    ['a domain that is none', { domain: 'Light' }],
    ['an entity id for a domain', { domain: 'light.hall' }],
  ])('cannot be %s', (_, selector) => {
    const hub = createTestHub();
    expect(() => hub.states.changes(selector as never)).toThrow(
      expect.objectContaining({ code: 'INVALID_OPTION' }),
    );
  });
});
