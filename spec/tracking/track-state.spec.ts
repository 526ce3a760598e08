import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  currentContext,
  getHub,
  InvalidEntityIdError,
  InvalidOptionError,
  Job,
  sleep,
  type State,
  type StateChange,
  trackState,
  workerModule,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const LIGHT = 'light.hall';
const os = workerModule<typeof import('node:os')>('node:os');
let hub: TestHub;
let seen: string[];
const note = ({ data: { entityId, oldState, newState } }: StateChange): void =>
  void seen.push(`${entityId} ${oldState?.state ?? '-'}>${newState?.state ?? '-'}`);
const set = (...states: string[]): void => {
  for (const state of states) hub.states.set(LIGHT, state);
};

beforeEach(() => {
  hub = createTestHub();
  seen = [];
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

describe('trackState', () => {
  it('runs for every change of its entities, the first and the last included, and no other', () => {
    set('off');
    trackState(hub, [LIGHT, 'light.attic'], note);
    expect(seen).toEqual([]); // what is so already does not count
    set('on', 'on');
    hub.states.set(LIGHT, 'on', { brightness: 3 });
    hub.states.set('light.attic', 'on');
    hub.states.set('light.cellar', 'on');
    hub.states.remove(LIGHT);
    expect(seen).toEqual([
      'light.hall off>on',
      'light.hall on>on',
      'light.attic ->on',
      'light.hall on>-',
    ]);
  });

  it('takes domains and questions in place of ids', () => {
    trackState(hub, { domain: 'light' }, note);
    trackState(hub, ({ data }) => data.newState?.state === '7', note);
    set('on');
    hub.states.set('sensor.lux', 7);
    expect(seen).toEqual(['light.hall ->on', 'sensor.lux ->7']);
  });

  it.each<[string, object, string[]]>([
    ['to', { to: 'on' }, ['off>on', 'dim>on']],
    ['from', { from: 'on' }, ['on>dim', 'on>-']],
    ['both', { from: 'dim', to: ['on', 'off'] }, ['dim>on']],
    ['a list, also within it', { to: ['on', 'dim'] }, ['off>on', 'on>dim', 'dim>on']],
    ['a question, when it is answered with yes', { to: lit }, ['off>on']],
    ['a question, when it is no more', { from: lit }, ['on>-']],
    ['a question and a word', { from: 'off', to: lit }, ['off>on']],
    ['numbers and booleans as their text', { to: [1, true] }, []],
  ])('chooses by %s', (_what, options, expected) => {
    set('off');
    trackState(hub, LIGHT, note, options);
    set('on', 'dim');
    hub.states.set(LIGHT, 'dim', { brightness: 3 }); // attributes do not count here
    set('on');
    hub.states.remove(LIGHT);
    expect(seen).toEqual(expected.map((change) => `${LIGHT} ${change}`));
  });

  it('compares numbers as text', () => {
    set('0');
    trackState(hub, LIGHT, note, { from: 0, to: 1 });
    set('1');
    expect(seen).toHaveLength(1);
  });

  it('looks at an attribute only, strictly and deeply', () => {
    const write = (attributes: object): void => hub.states.set(LIGHT, 'on', { ...attributes });
    write({ level: 1, color: [1, 2] });
    trackState(hub, LIGHT, note, { attribute: 'level', to: 2, name: 'level' });
    const colors: unknown[] = [];
    trackState(hub, LIGHT, ({ data }) => void colors.push(data.newState?.attributes['color']), {
      attribute: 'color',
    });
    write({ level: '2', color: [1, 2] });
    set('off');
    expect(seen).toEqual([]);
    write({ level: 2, color: [1, 2] });
    write({ level: 2, color: [1, 3] });
    expect(seen).toEqual(['light.hall off>on']);
    expect(colors).toEqual([undefined, [1, 2], [1, 3]]);
  });

  it('asks questions of attributes, too', () => {
    const isBright = ({ attributes }: State): boolean => Number(attributes['lux']) > 5;
    trackState(hub, LIGHT, note, { to: isBright });
    for (const lux of [1, 6, 7, 2, 8]) hub.states.set(LIGHT, 'on', { lux });
    expect(seen).toHaveLength(2);
  });

  it('reports a question that throws; the answer is no', () => {
    const broken = (): boolean => {
      throw new Error('no answer');
    };
    trackState(hub, LIGHT, note, { to: broken, name: 'ask' });
    trackState(hub, LIGHT, note);
    set('on');
    expect(seen).toEqual(['light.hall ->on']);
    expect(hub.errors).toMatchObject([{ source: 'filter', owner: 'hub', name: 'ask' }]);
  });

  it('is caused by the change, also after an await and after the time it has held', async () => {
    const causes: unknown[] = [];
    const action = async (change: StateChange): Promise<void> => {
      causes.push(currentContext() === change.context, getHub() === hub);
      await sleep(10);
      hub.states.set('light.copy', 'on');
    };
    hub.bus.listen('motion', () => set('on'));
    trackState(hub, LIGHT, action, { to: 'on' });
    hub.bus.fire('motion');
    await hub.advance('1s');
    const types = (): string[] => hub.why('light.copy').steps.map(({ type }) => type);
    expect(types()).toEqual(['motion', 'state_changed', 'state_changed']);
    hub.states.remove('light.copy');
    trackState(hub, LIGHT, action, { to: 'off', forMs: 5_000 });
    set('off');
    await hub.advance('6s');
    expect(types()).toEqual(['state_changed', 'state_changed']);
    expect(causes).toEqual([true, true, true, true]);
  });

  it('reports errors with its name, goes on, and does not limit overlap', async () => {
    let inside = 0;
    let most = 0;
    trackState(
      hub,
      LIGHT,
      async () => {
        most = Math.max(most, ++inside);
        await sleep(100);
        inside--;
        throw new Error('late');
      },
      { name: 'slow' },
    );
    trackState(hub, LIGHT, () => JSON.parse('{'), { name: 'quick' });
    set('on', 'off', 'on');
    await hub.advance('1s');
    expect(most).toBe(3);
    expect(hub.errors.map(({ name }) => name).sort()).toEqual([
      ...['quick', 'quick', 'quick'],
      ...['slow', 'slow', 'slow'],
    ]);
  });

  it('hands the event to worker functions as plain data', async () => {
    trackState(hub, LIGHT, os.hostname as never);
    set('on');
    await hub.blockTillDone();
    expect(hub.snapshot().executor.completed).toBe(1);
  });

  it('ends by hand, inside its own job, and the run goes on', async () => {
    const stop = trackState(hub, LIGHT, async (change) => {
      stop();
      await sleep(10);
      note(change);
    });
    set('on', 'off');
    await hub.advance('1s');
    expect(seen).toEqual(['light.hall ->on']);
    stop();
  });

  it('ends with its owner, waits included, also from inside', async () => {
    const scope = hub.scope.child('lamp');
    const mine = hub.scoped(scope);
    trackState(mine, LIGHT, note, { to: 'on', forMs: 1_000 });
    trackState(mine, LIGHT, () => void scope.close(), { to: 'dim' });
    trackState(mine, LIGHT, note, { to: 'dim' }); // it was silenced before its turn
    set('on');
    expect(hub.clock!.pendingTimers).toHaveLength(1);
    set('dim', 'on');
    await hub.advance('5s');
    expect(seen).toEqual([]);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(() => trackState(mine, LIGHT, note)).toThrow(
      expect.objectContaining({ code: 'SCOPE_CLOSED' }),
    );
  });

  it('with cancelOnShutdown ends when stopping begins', async () => {
    await hub.start();
    hub.bus.listen('homeassistant_stop', () => set('on'));
    const marked = new Job(note, { cancelOnShutdown: true });
    trackState(hub, LIGHT, marked);
    trackState(hub, LIGHT, note, { name: 'kept' });
    await hub.stop();
    expect(seen).toHaveLength(1);
  });

  it.each<[unknown, object, string]>([
    [LIGHT, { to: [] }, '`to`'],
    [LIGHT, { from: { a: 1 } }, '`from`'],
    [LIGHT, { from: [undefined] }, '`from`'],
    [LIGHT, { attribute: '' }, '`attribute`'],
    [LIGHT, { forMs: -1 }, '`forMs`'],
    [LIGHT, { forMs: '5s' }, '`forMs`'],
    [LIGHT, { forMs: 5, key: '' }, '`key`'],
    [LIGHT, { forMs: 5, key: 7 }, '`key`'],
    [LIGHT, { key: 'k' }, '`forMs`'],
    [LIGHT, { forMs: 5, after: 'skip' }, '`key`'],
    [LIGHT, { forMs: 5, key: 'k', after: 'never' }, '`after`'],
    [7, {}, '7'],
  ])('refuses %p %p', (ids, options, named) => {
    const track = (): unknown => trackState(hub, ids as never, note, options);
    expect(track).toThrow(InvalidOptionError);
    expect(track).toThrow(named);
    expect([hub.scope.size, hub.bus.listenerCounts()]).toEqual([0, {}]);
  });

  it('refuses what is no id and no job', () => {
    expect(() => trackState(hub, 'Light.Hall', note)).toThrow(InvalidEntityIdError);
    expect(() => trackState(hub, LIGHT, 'ring' as never)).toThrow(InvalidOptionError);
  });
});

describe('trackState with forMs', () => {
  const times: number[] = [];
  const tick = (): void => void times.push(hub.clock!.frame);
  beforeEach(() => void times.splice(0));

  it('runs once, when it has lasted since the change; leaving starts the time anew', async () => {
    trackState(hub, LIGHT, tick, { to: 'on', forMs: 5_000 });
    set('on');
    await hub.advance('3s');
    set('off', 'on');
    await hub.advance('4s');
    hub.states.set(LIGHT, 'on', { brightness: 1 }); // no break
    set('on');
    await hub.advance('60s');
    expect(times).toEqual([8_000]);
    set('off', 'on');
    await hub.advance('60s');
    expect(times).toEqual([8_000, 72_000]);
  });

  it('counts from the change, not from when it was heard of', async () => {
    trackState(hub, LIGHT, tick, { to: 'on', forMs: 5_000 });
    hub.states.set(LIGHT, 'on', {}, { timestamp: Date.now() - 2_000 });
    hub.states.set('light.attic', 'on');
    await hub.advance('10s');
    expect(times).toEqual([3_000]);
    trackState(hub, 'light.attic', tick, { to: 'off', forMs: 5_000 });
    hub.states.set('light.attic', 'off', {}, { timestamp: Date.now() - 9_000 });
    expect(times).toEqual([3_000, 10_000]);
  });

  it('waits for each entity on its own', async () => {
    trackState(hub, { domain: 'light' }, note, { to: 'on', forMs: 5_000 });
    set('on');
    await hub.advance('2s');
    hub.states.set('light.attic', 'on');
    set('off');
    await hub.advance('60s');
    expect(seen).toEqual(['light.attic ->on']);
  });

  it.each<[string, object, number[]]>([
    ['between the values of a list it is no break', { to: ['on', 'dim'] }, [11_000]],
    ['only left: as long as it does not come back', { from: 'off' }, [11_000]],
    ['of anything: as long as it stays the same', {}, [13_000]],
    ['of an attribute', { attribute: 'level' }, [15_000]],
  ])('%s', async (_what, options, expected) => {
    set('off');
    trackState(hub, LIGHT, tick, { ...options, forMs: 5_000 });
    hub.states.set(LIGHT, 'off', { other: 1 }); // changes nothing of what is compared
    await hub.advance('6s');
    set('on');
    await hub.advance('2s');
    set('dim');
    await hub.advance('2s');
    hub.states.set(LIGHT, 'dim', { level: 3 });
    await hub.advance('60s');
    expect(times).toEqual(expected);
  });

  it('drops the wait when the entity is removed, the tracker or the hub ends', async () => {
    const stop = trackState(hub, LIGHT, tick, { to: 'on', forMs: 5_000 });
    set('on');
    hub.states.remove(LIGHT);
    await hub.advance('6s');
    set('on');
    stop();
    await hub.advance('6s');
    trackState(hub, LIGHT, tick, { to: 'off', forMs: 5_000 });
    set('off');
    await hub.stop();
    expect(times).toEqual([]);
  });

  it('runs at once with 0, once as long as it lasts', () => {
    trackState(hub, LIGHT, tick, { to: ['on', 'dim'], forMs: 0 });
    set('on', 'dim', 'off', 'on');
    expect(times).toEqual([0, 0]);
  });

  it('may be ended by its own job, which runs in the time that another waits', async () => {
    const scope = hub.scope.child('lamp');
    trackState(hub.scoped(scope), { domain: 'light' }, () => void scope.close(), {
      to: 'on',
      forMs: 10,
    });
    set('on');
    hub.states.set('light.attic', 'on');
    await hub.advance('1s');
    expect(hub.errors).toEqual([]);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });
});

function lit({ state }: State): boolean {
  return state === 'on' || state === 'dim';
}
