import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ConfigEntry, MATCH_ALL } from 'rxhome';
import { simulatedHome } from 'rxhome/integrations';
import {
  createTestHub,
  type Duration,
  expectNoLeaks,
  recordEvents,
  type TestHub,
} from 'rxhome/testing';

const DAY = '24m'; // of ours, at 60 times the speed
let hub: TestHub;

beforeEach(() => {
  hub = newHub();
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

function newHub(): TestHub {
  const made = createTestHub();
  made.configEntries.registerIntegration(simulatedHome);
  return made;
}

const add = (data = {}): Promise<ConfigEntry> =>
  hub.configEntries.add({ domain: 'simulated_home', title: 'Simulated home', data });

interface Day {
  readonly changes: readonly string[];
  readonly events: readonly string[];
}

/** What a day brings, in words. */
async function live(length: Duration = DAY): Promise<Day> {
  const changes: string[] = [];
  const begun = Date.now();
  const subscription = hub.states.changes().subscribe(({ timeFired, data }) => {
    const { entityId, newState } = data;
    changes.push(`${timeFired - begun} ${entityId} ${newState?.state ?? 'gone'}`);
  });
  const recorded = recordEvents(hub, MATCH_ALL);
  await hub.advance(length);
  subscription.unsubscribe();
  recorded.stop();
  return { changes, events: recorded.events.map(({ type }) => type) };
}

const statesOf = ({ changes }: Day, entityId: string): string[] =>
  changes
    .map((line) => line.split(' '))
    .flatMap(([, id, state = '']) => (id === entityId ? state : []));

describe('a simulated day', () => {
  it('is the same twice for a seed, and another for another', async () => {
    const days: Day[] = [];
    for (const seed of [7, 7, 8]) {
      await add({ seed });
      days.push(await live());
      await hub.stop();
      hub = newHub();
    }
    const [first, again, other] = days as [Day, Day, Day];
    expect(first.changes.length).toBeGreaterThan(200);
    expect(again).toEqual(first);
    expect(other.changes).not.toEqual(first.changes);
  });

  it('has a sun, warmth that follows the heating, motion, light in the dark, and a wash', async () => {
    await add({ seed: 3 });
    const day = await live('72m');
    expect(statesOf(day, 'sun.simulated_sun').slice(0, 4)).toEqual([
      'above_horizon',
      'below_horizon',
      'above_horizon',
      'below_horizon',
    ]);
    const warmth = statesOf(day, 'sensor.room_temperature').map(Number);
    expect(Math.min(...warmth)).toBeGreaterThan(19.5);
    expect(Math.max(...warmth)).toBeLessThan(22);
    expect(statesOf(day, 'switch.heating').slice(0, 4)).toEqual(['on', 'off', 'on', 'off']);
    expect(statesOf(day, 'binary_sensor.front_door')).toContain('on');
    expect(statesOf(day, 'light.kitchen')).toContain('on');
    expect(Math.max(...statesOf(day, 'sensor.washing_machine_power').map(Number))).toBeGreaterThan(
      1800,
    );
    expect(day.events).toEqual(
      expect.arrayContaining(['simulated_chime', 'simulated_washing_done', 'call_service']),
    );
    expect(hub.errors).toEqual([]);
  });

  it('lights nothing by day, and leaves no light on', async () => {
    await add({ seed: 3 });
    const { changes } = await live('72m');
    let isDark = true;
    const times = { on: 0, off: 0 };
    for (const [, id = '', state] of changes.map((line) => line.split(' '))) {
      if (id === 'sun.simulated_sun') isDark = state === 'below_horizon';
      if (!id.startsWith('light.')) continue;
      if (state === 'on') expect([id, isDark]).toEqual([id, true]);
      times[state === 'on' ? 'on' : 'off']++;
    }
    expect(times.on).toBeGreaterThan(20);
    expect(times.on - times.off).toBeLessThan(3);
  });

  it('has chains: a light is on because somebody moved', async () => {
    await add({ seed: 3 });
    while (!hub.states.is('light.hall', 'on')) await hub.advance('1s');
    const { steps, isComplete } = hub.why('light.hall');
    expect(steps.map(({ type, entityId }) => entityId ?? type)).toEqual([
      'binary_sensor.hall_motion',
      'call_service',
      'light.hall',
    ]);
    expect(isComplete).toBe(true);
  });
});

describe('its entities', () => {
  it('say that they are not real, and obey', async () => {
    const entry = await add({ rooms: ['hall', 'living room'] });
    const states = hub.states.all();
    expect(states.map(({ entityId }) => entityId).sort()).toEqual([
      'binary_sensor.front_door',
      'binary_sensor.hall_motion',
      'binary_sensor.living_room_motion',
      'binary_sensor.washing_machine',
      'light.hall',
      'light.living_room',
      'sensor.outside_temperature',
      'sensor.room_temperature',
      'sensor.washing_machine_power',
      'sun.simulated_sun',
      'switch.heating',
    ]);
    expect(states.filter(({ attributes }) => attributes['simulated'] !== true)).toEqual([]);
    await hub.services.call('light', 'turn_on', {
      entityId: 'light.living_room',
      brightness_pct: 50,
    });
    expect(hub.states.get('light.living_room')?.attributes).toMatchObject({ brightness: 128 });
    await hub.services.call('light', 'toggle', { entityId: 'all' });
    expect(hub.states.all('light').map(({ state }) => state)).toEqual(['on', 'off']);
    for (const [service, state] of [
      ['turn_on', 'on'],
      ['toggle', 'off'],
      ['toggle', 'on'],
      ['turn_off', 'off'],
    ] as const) {
      await hub.services.call('switch', service, { entityId: 'switch.heating' });
      expect(hub.states.get('switch.heating')?.state).toBe(state);
    }
    await hub.configEntries.unload(entry.entryId);
    expect(hub.states.all()).toEqual([]);
    expect(hub.services.has('light', 'turn_on')).toBe(false);
    expectNoLeaks(hub);
  });

  it.each([
    [{ entityId: 'light.hall', brightness: 0 }, 'expected a brightness from 1 to 255'],
    [{ entityId: 'light.hall', brightness_pct: 101 }, 'expected percent from 1 to 100'],
    [{ entityId: 'light.hall', brightness: 1, brightness_pct: 1 }, 'not both'],
    [{ entityId: 'light.hall', color: 'red' }, 'color'],
  ])('refuse %p', async (data, words) => {
    await add();
    await expect(hub.services.call('light', 'turn_on', data)).rejects.toThrow(words);
    expect(hub.states.is('light.hall', 'off')).toBe(true);
  });
});

describe('its options', () => {
  it.each([
    [{ seed: 1.5 }, 'a whole number'],
    [{ speed: 0 }, 'from 1 to 600'],
    [{ rooms: [] }, 'at least one room'],
    [{ rooms: ['a', 'a'] }, 'each room once'],
    [{ rooms: ['!'] }, 'the name of a room'],
    [{ load: 5 }, 'load'],
  ])('refuse %p', async (data, words) => {
    await expect(add(data)).rejects.toThrow(words);
  });

  it('may want it slower', async () => {
    await add({ speed: 1 });
    const { changes } = await live('1m');
    expect(changes.length).toBeLessThan(10);
  });
});
