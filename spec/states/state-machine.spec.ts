import { describe, expect, it } from '@jest/globals';
import { Context, State } from 'rxhome';
import { createTestHub, recordEvents, type TestHub } from 'rxhome/testing';

/** The hall light at three moments, with what was fired. */
function hall(hub: TestHub) {
  const changed = recordEvents(hub, 'state_changed');
  const reported = recordEvents(hub, 'state_reported');
  const set = hub.states.set.bind(hub.states, 'light.hall');
  const times = (): number[] => {
    const { lastChanged, lastUpdated, lastReported } = hub.states.get('light.hall')!;
    return [lastChanged, lastUpdated, lastReported].map((ms) => ms - begun);
  };
  const begun = Date.now();
  const fired = (): number[] => [changed.events.length, reported.events.length];
  return { set, times, fired, changed, reported };
}

describe('a write', () => {
  it('of another text moves all three times and fires `state_changed`', async () => {
    const hub = createTestHub();
    const { set, times, fired } = hall(hub);
    set('off');
    await hub.advance(10);
    set('on');
    expect(times()).toEqual([10, 10, 10]);
    expect(fired()).toEqual([2, 0]);
  });

  it('of other attributes keeps `lastChanged`', async () => {
    const hub = createTestHub();
    const { set, times, fired } = hall(hub);
    set('on', { brightness: 1 });
    await hub.advance(10);
    set('on', { brightness: 2 });
    expect(times()).toEqual([0, 10, 10]);
    expect(fired()).toEqual([2, 0]);
  });

  it('of nothing new moves `lastReported` only, with a new State that shares the attributes', async () => {
    const hub = createTestHub();
    const { set, times, fired, reported } = hall(hub);
    set('on', { brightness: 1 });
    const old = hub.states.get('light.hall')!;
    await hub.advance(10);
    set('on', { brightness: 1 });
    const now = hub.states.get('light.hall')!;
    expect(times()).toEqual([0, 0, 10]);
    expect(fired()).toEqual([1, 1]);
    expect(now).not.toBe(old);
    expect(now.attributes).toBe(old.attributes);
    expect(old.lastReported).toBe(now.lastReported - 10);
    expect(reported.events[0]!.data).toMatchObject({
      entityId: 'light.hall',
      oldLastReported: old.lastReported,
      newState: now,
    });
  });

  it('that is forced counts as changed', async () => {
    const hub = createTestHub();
    const { set, times, fired } = hall(hub);
    set('on', { a: 1 });
    const { attributes } = hub.states.get('light.hall')!;
    await hub.advance(10);
    set('on', { a: 1 }, { forceUpdate: true });
    expect(times()).toEqual([10, 10, 10]);
    expect(fired()).toEqual([2, 0]);
    expect(hub.states.get('light.hall')!.attributes).toBe(attributes);
  });

  it('may say when it was so', () => {
    const hub = createTestHub();
    const { set, changed } = hall(hub);
    set('on', {}, { timestamp: 5 });
    expect(hub.states.get('light.hall')).toMatchObject({
      lastChanged: 5,
      lastUpdated: 5,
      lastReported: 5,
    });
    expect(changed.events[0]!.timeFired).toBe(5);
  });

  it('gives State and event one context: the given one, or a new one', () => {
    const hub = createTestHub();
    const { set, changed } = hall(hub);
    const context = new Context({ userId: 'anna' });
    set('on', {}, { context });
    expect(hub.states.get('light.hall')!.context).toBe(context);
    expect(changed.events[0]!.context).toBe(context);
    set('off');
    const state = hub.states.get('light.hall')!;
    expect(state.context).not.toBe(context);
    expect(changed.events[1]!.context).toBe(state.context);
  });

  it('keeps the context of who made it so, when somebody else says the same again', () => {
    const hub = createTestHub();
    const { set, reported } = hall(hub);
    const [anna, poll] = [new Context({ userId: 'anna' }), new Context()];
    set('on', { a: 1 }, { context: anna });
    set('on', { a: 1 }, { context: poll });
    set('on', { a: 1 });
    expect(hub.states.get('light.hall')!.context).toBe(anna);
    const contexts = reported.events.map(({ context }) => context);
    expect(contexts[0]).toBe(poll);
    expect([anna.id, poll.id]).not.toContain(contexts[1]?.id);
    set('on', { a: 2 }, { context: poll });
    expect(hub.states.get('light.hall')!.context).toBe(poll);
  });

  it('tells what was before and what is now', () => {
    const hub = createTestHub();
    const { set, changed } = hall(hub);
    set('off');
    const old = hub.states.get('light.hall');
    set('on');
    expect(changed.events[0]!.data).toMatchObject({ oldState: null });
    expect(changed.events[1]!.data).toMatchObject({
      entityId: 'light.hall',
      oldState: old,
      newState: hub.states.get('light.hall'),
    });
  });

  it('takes numbers and booleans as text', () => {
    const hub = createTestHub();
    const { set } = hall(hub);
    for (const [value, text] of [
      [21.5, '21.5'],
      [0, '0'],
      [true, 'true'],
      ['', ''],
    ] as const) {
      set(value);
      expect(hub.states.get('light.hall')!.state).toBe(text);
      expect(hub.states.is('light.hall', value)).toBe(true);
    }
    expect(hub.states.is('light.hall', 'x')).toBe(false);
    expect(hub.states.is('light.attic', '')).toBe(false);
  });

  it('without attributes has none: they do not stay from before', () => {
    const hub = createTestHub();
    const { set, fired } = hall(hub);
    set('on', { a: 1 });
    set('on');
    expect(hub.states.get('light.hall')!.attributes).toEqual({});
    expect(fired()).toEqual([2, 0]);
    set('on', null);
    expect(fired()).toEqual([2, 1]);
  });
});

describe('remove', () => {
  it('forgets the entity and fires `state_changed` with no new state', () => {
    const hub = createTestHub();
    const { set, changed } = hall(hub);
    set('on');
    const old = hub.states.get('light.hall');
    const context = new Context();
    expect(hub.states.remove('light.hall', { context })).toBe(true);
    expect(hub.states.get('light.hall')).toBeUndefined();
    expect(hub.states.count()).toBe(0);
    expect(changed.events[1]).toMatchObject({
      context,
      data: { entityId: 'light.hall', oldState: old, newState: null },
    });
    expect(hub.states.remove('light.hall')).toBe(false);
    expect(hub.states.remove('nothing at all')).toBe(false);
    expect(changed.events).toHaveLength(2);
  });

  it('lets the next write begin anew', async () => {
    const hub = createTestHub();
    const { set, changed, times } = hall(hub);
    set('on');
    hub.states.remove('light.hall');
    await hub.advance(10);
    set('on');
    expect(times()).toEqual([10, 10, 10]);
    expect(changed.events[2]!.data).toMatchObject({ oldState: null });
  });
});

describe('reserve', () => {
  it('takes an id without a state, fires nothing, and lasts until remove', () => {
    const hub = createTestHub();
    const { set, changed } = hall(hub);
    const taken = expect.objectContaining({
      name: 'EntityIdTakenError',
      message: expect.stringContaining('`light.hall`'),
    });
    expect(hub.states.available('light.hall')).toBe(true);
    hub.states.reserve('light.hall');
    expect(hub.states.available('light.hall')).toBe(false);
    expect(hub.states.get('light.hall')).toBeUndefined();
    expect(() => hub.states.reserve('light.hall')).toThrow(taken);
    expect(changed.events).toEqual([]);
    set('on');
    expect(() => hub.states.reserve('light.hall')).toThrow(taken);
    hub.states.remove('light.hall');
    expect(hub.states.available('light.hall')).toBe(true);
    hub.states.reserve('light.hall');
    expect(hub.states.remove('light.hall')).toBe(false); // it had no state
    expect(hub.states.available('light.hall')).toBe(true);
  });
});

describe('all, entityIds and count', () => {
  it('go by domain, by several, or take all, in the order in which entities came', () => {
    const hub = createTestHub();
    for (const id of ['light.b', 'sun.sun', 'light.a', 'door.x']) hub.states.set(id, 1);
    hub.states.set('light.b', 2); // keeps its place
    const { states } = hub;
    expect(states.entityIds()).toEqual(['light.b', 'sun.sun', 'light.a', 'door.x']);
    expect(states.entityIds('light')).toEqual(['light.b', 'light.a']);
    expect(states.entityIds(['door', 'light', 'door'])).toEqual(['door.x', 'light.b', 'light.a']);
    expect(states.all('light').map(({ state }) => state)).toEqual(['2', '1']);
    expect(states.all().every((state) => state instanceof State)).toBe(true);
    expect([states.count(), states.count('light'), states.count(['sun', 'no'])]).toEqual([4, 2, 1]);
    expect([states.all('no'), states.all([]), states.count('constructor')]).toEqual([[], [], 0]);
  });

  it('give a list of the caller’s own', () => {
    const hub = createTestHub();
    hub.states.set('light.a', 1);
    hub.states.all().length = 0;
    for (const { entityId } of hub.states.all()) hub.states.remove(entityId);
    expect(hub.states.count()).toBe(0);
    expect(hub.states.all('light')).toEqual([]);
  });
});
