import { describe, expect, it } from '@jest/globals';
import { type BusEvent, Context, MATCH_ALL } from 'rxhome';
import { createTestHub, recordEvents } from 'rxhome/testing';

const NOON = Date.UTC(2026, 5, 1, 12);

describe('an event', () => {
  it('is one object for all listeners of a fire', () => {
    const hub = createTestHub();
    const got: BusEvent[] = [];
    hub.bus.listen('a', (event) => got.push(event));
    hub.bus.listen(MATCH_ALL, (event) => got.push(event));
    hub.bus.on('a').subscribe((event) => got.push(event));
    hub.bus.fire('a');
    expect(new Set(got).size).toBe(1);
    expect(got).toHaveLength(3);
  });

  it('carries the data that was given, neither copied nor frozen; absent data is `{}`', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    const data = { list: [1] };
    hub.bus.fire('a', data);
    hub.bus.fire('a');
    expect(events[0]!.data).toBe(data);
    expect(Object.isFrozen(data)).toBe(false);
    expect(events[1]!.data).toEqual({});
  });

  it('is local, of now, and has a context of its own unless told otherwise', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    const context = new Context({ userId: 'anna' });
    hub.bus.fire('a');
    hub.bus.fire('a', {}, { origin: 'remote', timeFired: NOON, context });
    expect(events[0]).toMatchObject({ origin: 'local', timeFired: Date.now() });
    expect(events[0]!.context).toMatchObject({ parentId: null, userId: null });
    expect(events[1]).toMatchObject({ origin: 'remote', timeFired: NOON });
    expect(events[1]!.context).toBe(context);
  });

  it('takes the beginning of time for a time', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    hub.bus.fire('a', {}, { timeFired: 0 });
    expect(events[0]!.timeFired).toBe(0);
    expect(events[0]!.toJSON().time_fired).toBe('1970-01-01T00:00:00.000Z');
  });

  it('is not made when nobody listens: not even an id is taken', () => {
    const hub = createTestHub(); // time stands still, so ids are counted up
    const taken = (): number => {
      let sequence = 0;
      for (const char of new Context().id.slice(10, 16))
        sequence = sequence * 32 + '0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(char);
      return sequence;
    };
    const before = taken();
    hub.bus.listen('b', () => undefined);
    hub.bus.listen('a', () => undefined)();
    hub.bus.fire('a');
    expect(taken()).toBe(before + 1);
    hub.bus.listen('a', () => undefined);
    hub.bus.fire('a');
    expect(taken()).toBe(before + 3);
  });

  it('has the wire form of Home Assistant', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    const context = new Context({ id: 'ID', parentId: 'PARENT', userId: 'anna' });
    hub.bus.fire('a', { camelCase: 1 }, { origin: 'remote', timeFired: NOON, context });
    hub.bus.fire('a');
    expect(JSON.parse(JSON.stringify(events[0]))).toEqual({
      event_type: 'a',
      data: { camelCase: 1 },
      origin: 'REMOTE',
      time_fired: '2026-06-01T12:00:00.000Z',
      context: { id: 'ID', parent_id: 'PARENT', user_id: 'anna' },
    });
    expect(events[1]!.toJSON()).toMatchObject({ data: {}, origin: 'LOCAL' });
  });

  it('of a state has snake_case on the wire, and null where there is no state', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub, 'state_changed');
    hub.states.set('light.hall', 'on', { brightness: 5 }, { timestamp: NOON });
    hub.states.remove('light.hall', { timestamp: NOON + 1 });
    expect(events[0]!.data).toMatchObject({ entityId: 'light.hall', oldState: null });
    const [came, went] = JSON.parse(JSON.stringify(events)) as [never, never];
    const iso = '2026-06-01T12:00:00.000Z';
    const { id } = events[0]!.context;
    const state = {
      entity_id: 'light.hall',
      state: 'on',
      attributes: { brightness: 5 },
      last_changed: iso,
      last_reported: iso,
      last_updated: iso,
      context: { id, parent_id: null, user_id: null },
    };
    expect(came).toEqual({
      event_type: 'state_changed',
      data: { entity_id: 'light.hall', old_state: null, new_state: state },
      origin: 'LOCAL',
      time_fired: iso,
      context: state.context,
    });
    expect(went).toMatchObject({
      data: { entity_id: 'light.hall', old_state: state, new_state: null },
      time_fired: '2026-06-01T12:00:00.001Z',
    });
  });

  it('of a report tells when the state was reported before', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub, 'state_reported');
    hub.states.set('light.hall', 'on', {}, { timestamp: NOON });
    hub.states.set('light.hall', 'on', {}, { timestamp: NOON + 1 });
    expect(events[0]!.toJSON()).toMatchObject({
      event_type: 'state_reported',
      data: {
        entity_id: 'light.hall',
        old_last_reported: '2026-06-01T12:00:00.000Z',
        new_state: { last_reported: '2026-06-01T12:00:00.001Z' },
      },
    });
  });

  it('of a report or of the close is not for MATCH_ALL, but for who asks for it', async () => {
    const hub = createTestHub();
    const all = recordEvents(hub);
    const streamed: string[] = [];
    hub.bus.on(MATCH_ALL).subscribe(({ type }) => streamed.push(type));
    const reported = recordEvents(hub, 'state_reported');
    const closed = recordEvents(hub, 'homeassistant_close');
    hub.states.set('light.hall', 'on');
    hub.states.set('light.hall', 'on');
    await hub.stop();
    const types = ['state_changed', 'homeassistant_stop', 'homeassistant_final_write'];
    expect(all.types).toEqual(types);
    expect(streamed).toEqual(types);
    expect(reported.events).toHaveLength(1);
    expect(closed.events).toHaveLength(1);
  });
});
