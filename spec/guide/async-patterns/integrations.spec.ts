import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type Hub, type Integration, Store } from 'rxhome';
import { createTestHub, expectNoLeaks, mockHttp, mockService } from 'rxhome/testing';
import 'rxhome/testing/jest';
import { z } from 'zod';
import { type Boiler, heating, newCoordinator, url } from './boiler.js';
import { load, run } from './home.js';

it('fetches in one place, and minds what the source wants', async () => {
  await using hub = createTestHub();
  const http = mockHttp(hub, { [`GET ${url}`]: { celsius: 60 } });
  const boiler = newCoordinator(hub);
  const shown: unknown[] = [];
  boiler.addListener(() => {
    shown.push(boiler.lastUpdateSuccess ? boiler.data?.celsius : String(boiler.lastException));
  });
  await hub.advance('1m');
  http.route({ [`GET ${url}`]: new Response('', { status: 429 }) });
  await hub.advance('1m');
  http.route({ [`GET ${url}`]: { celsius: 70 } });
  await hub.advance('299s');
  expect(shown).toEqual([60, 'UpdateFailed: The boiler is busy.']);
  await hub.advance('1s');
  expect(shown.at(-1)).toBe(70);
  http.route({ [`GET ${url}`]: () => new Promise(() => undefined) });
  await hub.advance('65s');
  expect(boiler.lastException).toMatchObject({ code: 'TIMEOUT' });
  expect(hub.errors).toHaveLength(2); // each failure once
});

async function loadHeating() {
  const home = createTestHub();
  const http = mockHttp(home, {
    [`GET ${url}`]: { celsius: 60 },
    'POST http://boiler.local/heat': () => {
      http.route({ [`GET ${url}`]: { celsius: 80 } });
      return {};
    },
  });
  const { entry } = await load(heating as Integration, home);
  return { home, entry };
}

it('brings up platforms, and takes their entities away', async () => {
  const { home, entry } = await loadHeating();
  expect(home).toHaveState('sensor.boiler', 60);
  expect(home).toHaveState('switch.pump', 'off');
  await home.configEntries.unload(entry.entryId);
  expect(home.states.all()).toEqual([]);
  expectNoLeaks(home);
  await home.stop();
});

it('takes over what is known in a callback, and asks in a coroutine', async () => {
  const { home, entry } = await loadHeating();
  const boiler = entry.runtimeData as Boiler;
  await run(home, () => boiler.heat());
  expect(home).toHaveState('sensor.boiler', 80);
  expect(boiler.highest).toBe(80);
  await home.stop();
});

it('offers a service, and ends it with the entry', async () => {
  const wanted: unknown[] = [];
  const { hub: home, entry } = await load((hub) => {
    const heater = { heat: async (...args: unknown[]) => wanted.push(args.slice(0, 2)) };
    // #region service
    const schema = z.object({ room: z.string(), celsius: z.number().max(28) });

    hub.services.register(
      'heating',
      'heat',
      async ({ data, signal }) => {
        await heater.heat(data.room, data.celsius, signal);
        return { minutes: 20 };
      },
      { schema, supportsResponse: 'optional' },
    );
    // #endregion
  });
  const heat = (data: object) =>
    home.services.call('heating', 'heat', { ...data }, { returnResponse: true });
  expect(await heat({ room: 'bath', celsius: 24 })).toEqual({ minutes: 20 });
  await expect(heat({ room: 'bath', celsius: 99 })).rejects.toThrow('`celsius`');
  expect(wanted).toEqual([['bath', 24]]);
  await home.configEntries.unload(entry.entryId);
  expect(home.services.has('heating', 'heat')).toBe(false);
  await home.stop();
});

it('calls a service, and awaits it or does not', async () => {
  await using hub = createTestHub();
  mockService(hub, 'light', 'turn_on');
  mockService(hub, 'heating', 'heat', { minutes: 20 });
  const minutes = await run(hub, async () => {
    // #region service-call
    const target = { entityId: 'light.bath' };
    hub.services.call('light', 'turn_on', { brightness: 80 }, { target }); // begun, that will do

    const data = { room: 'bath', celsius: 24 };
    const { minutes } = await hub.services.call('heating', 'heat', data, {
      returnResponse: true,
      timeoutMs: 10_000,
    });
    // #endregion
    return minutes;
  });
  expect(minutes).toBe(20);
  expect(hub).toHaveCalledService('light', 'turn_on', { entityId: 'light.bath', brightness: 80 });
});

it('remembers over a restart', async () => {
  const begin = async (hub: Hub): Promise<void> => {
    // #region store
    const store = new Store<{ starts: number }>(hub, { key: 'heating.counts', version: 1 });
    const counts = (await store.load()) ?? { starts: 0 };

    counts.starts++;
    store.saveLater(() => counts, 10_000);
    // #endregion
    hub.states.set('sensor.starts', counts.starts);
  };
  const configDir = await mkdtemp(join(tmpdir(), 'rxhome-guide-'));
  for (const starts of [1, 2]) {
    const { hub } = await load(begin, createTestHub({ configDir }));
    expect(hub).toHaveState('sensor.starts', starts);
    await hub.stop();
  }
  await rm(configDir, { recursive: true });
});
