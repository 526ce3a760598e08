import { describe, expect, it, jest } from '@jest/globals';
import type { State } from 'rxhome';
import { createTestHub, recordEvents, type TestHub } from 'rxhome/testing';
import { runInNewContext } from 'node:vm';

type Given = Record<string, unknown>;

/** A hall with some attributes, written twice, so that all is known that makes a third time fast. */
function hall(first: Given) {
  const hub = createTestHub();
  const changed = recordEvents(hub, 'state_changed');
  const set = (attributes: unknown): State => {
    hub.states.set('light.hall', 'on', attributes as Given);
    return hub.states.get('light.hall')!;
  };
  set(first);
  set(structuredClone(first));
  const { attributes } = hub.states.get('light.hall')!;
  const before = changed.events.length;
  return { hub, set, attributes, changes: () => changed.events.length - before };
}

/** All lists and objects in `value`, itself included. */
function everyPart(value: unknown): object[] {
  if (typeof value !== 'object' || value === null) return [];
  return [value, ...Object.values(value).flatMap(everyPart)];
}

const LAMP = { name: 'Lamp', modes: ['a', 'b'], inner: { x: { y: 1 } }, level: 5 };

describe('attributes that are written again', () => {
  it.each<[string, () => unknown]>([
    ['in another object', () => structuredClone(LAMP)],
    ['in another order', () => Object.fromEntries(Object.entries(LAMP).reverse())],
    ['from another realm', () => runInNewContext(`(${JSON.stringify(LAMP)})`)],
    ['without a prototype', () => Object.assign(Object.create(null) as object, LAMP)],
    ['as a Proxy', () => new Proxy(structuredClone(LAMP), {})],
    ['with symbols', () => ({ ...LAMP, [Symbol('s')]: {} })],
    ['with hidden properties', () => Object.defineProperty({ ...LAMP }, 'hidden', { value: 1 })],
    ['frozen, in an object that is not', () => ({ ...LAMP, modes: Object.freeze(['a', 'b']) })],
    ['with lists that have names', () => ({ ...LAMP, modes: Object.assign(['a', 'b'], { x: 1 }) })],
    ['read from a getter', () => Object.defineProperty({ ...LAMP }, 'level', { get: () => 5 })],
  ])('are the same object as before: %s', (_, again) => {
    const { set, attributes, changes } = hall(LAMP);
    for (let i = 0; i < 3; i++) expect(set(again()).attributes).toBe(attributes);
    expect(changes()).toBe(0);
  });

  it.each<[string, Given, unknown]>([
    ['0 and -0', { a: 0 }, { a: -0 }],
    ['1 and "1"', { a: 1 }, { a: '1' }],
    ['a key less', { a: 1, b: 2 }, { a: 1 }],
    ['a key more', { a: 1 }, { a: 1, b: 2 }],
    ['another key, the same value', { a: 1, b: 2 }, { a: 1, c: 2 }],
    ['undefined and no key', { a: 1, b: undefined }, { a: 1 }],
    ['undefined under another key', { a: undefined }, { b: undefined }],
    ['the last of many', { ...LAMP }, { ...LAMP, level: 6 }],
    [
      'the last of many, in another order',
      { ...LAMP },
      Object.fromEntries(Object.entries({ ...LAMP, level: 6 }).reverse()),
    ],
    ['an object and a list', { a: { 0: 1 } }, { a: [1] }],
    ['a list and an object', { a: [1] }, { a: { 0: 1, length: 1 } }],
    ['a list that grew by a hole', { a: [1] }, { a: Object.assign([1], { length: 2 }) }],
    ['the deepest value', { ...LAMP }, { ...LAMP, inner: { x: { y: 2 } } }],
    ['an object and none', { a: {} }, { a: null }],
    ['a key of every object', { toString: 'x' }, { valueOf: 'x' }],
    ['an empty object under `__proto__`', JSON.parse('{"__proto__":{}}') as Given, {}],
    ['nothing, and an empty `__proto__`', {}, JSON.parse('{"__proto__":{}}')],
    ['keys and values that could be taken for each other', { a: 'b', c: 'd' }, { b: 'a', d: 'c' }],
  ])('differ strictly: %s', (_, first, second) => {
    const { set, attributes, changes } = hall(first);
    expect(set(second).attributes).not.toBe(attributes);
    expect(changes()).toBe(1);
  });

  it.each<[string, Given, unknown, string]>([
    [
      'of a class',
      { watt: 5 },
      new (class Lamp {
        watt = 5;
      })(),
      '`attributes`',
    ],
    ['inherited', { watt: 5 }, Object.create({ watt: 5 }), '`attributes`'],
    ['in a list', { 0: 1 }, [1], '`attributes`'],
    ['in a Map', {}, new Map(), '`attributes`'],
    ['with a date for an object', { at: {} }, { at: new Date(0) }, '`attributes.at`'],
    [
      'with a class for an object',
      { a: { w: 5 } },
      {
        a: new (class {
          w = 5;
        })(),
      },
      '`attributes.a`',
    ],
    ['with what objects inherit', { a: 1 }, { toString: Object.prototype.toString }, 'toString`'],
    ['with Object.prototype for an object', { a: {} }, { a: Object.prototype, b: Math.abs }, '.b`'],
  ])('are refused also where they look the same: %s', (_, first, second, path) => {
    const { hub, set, attributes, changes } = hall(first);
    const before = hub.states.get('light.hall');
    expect(() => set(second)).toThrow(
      expect.objectContaining({
        code: 'INVALID_ATTRIBUTES',
        message: expect.stringContaining(path),
      }),
    );
    expect(hub.states.get('light.hall')).toBe(before);
    expect(before!.attributes).toBe(attributes);
    expect(changes()).toBe(0);
  });

  it('make neither a copy nor a frozen object', () => {
    const { set } = hall(LAMP);
    const freeze = jest.spyOn(Object, 'freeze');
    const keys = jest.spyOn(Object, 'keys');
    const again = structuredClone(LAMP);
    try {
      set(again);
      const calls = [freeze.mock.calls.length, keys.mock.calls.length];
      expect(calls).toEqual([1, 0]); // the state is frozen
    } finally {
      freeze.mockRestore();
      keys.mockRestore();
    }
  });

  it('are read once each', () => {
    const { set } = hall(LAMP);
    const read: PropertyKey[] = [];
    const get = (target: object, key: PropertyKey): unknown => {
      if (key !== '__proto__') read.push(key);
      return Reflect.get(target, key) as unknown;
    };
    set(new Proxy({ ...LAMP }, { get }));
    expect(read).toEqual(Object.keys(LAMP));
  });
});

describe('attributes of which some have changed', () => {
  it('share with those before what says the same, and nothing with what was given', () => {
    const { set, attributes } = hall(LAMP);
    const given = { ...structuredClone(LAMP), level: 6 };
    const next = set(given).attributes;
    expect(next).toEqual({ ...LAMP, level: 6 });
    expect(next['modes']).toBe(attributes['modes']);
    expect(next['inner']).toBe(attributes['inner']);
    given.modes.push('c');
    given.inner.x.y = 2;
    expect(next).toEqual({ ...LAMP, level: 6 });
    for (const part of everyPart(next)) expect(Object.isFrozen(part)).toBe(true);
    for (const part of everyPart(given)) expect(Object.isFrozen(part)).toBe(false);
  });

  it('copy a frozen object that holds one that is not', () => {
    const inner = { list: [1] };
    const { set } = hall({ a: 1 });
    const { attributes } = set(Object.freeze({ inner: Object.freeze([inner]) }));
    inner.list.push(2);
    expect(attributes).toEqual({ inner: [{ list: [1] }] });
    expect(set({ inner: [{ list: [1] }] }).attributes).toBe(attributes);
    expect(set({ inner: [inner] }).attributes).not.toBe(attributes);
  });

  it.each([3, 19, 200])('are plain data when there are %i of them', (count) => {
    const many = Object.fromEntries(Array.from({ length: count }, (_, i) => [`key_${i}`, [i]]));
    const evil = JSON.parse('{"__proto__":{"polluted":1}}') as object;
    const { set } = hall({ a: 1 });
    const given = { ...many, ...evil, [Symbol('s')]: { open: true } };
    const { attributes } = set(given);
    expect(Object.keys(attributes)).toEqual([...Object.keys(many), '__proto__']);
    expect(Object.getOwnPropertySymbols(attributes)).toEqual([]);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect((attributes as { polluted?: number }).polluted).toBeUndefined();
    const all = Object.getOwnPropertyNames(attributes).map(
      (key) => Object.getOwnPropertyDescriptor(attributes, key)?.value as unknown,
    );
    for (const part of all.flatMap(everyPart)) expect(Object.isFrozen(part)).toBe(true);
    expect(set(structuredClone(given)).attributes).toBe(attributes);
  });

  it.each([1, 30])('name the getter that throws among %i others', (count) => {
    const { set } = hall({ a: 1 });
    const cause = new Error('oops');
    const given = Object.fromEntries(Array.from({ length: count }, (_, i) => [`key_${i}`, 0]));
    Object.defineProperty(given, 'bad', {
      enumerable: true,
      get() {
        throw cause;
      },
    });
    const message = expect.stringContaining('`attributes.bad`');
    expect(() => set(given)).toThrow(expect.objectContaining({ cause, message }));
    expect(() => set({ in: [given] })).toThrow(expect.objectContaining({ cause }));
    const known = Object.fromEntries(Object.keys(given).map((key) => [key, 0]));
    expect(() => hall({ known }).set({ known: given })).toThrow(expect.objectContaining({ cause }));
  });

  it('take a list as it is, not as what it says it makes of itself', () => {
    class Tricky extends Array<number> {
      static override get [Symbol.species](): ArrayConstructor {
        throw new Error('never asked');
      }
    }
    const { set } = hall({ a: 1 });
    const { attributes } = set({ list: Tricky.from([1, 2]) });
    expect(Object.getPrototypeOf(attributes['list'])).toBe(Array.prototype);
    expect(set({ list: [1, 2] }).attributes).toBe(attributes);
  });

  it('can be deep, but not without end', () => {
    const nested = (depth: number): Given => (depth === 0 ? {} : { in: nested(depth - 1) });
    const { hub, set } = hall({ a: 1 });
    const { attributes } = set(nested(400));
    expect(set(nested(400)).attributes).toBe(attributes);
    let endless: Given = {};
    for (let i = 0; i < 100_000; i++) endless = i % 2 ? { in: endless } : { in: [endless] };
    expect(() => set(endless)).toThrow(expect.objectContaining({ code: 'INVALID_ATTRIBUTES' }));
    expect(hub.states.get('light.hall')!.attributes).toBe(attributes);
  });

  it('take nothing from what somebody has added to every object', () => {
    const { set } = hall({ a: 1 });
    const every = Object.prototype as Given;
    every['added'] = () => 1;
    try {
      expect(Object.keys(set({ b: 1 }).attributes)).toEqual(['b']);
    } finally {
      delete every['added'];
    }
  });

  it('notice a cycle where there was none before', () => {
    const cycle: Given = { a: { a: {} } };
    const { set } = hall(structuredClone(cycle));
    (cycle['a'] as Given)['a'] = cycle;
    expect(() => set(cycle)).toThrow(expect.objectContaining({ code: 'INVALID_ATTRIBUTES' }));
  });
});

describe('a getter among the attributes', () => {
  const reading = (get: () => unknown): Given =>
    Object.defineProperty({}, 'a', { enumerable: true, get });

  it.each<[string, (hub: TestHub) => unknown, (string | undefined)[][]]>([
    [
      'removes the entity',
      (hub) => hub.states.remove('light.hall'),
      [
        ['on', undefined],
        [undefined, 'off'],
      ],
    ],
    [
      'writes it',
      (hub) => {
        hub.states.set('light.hall', 'by getter');
      },
      [
        ['on', 'by getter'],
        ['by getter', 'off'],
      ],
    ],
    [
      'removes and writes it',
      (hub) => {
        hub.states.remove('light.hall');
        hub.states.set('light.hall', 'anew');
      },
      [
        ['on', undefined],
        [undefined, 'anew'],
        ['anew', 'off'],
      ],
    ],
  ])('that %s leaves the events and the state in order', (_, act, expected) => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on', { a: 1 });
    const texts: unknown[] = [];
    hub.states.changes().subscribe(({ data: { oldState, newState } }) => {
      texts.push([oldState?.state, newState?.state]);
    });
    let isDone = false;
    const attributes = reading(() => {
      if (!isDone) [isDone] = [true, act(hub)];
      return 2;
    });
    hub.states.set('light.hall', 'off', attributes);
    expect(texts).toEqual(expected);
    expect(hub.states.all('light').map(({ state }) => state)).toEqual(['off']);
    expect(hub.states.get('light.hall')).toBe(hub.states.all()[0]);
    expect(hub.states.get('light.hall')!.attributes).toEqual({ a: 2 });
    expect(hub.states.count()).toBe(1);
  });

  it('of a new entity may write it first', () => {
    const hub = createTestHub();
    hub.states.set(
      'light.new',
      'off',
      reading(() => (hub.states.set('light.new', 'on'), 1)),
    );
    expect(hub.states.all().map(({ state }) => state)).toEqual(['off']);
  });
});
