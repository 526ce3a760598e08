import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import { time } from 'rxhome/integrations';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

let hub: TestHub;
const at = (text: string): Promise<void> => hub.advance(new Date(text).getTime() - Date.now());
const add = (data: object): Promise<ConfigEntry> =>
  hub.configEntries.add({ domain: 'time', data: { ...data } });
const shown = (): unknown[] =>
  ['sensor.date', 'sensor.time'].map((id) => hub.states.get(id)?.state);

beforeEach(() => {
  hub = createTestHub();
  hub.configEntries.registerIntegration(time);
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

describe('time', () => {
  it('shows the time of day and the date of a zone', async () => {
    await at('2030-12-31T22:58:30Z');
    await add({ time_zone: 'Europe/Berlin' });
    expect(shown()).toEqual(['2030-12-31', '23:58']);
    await hub.advance('29999ms');
    expect(shown()).toEqual(['2030-12-31', '23:58']);
    await hub.advance(1);
    expect(shown()).toEqual(['2030-12-31', '23:59']);
    await hub.advance('1m');
    expect(shown()).toEqual(['2031-01-01', '00:00']);
  });

  it('follows summer time', async () => {
    await at('2030-03-31T00:59:00Z');
    await add({ time_zone: 'Europe/Berlin' });
    expect(shown()).toEqual(['2030-03-31', '01:59']);
    await hub.advance('1m');
    expect(shown()).toEqual(['2030-03-31', '03:00']);
  });

  it('has a new day also where midnight is left out', async () => {
    await at('2030-09-08T03:59:00Z');
    await add({ time_zone: 'America/Santiago' });
    expect(shown()).toEqual(['2030-09-07', '23:59']);
    await hub.advance('1m');
    expect(shown()).toEqual(['2030-09-08', '01:00']);
  });

  it('takes its sensors along, and shows nothing twice', async () => {
    const entry = await add({});
    let changes = 0;
    hub.states.changes('sensor.time').subscribe(() => {
      changes++;
    });
    await hub.advance('10m');
    expect(changes).toBe(10);
    await hub.configEntries.unload(entry.entryId);
    expect(shown()).toEqual([undefined, undefined]);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });

  it.each([
    [{ time_zone: 'Mars/Crater' }, 'expected a time zone like `Europe/Berlin`'],
    [{ time_zone: 1 }, 'expected a time zone like `Europe/Berlin`'],
    [{ zone: 'UTC' }, 'zone'],
  ])('refuses %j', async (data, words) => {
    await expect(add(data)).rejects.toThrow(words);
  });
});
