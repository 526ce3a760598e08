import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfigEntry, sleep } from 'rxhome';
import { automation, sun } from 'rxhome/integrations';
import { createTestHub, expectNoLeaks, recordEvents, type TestHub } from 'rxhome/testing';

const MOTION = 'binary_sensor.hall_motion';
let hub: TestHub;
/** Services that were called: `when turn_on light.hall`. */
let calls: string[];

function newHub(configDir?: string): TestHub {
  hub = createTestHub(configDir === undefined ? {} : { configDir });
  hub.configEntries.registerIntegration(automation);
  hub.configEntries.registerIntegration(sun);
  hub.services.register('light', 'turn_on', ({ data }) => {
    calls.push(`${hub.clock!.frame / 1000} turn_on ${String(data['entityId'])}`);
    hub.states.set(String(data['entityId']), 'on', { brightness: data['brightness'] ?? 255 });
  });
  return hub;
}

function add(options: object, title = 'Hall light'): Promise<ConfigEntry> {
  const data = { triggers: [{ event: 'go' }], actions: [TURN_ON], ...options };
  return hub.configEntries.add({ domain: 'automation', title, data });
}
const TURN_ON = { call: 'light.turn_on', target: { entityId: 'light.hall' } };
const set = (...states: string[]): void => {
  for (const state of states) hub.states.set(MOTION, state);
};
const at = (text: string): Promise<void> => hub.advance(new Date(text).getTime() - Date.now());

beforeEach(() => {
  calls = [];
  newHub();
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

describe('the triggers of an automation', () => {
  it('are states, as they change, also for some time', async () => {
    await add({ triggers: [{ state: MOTION, to: 'on', for_seconds: 5 }] });
    set('on');
    await hub.advance('4s');
    set('off', 'on');
    await hub.advance('60s');
    expect(calls).toEqual(['9 turn_on light.hall']);
  });

  it('are events, with at least the data that are wanted', async () => {
    await add({ triggers: [{ event: 'bell', data: { door: { side: 'front' } } }] });
    hub.bus.fire('bell');
    hub.bus.fire('bell', { door: { side: 'back' } });
    hub.bus.fire('bell', { door: null });
    hub.bus.fire('bell', { door: { side: 'front', floor: 1 }, who: 'eva' });
    await hub.advance(0);
    expect(calls).toHaveLength(1);
  });

  it('are times: cron, intervals and the sun', async () => {
    await at('2030-06-21T00:00:00Z');
    const greenwich = { latitude: 51.48, longitude: 0 };
    await hub.configEntries.add({ domain: 'sun', data: greenwich });
    const seen: string[] = [];
    hub.bus.listen('automation_triggered', ({ data }) => {
      seen.push(`${new Date(Date.now()).toISOString().slice(8, 16)} ${data.source}`);
    });
    await add({
      triggers: [
        { cron: '30 6 * * MON-FRI', time_zone: 'UTC' },
        { every_seconds: 8 * 3600 },
        { sun: 'sunset', offset_minutes: -30 },
        { sun: 'noon' },
      ],
    });
    await hub.advance('24h');
    expect(seen).toEqual([
      '21T06:30 cron 30 6 * * MON-FRI',
      '21T08:00 every 28800 s',
      '21T12:01 noon',
      '21T16:00 every 28800 s',
      '21T19:50 sunset',
      '22T00:00 every 28800 s',
    ]);
  });

  it('of the sun wait until there is a place', async () => {
    const entry = await add({ triggers: [{ sun: 'sunset' }] });
    expect([entry.state, entry.reason]).toEqual([
      'setup_retry',
      'A trigger of the sun needs a place: configure `sun`.',
    ]);
    await hub.configEntries.add({ domain: 'sun', data: { latitude: 51, longitude: 0 } });
    await hub.advance('24h');
    expect(entry.state).toBe('loaded');
    expect(calls).toHaveLength(1);
  });

  it('that nobody understands are a failed set-up, which leaves nothing behind', async () => {
    const entry = await add({ triggers: [{ state: MOTION }, { cron: 'every day' }] });
    expect(entry.state).toBe('setup_error');
    expect(entry.reason).toContain('every day');
    set('on');
    expect(calls).toEqual([]);
    expect(hub.bus.listenerCounts()['state_changed']).toBeUndefined();
  });
});

describe('the conditions of an automation', () => {
  const isMet = async (condition: object): Promise<boolean> => {
    const before = calls.length;
    const entry = await add({ conditions: [condition] });
    hub.bus.fire('go');
    await hub.advance(0);
    await hub.configEntries.remove(entry.entryId);
    return calls.length > before;
  };

  it.each<[object, boolean]>([
    [{ state: 'sun.sun', is: 'below_horizon' }, true],
    [{ state: 'sun.sun', is: ['x', 'below_horizon'] }, true],
    [{ state: 'sun.sun', is: 'above_horizon' }, false],
    [{ state: ['sun.sun', 'light.none'], is: 'below_horizon' }, false],
    [{ state: 'sensor.lux', is: 39.5 }, true],
    [{ state: 'sensor.lux', attribute: 'level', is: 3 }, true],
    [{ state: 'sensor.lux', attribute: 'level', is: '3' }, false],
    [{ state: 'sun.sun', is: 'below_horizon', for_seconds: 60 }, true],
    [{ state: 'sun.sun', is: 'below_horizon', for_seconds: 61 }, false],
    [{ numeric: 'sensor.lux', below: 40 }, true],
    [{ numeric: 'sensor.lux', below: 39.5 }, false],
    [{ numeric: 'sensor.lux', above: 39.5 }, false],
    [{ numeric: 'sensor.lux', above: 39, below: 40 }, true],
    [{ numeric: 'sensor.lux', attribute: 'level', above: 2 }, true],
    [{ numeric: 'sensor.empty', below: 40 }, false],
    [{ numeric: 'sensor.none', below: 40 }, false],
    [
      {
        any: [
          { numeric: 'sensor.lux', above: 50 },
          { state: 'sensor.lux', is: '39.5' },
        ],
      },
      true,
    ],
    [{ any: [] }, false],
    [
      {
        all: [
          { numeric: 'sensor.lux', above: 50 },
          { state: 'sensor.lux', is: '39.5' },
        ],
      },
      false,
    ],
    [{ not: { numeric: 'sensor.none', below: 40 } }, true],
  ])('%j: %p', async (condition, expected) => {
    hub.states.set('sun.sun', 'below_horizon');
    hub.states.set('sensor.lux', 39.5, { level: 3 });
    hub.states.set('sensor.empty', '');
    await hub.advance('60s');
    expect(await isMet(condition)).toBe(expected);
  });

  it.each<[string, object, boolean]>([
    ['2030-03-01T22:00:00Z', { after: '22:00', before: '06:00' }, true],
    ['2030-03-01T21:59:59Z', { after: '22:00', before: '06:00' }, false],
    ['2030-03-02T05:59:59Z', { after: '22:00', before: '06:00' }, true],
    ['2030-03-02T06:00:00Z', { after: '22:00', before: '06:00' }, false],
    ['2030-03-02T06:00:00Z', { after: '06:00', before: '22:00' }, true],
    ['2030-03-02T00:00:00Z', { before: '00:00:01' }, true],
    ['2030-03-02T00:00:00Z', { after: '00:00:01' }, false],
    ['2030-03-01T12:00:00Z', { weekdays: ['fri'] }, true],
    ['2030-03-02T12:00:00Z', { weekdays: ['mon', 'fri'] }, false],
    [
      '2030-03-01T23:30:00Z',
      { weekdays: ['sat'], before: '01:00', time_zone: 'Europe/Berlin' },
      true,
    ],
  ])('at %s the time %j is met: %p', async (when, time, expected) => {
    await at(when);
    expect(await isMet({ time: { time_zone: 'UTC', ...time } })).toBe(expected);
  });
});

describe('the actions of an automation', () => {
  it('are done one after the other', async () => {
    const events = recordEvents(hub, 'done');
    hub.states.set('input.x', 'off', { icon: 'lamp' });
    await add({
      actions: [
        { ...TURN_ON, data: { brightness: 3 } },
        { delay_seconds: 5 },
        { set: 'input.x', state: true, attributes: { level: 1 } },
        { fire: 'done', data: { by: 'hall' } },
      ],
    });
    hub.bus.fire('go');
    await hub.advance('4s');
    expect(hub.states.get('light.hall')?.attributes).toEqual({ brightness: 3 });
    expect(hub.states.is('input.x', 'off')).toBe(true);
    await hub.advance('1s');
    expect(hub.states.get('input.x')).toMatchObject({
      state: 'true',
      attributes: { icon: 'lamp', level: 1 },
    });
    expect(events.events.map(({ data }) => data)).toEqual([{ by: 'hall' }]);
  });

  it.each<[string, object, string[]]>([
    ['waits for a state', {}, ['3 turn_on light.hall']],
    ['goes on when the time is over', { timeout_seconds: 2 }, ['2 turn_on light.hall']],
    ['or ends then', { timeout_seconds: 2, continue_on_timeout: false }, []],
    ['comes in time', { timeout_seconds: 4 }, ['3 turn_on light.hall']],
  ])('%s', async (_what, options, expected) => {
    hub.states.set('lock.door', 'unlocked');
    const waiting = { wait_for: { state: 'lock.door', to: 'locked' }, ...options };
    await add({ actions: [waiting, TURN_ON] });
    hub.bus.fire('go');
    await hub.advance('3s');
    hub.states.set('lock.door', 'locked');
    await hub.advance('60s');
    expect(calls).toEqual(expected);
    expect(hub.errors).toEqual([]);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(hub.snapshot().tasks).toEqual([]);
    expect(hub.bus.listenerCounts()).toEqual({ automation_triggered: 1, go: 1 });
  });

  it('that fail end that run, and are reported with title and step', async () => {
    await add({ actions: [{ call: 'light.explode' }, TURN_ON] });
    hub.bus.fire('go');
    await hub.advance('1s');
    hub.bus.fire('go');
    await hub.advance('1s');
    expect(calls).toEqual([]);
    expect(hub.errors).toHaveLength(2);
    expect(hub.errors[0]).toMatchObject({ owner: 'automation "Hall light"', name: 'Hall light' });
    expect(String(hub.errors[0]?.error)).toBe(
      'Error: The automation "Hall light" failed at step 1 (call light.explode): There is no service `light.explode`; `light` has turn_on.',
    );
  });

  it('have a limit of time for a call', async () => {
    hub.services.register('slow', 'think', () => sleep(60_000));
    await add({ actions: [{ delay_seconds: 1 }, { call: 'slow.think', timeout_seconds: 2 }] });
    hub.bus.fire('go');
    await hub.advance('5s');
    expect(hub.errors.map(({ error }) => String(error))).toEqual([
      expect.stringContaining('step 2 (call slow.think): `slow.think` took longer than 2000 ms'),
    ]);
  });
});

describe('the mode of an automation', () => {
  it.each<[object, string[]]>([
    [{}, ['10 a', '22 c']],
    [{ mode: 'restart' }, ['11 b', '22 c']],
    [{ mode: 'queued' }, ['10 a', '20 b', '30 c']],
    [{ mode: 'queued', max: 1 }, ['10 a', '22 c']],
    [{ mode: 'parallel' }, ['10 a', '11 b', '22 c']],
    [{ mode: 'parallel', max: 1 }, ['10 a', '22 c']],
  ])('%j', async (mode, expected) => {
    const done: string[] = [];
    hub.bus.listen('done', ({ context }) => {
      const first = hub.why(context.id).steps[0]?.contextId ?? '';
      done.push(`${hub.clock!.frame / 1000} ${letters.get(first)}`);
    });
    const letters = new Map<string, string>();
    hub.bus.listen('go', ({ context, data }) => void letters.set(context.id, String(data['is'])));
    await add({ ...mode, actions: [{ delay_seconds: 10 }, { fire: 'done' }] });
    hub.bus.fire('go', { is: 'a' });
    await hub.advance('1s');
    hub.bus.fire('go', { is: 'b' });
    await hub.advance('11s');
    hub.bus.fire('go', { is: 'c' });
    await hub.advance('60s');
    expect(done).toEqual(expected);
  });
});

describe('an automation', () => {
  it('is caused by its trigger, and hub.why tells the chain', async () => {
    await add({
      triggers: [{ state: MOTION, to: 'on', for_seconds: 5 }],
      actions: [{ delay_seconds: 1 }, TURN_ON],
    });
    hub.bus.listen('radio', () => set('on'));
    hub.bus.fire('radio');
    await hub.advance('10s');
    const why = hub.why('light.hall');
    expect(why.steps.map(({ type, entityId }) => entityId ?? type)).toEqual([
      'radio',
      MOTION,
      'automation_triggered',
      'call_service',
      'light.hall',
    ]);
    expect(why.isComplete).toBe(true);
    expect(why.steps.map(({ owner }) => owner)).toContain('automation "Hall light"');
  });

  it('tells that it was triggered, and does not listen to others', async () => {
    const events = recordEvents(hub, 'automation_triggered');
    await add({ triggers: [{ state: [MOTION, 'light.x'], to: 'on' }] }, 'A');
    await add({}, 'B');
    set('on');
    hub.bus.fire('automation_triggered', { name: 'B', source: 'event go' });
    await hub.advance(0);
    expect(calls).toHaveLength(1);
    expect(events.events.map(({ data }) => data)).toEqual([
      { name: 'A', source: `state of ${MOTION}, light.x` },
      { name: 'B', source: 'event go' },
    ]);
  });

  it('ends with its entry: runs, waits and triggers', async () => {
    const entry = await add({
      triggers: [
        { event: 'go' },
        { state: MOTION, to: 'on', for_seconds: 5 },
        { every_seconds: 60 },
      ],
      actions: [{ wait_for: { event: 'never' }, timeout_seconds: 30 }, TURN_ON],
      mode: 'queued',
    });
    set('on');
    hub.bus.fire('go');
    hub.bus.fire('go');
    await hub.advance('4s');
    await hub.configEntries.unload(entry.entryId);
    hub.bus.fire('go');
    await hub.advance('1h');
    expect(calls).toEqual([]);
    expect(hub.errors).toEqual([]);
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('waits on over a restart, if its entry has the same id', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'rxhome-automation-'));
    const clock = hub;
    const trigger = { state: MOTION, to: 'on', for_seconds: 100 };
    const data = { triggers: [trigger, trigger], actions: [TURN_ON], mode: 'parallel' };
    const up = async (): Promise<void> => {
      newHub(dir);
      const entry = { entryId: 'hall_light', domain: 'automation', title: 'Hall light', data };
      await hub.configEntries.add(entry);
      await hub.start();
      set('on');
    };
    await up();
    await hub.advance('40s');
    await hub.stop();
    await clock.advance('10s');
    await up();
    await hub.advance('10m');
    expect(calls).toEqual(['100 turn_on light.hall', '100 turn_on light.hall']);
    await clock.stop();
    rmSync(dir, { recursive: true });
  });

  it.each<[object, string, string]>([
    [{ triggers: [] }, 'triggers', 'expected at least one trigger'],
    [{ triggers: { event: 'go' } }, 'triggers', 'expected a list of triggers'],
    [{ triggers: ['sunset'] }, 'triggers.0', 'expected a trigger: a map with one of state, event'],
    [{ triggers: [{ event: 'go', state: MOTION }] }, 'triggers.0', 'a map with one of'],
    [{ triggers: [{ state: 'hall' }] }, 'triggers.0.state', 'expected an entity id like'],
    [{ triggers: [{ state: MOTION, for: 5 }] }, 'triggers.0.for', '`state` has state, from, to'],
    [{ triggers: [{ state: MOTION, to: {} }] }, 'triggers.0.to', 'expected a text'],
    [{ triggers: [{ every_seconds: 0 }] }, 'triggers.0.every_seconds', 'above 0'],
    [{ triggers: [{ sun: 'high' }] }, 'triggers.0.sun', 'sunrise, sunset'],
    [{ conditions: [{ time: { after: '25:00' } }] }, 'conditions.0.time.after', 'like `22:00`'],
    [{ conditions: [{ time: { aftr: 1 } }] }, 'conditions.0.time.aftr', 'no such option'],
    [{ conditions: [{ numeric: 'sensor.a' }] }, 'conditions.0', 'expected `above` or `below`'],
    [
      { conditions: [{ not: { any: [{ state: 'a.b', is: 'on' }, { sate: 'a.b' }] } }] },
      'conditions.0.not.any.1',
      'expected a condition',
    ],
    [{ actions: [] }, 'actions', 'at least one action'],
    [{ actions: [{ call: 'turn_on' }] }, 'actions.0.call', 'expected a service like'],
    [{ actions: [{ delay_seconds: '5s' }] }, 'actions.0.delay_seconds', 'seconds from 0 up'],
    [
      { actions: [{ wait_for: { cron: '* * * * *' } }] },
      'actions.0.wait_for',
      'one of state, event',
    ],
    [{ mode: 'twice' }, 'mode', 'single, restart, queued, parallel'],
    [{ max: 0 }, 'max', 'from 1 up'],
    [{ action: [] }, 'action', ''],
  ])('refuses %j', async (options, path, words) => {
    const refused = await add(options).then(
      () => 'added',
      (error: unknown) => String(error),
    );
    expect(refused).toContain(path);
    expect(refused).toContain(words);
  });
});

describe('a run while the hub stops', () => {
  const stopped = async (): Promise<number> => {
    const begun = Date.now();
    const stopping = hub.stop();
    await hub.advance('5m');
    await stopping;
    return Date.now() - begun;
  };

  it.each([
    [{ delay_seconds: 20 }],
    [{ wait_for: { event: 'never' } }],
    [{ wait_for: { event: 'never' }, timeout_seconds: 60 }],
  ])('ends where it waits: %j', async (wait) => {
    await add({ actions: [wait, TURN_ON] });
    hub.bus.fire('go');
    await hub.advance('1s');
    const ends: number[] = [];
    hub.bus.listen('homeassistant_close', () => void ends.push(Date.now()));
    const begun = Date.now();
    await stopped();
    expect(ends).toEqual([begun]); // nobody waited for it
    expect(calls).toEqual([]);
    expect(hub.errors).toEqual([]);
  });

  it('may say goodbye', async () => {
    const goodbye = [TURN_ON, { delay_seconds: 5 }, { fire: 'too_late' }];
    await add({ triggers: [{ event: 'homeassistant_stop' }], actions: goodbye });
    const late = recordEvents(hub, 'too_late');
    await stopped();
    expect(calls).toHaveLength(1);
    expect(late.events).toEqual([]);
  });
});
