import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import { sun } from 'rxhome/integrations';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const GREENWICH = { latitude: 51.4779, longitude: 0 };
let hub: TestHub;
const at = (text: string): Promise<void> => hub.advance(new Date(text).getTime() - Date.now());
const add = (data: object): Promise<ConfigEntry> =>
  hub.configEntries.add({ domain: 'sun', data: { ...data } });

beforeEach(() => {
  hub = createTestHub();
  hub.configEntries.registerIntegration(sun);
});
afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

describe('sun', () => {
  it('shows the sun, and what it does next', async () => {
    await at('2030-06-21T12:00:00Z');
    await add(GREENWICH);
    const { state, attributes } = hub.states.get('sun.sun')!;
    expect(state).toBe('above_horizon');
    expect(attributes).toEqual({
      friendly_name: 'Sun',
      elevation: expect.closeTo(62, 0),
      azimuth: expect.closeTo(179, 0),
      next_dawn: expect.stringMatching(/^2030-06-22T02:5/),
      next_dusk: expect.stringMatching(/^2030-06-21T21:0/),
      next_rising: expect.stringMatching(/^2030-06-22T03:4/),
      next_setting: expect.stringMatching(/^2030-06-21T20:2/),
      next_noon: expect.stringMatching(/^2030-06-21T12:0/),
      next_midnight: expect.stringMatching(/^2030-06-22T00:0/),
    });
  });

  it('changes when it rises and sets, to the moment, and only then', async () => {
    await at('2030-03-01T00:00:00Z');
    await add(GREENWICH);
    const { next_rising: rises, next_setting: sets } = hub.states.get('sun.sun')!.attributes;
    const changes: unknown[] = [];
    hub.states.changes('sun.sun').subscribe(({ data: { oldState, newState } }) => {
      if (oldState?.state !== newState?.state)
        changes.push(newState?.state, new Date(newState?.lastChanged ?? 0).toISOString());
    });
    await hub.advance('24h');
    expect(changes).toEqual(['above_horizon', rises, 'below_horizon', sets]);
  });

  it.each(['2030-05-12T00:00:00Z', '2030-07-20T00:00:00Z', '2030-11-20T10:00:00Z'])(
    'is up or down by its height, also where the long day or night begins or ends: %s',
    async (from) => {
      await at(from);
      for (let hours = 0; hours < 12 * 24; hours += 5) {
        await hub.advance('5h');
        const entry = await add({ latitude: 69.65, longitude: 18.96 });
        const { state, attributes } = hub.states.get('sun.sun')!;
        const elevation = Number(attributes['elevation']);
        if (Math.abs(elevation) > 1)
          expect([state, elevation]).toEqual([
            elevation > 0 ? 'above_horizon' : 'below_horizon',
            elevation,
          ]);
        await hub.configEntries.remove(entry.entryId);
      }
    },
  );

  it('moves every five minutes', async () => {
    await at('2030-03-01T10:00:00Z');
    await add(GREENWICH);
    const seen: unknown[] = [];
    hub.states
      .changes('sun.sun')
      .subscribe(({ data }) => void seen.push(data.newState?.attributes['elevation']));
    await hub.advance('16m');
    expect(seen).toHaveLength(3);
    expect([...seen].sort()).toEqual(seen);
  });

  it('is up for weeks in the far north, and has no events at the pole', async () => {
    await at('2030-06-21T00:00:00Z');
    const entry = await add({ latitude: 69.65, longitude: 18.96 });
    expect(hub.states.is('sun.sun', 'above_horizon')).toBe(true);
    await hub.configEntries.remove(entry.entryId);
    expect(hub.states.get('sun.sun')).toBeUndefined();
    const pole = await add({ latitude: -90, longitude: 0 });
    expect(hub.states.get('sun.sun')).toMatchObject({
      state: 'below_horizon',
      attributes: { next_rising: null },
    });
    await hub.configEntries.remove(pole.entryId);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });

  it.each([
    [{}, 'latitude'],
    [{ latitude: 91, longitude: 0 }, 'expected degrees from -90 to 90'],
    [{ latitude: 0, longitude: '13' }, 'expected degrees from -180 to 180'],
    [{ ...GREENWICH, elevation: 5 }, 'elevation'],
  ])('refuses %j', async (data, words) => {
    await expect(add(data)).rejects.toThrow(words);
  });
});
