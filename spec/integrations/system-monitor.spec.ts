import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Machine } from '../../src/integrations/system-monitor/machine.js';
import { monitorOf } from '../../src/integrations/system-monitor/system-monitor.js';
import { thisMachine } from '../../src/integrations/system-monitor/this-machine.js';
import { createHome, type Home } from './home.js';
import { until } from './until.js';

let home: Home;
beforeEach(async () => {
  home = await createHome();
});
afterEach(() => home.close());

const stateOf = (key: string): string | undefined =>
  home.hub.states.get(`sensor.system_monitor_${key}`)?.state;

/** A machine on which everything is easy to compute. */
function steadyMachine(): Machine {
  let looks = 0;
  return {
    processor: async () => ({ busy: looks * 25, idle: looks * 75 }),
    memory: async () => ({ used: 1, total: 3 }),
    load: async () => 0.5,
    network: async () => ({ received: looks * 1000, sent: looks * 500 }),
    disk: async () => ({ used: 1, total: 2 }),
    uptime: async () => 7200,
    temperature: async () => 48.26,
    battery: async () => 80,
    seconds: () => ++looks, // asked once per sampling
  };
}

/** The integration on another machine. */
async function monitor(machine: Machine, data: Record<string, unknown> = {}): Promise<void> {
  home.hub.configEntries.registerIntegration(monitorOf(() => machine));
  await home.add({ domain: 'system_monitor', data: { interval_seconds: 1, ...data } });
}

describe('system_monitor', () => {
  it('reads this machine', async () => {
    await home.add({ domain: 'system_monitor' });
    await until('the processor', () => stateOf('processor_use'));
    await until('the network', () => stateOf('network_in'));
    const uptime = Number(((await readFile('/proc/uptime', 'utf8')).split(' ') as [string])[0]);
    expect(Number(stateOf('processor_use'))).toBeGreaterThanOrEqual(0);
    expect(Number(stateOf('memory_use'))).toBeGreaterThan(0);
    expect(Number(stateOf('disk_use'))).toBeGreaterThan(0);
    expect(Number(stateOf('network_in'))).toBeGreaterThanOrEqual(0);
    expect(Number(stateOf('uptime'))).toBeCloseTo(uptime / 3600, 0);
    const temperature = await until('the temperature', () => stateOf('temperature'));
    expect(temperature === 'unavailable' || Number(temperature) > 0).toBe(true);
    expect(home.hub.states.get('sensor.system_monitor_network_in')?.attributes).toEqual({
      friendly_name: 'Network in',
      state_class: 'measurement',
      unit_of_measurement: 'B/s',
      device_class: 'data_rate',
    });
    expect(home.errors).toEqual([]);
  });

  it('computes rates from two readings, and writes none before', async () => {
    const machine = steadyMachine();
    const before: unknown[] = [];
    const processor = (): ReturnType<Machine['processor']> => {
      before.push(['memory_use', 'processor_use'].map(stateOf));
      return machine.processor();
    };
    await monitor({ ...machine, processor });
    await until('the processor', () => stateOf('processor_use'));
    expect(before.slice(0, 2)).toEqual([
      [undefined, undefined],
      ['33.3', undefined],
    ]);
    const keys = ['processor_use', 'memory_use', 'load_1_min', 'network_in', 'network_out'];
    expect(keys.map(stateOf)).toEqual(['25', '33.3', '0.5', '1000', '500']);
    const others = ['disk_use', 'uptime', 'temperature', 'battery'];
    expect(others.map(stateOf)).toEqual(['50', '2', '48.3', '80']);
  });

  it('says unavailable, never 0, for what the machine does not have', async () => {
    const nothing = async (): Promise<null> => null;
    await monitor({
      processor: nothing,
      memory: nothing,
      load: nothing,
      network: nothing,
      disk: nothing,
      uptime: nothing,
      temperature: nothing,
      battery: nothing,
      seconds: () => 0,
    });
    await until('the memory', () => stateOf('memory_use'));
    await until('the battery', () => stateOf('battery'));
    const states = home.hub.states.all('sensor').map(({ state }) => state);
    expect(new Set(states)).toEqual(new Set(['unavailable']));
    expect(states).toHaveLength(9);
    expect(home.log).toEqual([]);
  });

  it('works without /proc', async () => {
    const machine = thisMachine(home.hub, '/there-is-no-proc');
    expect(await machine.processor()).toMatchObject({ idle: expect.any(Number) });
    expect(await machine.network()).toMatchObject({ received: expect.any(Number) });
  });

  it('tells of a failing reading once and of its recovery once; the others go on', async () => {
    let isBroken = true;
    let calls = 0;
    const disk = async (): Promise<{ used: number; total: number }> => {
      calls++;
      if (isBroken) throw new Error('no such disk');
      return { used: 1, total: 4 };
    };
    await monitor({ ...steadyMachine(), disk }, { disk_path: '/mnt' });
    await until('the second sampling', () => calls > 1);
    expect([stateOf('disk_use'), stateOf('memory_use')]).toEqual(['unavailable', '33.3']);
    isBroken = false;
    await until('the recovery', () => stateOf('disk_use') === '25');
    expect(home.log).toEqual([
      'system_monitor: disk /mnt cannot be read: no such disk',
      'system_monitor: disk /mnt can be read again.',
    ]);
  });

  it('never samples twice at once', async () => {
    let running = 0;
    let most = 0;
    let calls = 0;
    const load = async (): Promise<number> => {
      calls++;
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1_200));
      running--;
      return 1;
    };
    const machine = { ...steadyMachine(), load };
    await monitor(machine);
    await until('a second sampling', () => calls > 1);
    expect(most).toBe(1);
  });

  it('takes its sensors along when it is unloaded', async () => {
    const entry = await home.add({ domain: 'system_monitor' });
    await until('the memory', () => stateOf('memory_use'));
    await home.hub.configEntries.unload(entry.entryId);
    expect(home.hub.states.count('sensor')).toBe(0);
    expect(home.errors).toEqual([]);
  });

  it.each([
    [{ interval_seconds: 'soon' }, 'interval_seconds'],
    [{ interval_seconds: 0 }, 'expected at least 1 second'],
    [{ intervall: 5 }, 'intervall'],
  ])('refuses %j', async (data, words) => {
    await expect(home.add({ domain: 'system_monitor', data })).rejects.toThrow(words);
  });
});
