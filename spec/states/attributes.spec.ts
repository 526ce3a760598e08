import { describe, expect, it } from '@jest/globals';
import { createTestHub, recordEvents } from 'rxhome/testing';
import { runInNewContext } from 'node:vm';

describe('attributes', () => {
  it('are an empty object when none are given, also the first time', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on');
    expect(hub.states.get('light.hall')!.attributes).toEqual({});
  });

  it('are a deep copy, frozen deeply; what was given stays as it is', () => {
    const hub = createTestHub();
    const given = { list: [{ n: 1 }], inner: { deep: { x: [1] } } };
    hub.states.set('light.hall', 'on', given);
    const { attributes } = hub.states.get('light.hall')!;
    given.list[0]!.n = 2;
    given.inner.deep.x.push(2);
    expect(attributes).toEqual({ list: [{ n: 1 }], inner: { deep: { x: [1] } } });
    const frozen = (value: unknown): boolean =>
      typeof value !== 'object' ||
      value === null ||
      (Object.isFrozen(value) && Object.values(value).every(frozen));
    expect(frozen(attributes)).toBe(true);
    expect(Object.isFrozen(given)).toBe(false);
    expect(() => {
      (attributes as { list: unknown[] }).list.push(1);
    }).toThrow(TypeError);
    expect(Object.isFrozen(hub.states.get('light.hall'))).toBe(true);
  });

  it('are the same object as before when nothing in them has changed', () => {
    const hub = createTestHub();
    hub.states.set('light.hall', 'on', { a: 1, b: [{ c: 2 }] });
    const { attributes } = hub.states.get('light.hall')!;
    hub.states.set('light.hall', 'off', { b: [{ c: 2 }], a: 1 }); // whatever the order of keys
    expect(hub.states.get('light.hall')!.attributes).toBe(attributes);
    hub.states.set('light.hall', 'on', attributes);
    expect(hub.states.get('light.hall')!.attributes).toBe(attributes);
  });

  it.each<[string, unknown, unknown, boolean]>([
    ['1 and true', 1, true, false],
    ['1 and "1"', 1, '1', false],
    ['0 and null', 0, null, false],
    ['null and undefined', null, undefined, false],
    ['NaN and NaN', NaN, NaN, true],
    ['a list and an object alike', [1], { 0: 1 }, false],
    ['lists of another order', [1, 2], [2, 1], false],
    ['a list and a longer one', [1], [1, 2], false],
    ['a longer list and a shorter one', [1, 2], [1], false],
    ['nested, alike', { x: [{ y: 1 }] }, { x: [{ y: 1 }] }, true],
    ['nested, one deeper', { x: [{ y: 1 }] }, { x: [{ y: 1, z: 1 }] }, false],
    ['an empty list and an empty object', [], {}, false],
    ['null and an object', null, {}, false],
  ])('compare strictly and deeply: %s', (_, before, after, isSame) => {
    const hub = createTestHub();
    const { events } = recordEvents(hub, 'state_changed');
    hub.states.set('light.hall', 'on', { a: before });
    hub.states.set('light.hall', 'on', { a: after });
    expect(events).toHaveLength(isSame ? 1 : 2);
  });

  it('differ by a key that has no value', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub, 'state_changed');
    hub.states.set('light.hall', 'on', { a: undefined });
    hub.states.set('light.hall', 'on', {});
    hub.states.set('light.hall', 'on', { a: undefined });
    expect(events).toHaveLength(3);
  });

  it('may have keys with a meaning elsewhere, and change no prototype', () => {
    const hub = createTestHub();
    const evil = JSON.parse(
      '{"__proto__":{"polluted":1},"constructor":1,"toString":"x"}',
    ) as object;
    hub.states.set('light.hall', 'on', evil as never);
    const { attributes } = hub.states.get('light.hall')!;
    expect(Object.keys(attributes).sort()).toEqual(['__proto__', 'constructor', 'toString']);
    expect(Object.getPrototypeOf(attributes)).toBe(Object.prototype);
    expect(({} as { polluted?: 1 }).polluted).toBeUndefined();
    const { events } = recordEvents(hub, 'state_changed');
    hub.states.set('light.hall', 'on', JSON.parse('{"__proto__":{}}') as never);
    hub.states.set('light.hall', 'on', {});
    expect(events).toHaveLength(2);
  });

  it('may come from another realm, without a prototype, and share a part', () => {
    const hub = createTestHub();
    const shared = { n: 1 };
    hub.states.set('light.a', 1, runInNewContext('({ list: [{ a: 1 }] })') as never);
    hub.states.set('light.b', 1, Object.assign(Object.create(null) as object, { x: 1 }));
    hub.states.set('light.c', 1, { one: shared, two: shared, three: [shared, shared] });
    expect(hub.states.get('light.a')!.attributes).toEqual({ list: [{ a: 1 }] });
    expect(hub.states.get('light.b')!.attributes).toEqual({ x: 1 });
    expect(hub.states.get('light.c')!.attributes).toMatchObject({ two: { n: 1 } });
  });

  it('give the state its name', () => {
    const hub = createTestHub();
    hub.states.set('light.living_room', 1, { friendly_name: 'Lounge' });
    hub.states.set('light.dining_room', 1, { friendly_name: 5 });
    expect(hub.states.get('light.living_room')!.name).toBe('Lounge');
    expect(hub.states.get('light.dining_room')!.name).toBe('dining room');
  });
});
