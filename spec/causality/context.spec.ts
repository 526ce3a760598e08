import { describe, expect, it } from '@jest/globals';
import { Context, MATCH_ALL } from 'rxhome';
import { createTestHub, recordEvents } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';
import { collectGarbage } from '../garbage.js';

/** The log behind `hub.why()` keeps events on purpose, as many as it was told. */
const NO_LOG = { causeLogSize: 1 };

describe('a context', () => {
  it('has an id of 26 characters of its own, no parent and no user', () => {
    const context = new Context();
    expect(context.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(context.id).toBe(context.id);
    expect(context).toMatchObject({ parentId: null, userId: null });
    expect(new Context().id).not.toBe(context.id);
  });

  it('takes what it is given, and has Home Assistant’s wire form', () => {
    const context = new Context({ id: 'I', parentId: 'P', userId: 'U' });
    expect(JSON.parse(JSON.stringify(context))).toEqual({ id: 'I', parent_id: 'P', user_id: 'U' });
  });

  it('is a child of one with an id from elsewhere as of any other', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub, 'b');
    hub.bus.listen('a', () => hub.bus.fire('b'));
    hub.bus.fire('a', {}, { context: new Context({ id: 'elsewhere' }) });
    hub.bus.fire('a', {}, { context: new Context({ parentId: 'grandparent' }) });
    expect(events[0]!.context.parentId).toBe('elsewhere');
    expect(events[1]!.context.parentId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });

  it('has an id that sorts by the order of firing, within a millisecond and over time', async () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    hub.bus.listen('a', ({ data }) => {
      if (Number(data['n']) % 3 === 0) hub.states.set('sensor.n', Number(data['n']));
    });
    for (let n = 0; n < 300; n++) {
      hub.bus.fire('a', { n });
      if (n % 50 === 0) await hub.advance(1);
    }
    const ids = events.map(({ context }) => context.id);
    expect(ids).toHaveLength(400);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(400);
  });

  it('sorts by firing order also when events say they happened earlier', () => {
    const hub = createTestHub();
    const { events } = recordEvents(hub);
    hub.bus.fire('a');
    hub.bus.fire('a', {}, { timeFired: 5 });
    hub.bus.fire('a');
    const ids = events.map(({ context }) => context.id);
    expect([...ids].sort()).toEqual(ids);
  });

  it('keeps nothing of its ancestors alive', async () => {
    const hub = createTestHub(NO_LOG);
    const chain: WeakRef<object>[] = [];
    let last: Context | undefined;
    hub.bus.listen('step', (event) => {
      chain.push(new WeakRef(event), new WeakRef(event.context), new WeakRef(event.data));
      last = event.context;
      const n = Number(event.data['n']);
      if (n < 50) hub.bus.fire('step', { n: n + 1 });
    });
    hub.bus.fire('step', { n: 0 });
    expect(chain).toHaveLength(153);
    await realTurn();
    collectGarbage();
    const alive = chain.filter((ref) => ref.deref() !== undefined);
    expect(alive.length).toBeLessThanOrEqual(6); // the last event and its own
    expect(last!.parentId).not.toBeNull();
  });

  it('of a state does not keep the states before it', async () => {
    const hub = createTestHub(NO_LOG);
    const old: WeakRef<object>[] = [];
    const subscription = hub.states
      .changes('sensor.n')
      .subscribe(({ data }) => old.push(new WeakRef(data.newState!)));
    hub.bus.listen(MATCH_ALL, async () => Promise.resolve());
    for (let n = 0; n < 50; n++) hub.states.set('sensor.n', n);
    await hub.blockTillDone();
    await hub.advance(1);
    subscription.unsubscribe();
    await realTurn();
    collectGarbage();
    expect(old.filter((ref) => ref.deref() !== undefined).length).toBeLessThanOrEqual(2);
  });
});
