import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, jest } from '@jest/globals';
import { type ConfigEntry, defineIntegration, type Integration } from 'rxhome';
import {
  createTestHub,
  expectNoLeaks,
  mockHttp,
  type MockHttp,
  type TestHub,
} from 'rxhome/testing';
import 'rxhome/testing/jest';
import { energyMeter, PulseCounter } from './meter.js';
import { relays } from './relay.js';
import { energyMeter as smallest } from './smallest.js';
import { config, energyMeter as withOptions } from './with-options.js';

const reading = { serial: 'EM-7', watts: 230, kwh: 1041.7 };
const data = { url: 'http://meter.local', token: 'secret' };
const READING = 'GET http://meter.local/reading';

function home<Data, Runtime>(
  integration: Integration<Data, Runtime>,
  hub: TestHub = createTestHub(),
): { hub: TestHub; http: MockHttp; add: () => Promise<ConfigEntry> } {
  const http = mockHttp(hub, {
    [READING]: reading,
    'POST http://meter.local/tariff': {},
    'POST http://meter.local/goodbye': {},
  });
  hub.configEntries.registerIntegration(integration);
  const add = () =>
    hub.configEntries.add({ domain: 'energy_meter', title: 'Cellar', entryId: 'cellar', data });
  return { hub, http, add };
}

it('runs the smallest one', async () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const { hub } = await import('./main.js');
  expect(said).toHaveBeenCalledWith('loaded', '230');
  await hub.stop();
  said.mockRestore();
});

it('leaves a state that was set by hand', async () => {
  const { hub, add } = home(smallest);
  expect((await add()).state).toBe('loaded');
  await hub.configEntries.unload('cellar');
  expect(hub).toHaveState('sensor.power', 230, { unit_of_measurement: 'W' }); // set by hand
});

it('takes options, and refuses wrong ones before anything is set up', async () => {
  const { hub, add } = home(withOptions);
  // #region wrong-options
  const wrong = { url: 'meter', token: 'secret' };
  const adding = hub.configEntries.add({ domain: 'energy_meter', data: wrong });
  await expect(adding).rejects.toThrow(
    'The configuration of energy_meter is wrong: `url`: Invalid URL',
  );
  // #endregion
  expect(hub.configEntries.entries()).toEqual([]);
  expect((await add()).data).toEqual({ ...data, intervalMs: 30_000 });
});

it('has an entity that is polled', async () => {
  const { hub, http, add } = home(withOptions);
  await add();
  expect(hub).toHaveState('sensor.power', 230, { friendly_name: 'Power' });
  http.route({ [READING]: { watts: 1500 } });
  await hub.advance('30s');
  expect(hub).toHaveState('sensor.power', 1500);
});

it('has no entity when the first update fails, and reports that', async () => {
  const { hub, http, add } = home(withOptions);
  http.route({ [READING]: new Error('unplugged') });
  expect((await add()).state).toBe('loaded');
  expect(hub).not.toHaveState('sensor.power');
  expect(hub.errors).toMatchObject([{ name: 'add Power' }]);
});

it('has a service', async () => {
  const { hub, http, add } = home(energyMeter);
  await add();
  http.route({ [READING]: { ...reading, watts: 40 } });
  // #region call
  await hub.services.call('energy_meter', 'set_tariff', { tariff: 'night' });
  // #endregion
  expect(http.requests.at(-2)).toMatchObject({ method: 'POST', body: { tariff: 'night' } });
  expect(hub).toHaveState('sensor.power', 40);
});

it('has a relay, which obeys the service of all switches', async () => {
  const { hub, http, add } = home(
    defineIntegration({
      domain: 'energy_meter',
      configSchema: config,
      setupEntry: (own, entry) => own.configEntries.forwardEntrySetups(entry, ['switch']),
      platforms: { switch: relays },
    }),
  );
  http.route({ 'POST http://meter.local/boiler': {} });
  await add();
  // #region call-entity
  await hub.services.call('switch', 'turn_on', {}, { target: { entityId: 'switch.boiler' } });
  // #endregion
  expect(hub).toHaveState('switch.boiler', 'on');
  await hub.services.call('switch', 'turn_off', { entityId: 'all' });
  expect(hub).toHaveState('switch.boiler', 'off');
  expect(http.requests.map(({ body }) => body)).toEqual([{ state: 'on' }, { state: 'off' }]);
});

it('ends by itself, and what comes too late has no effect', async () => {
  const { hub, http, add } = home(energyMeter, createTestHub({ strict: false }));
  const pulses: unknown[] = [];
  hub.bus.listen('energy_meter_pulse', () => pulses.push('pulse'));
  const entry = await add();
  PulseCounter.last?.onPulse();
  // #region unload
  await hub.configEntries.unload(entry.entryId);
  // #endregion
  PulseCounter.last?.onPulse();
  expect(PulseCounter.last?.isOpen).toBe(false);
  expect(pulses).toEqual(['pulse']);
  expect(hub.errors).toMatchObject([
    { owner: 'energy_meter "Cellar"', error: { code: 'SCOPE_CLOSED' } },
  ]);
  expect(http.requests.at(-1)).toMatchObject({ url: 'http://meter.local/goodbye' });
  expect(hub.services.has('energy_meter', 'set_tariff')).toBe(false);
});

it('says with its errors what is to be done', async () => {
  const { hub, http, add } = home(energyMeter);
  const answer = (status: number): void => http.route({ [READING]: new Response('', { status }) });
  answer(503);
  const entry = await add();
  expect(entry.state).toBe('setup_retry');
  answer(401);
  await hub.advance('6s');
  expect(entry).toMatchObject({ state: 'setup_error', reason: 'The token was refused.' });

  http.route({ [READING]: reading });
  await hub.configEntries.reload(entry.entryId);
  answer(429);
  await hub.advance('30s');
  expect(hub).toHaveState('sensor.power', 'unavailable');
  const asked = http.requests.length;
  await hub.advance('119s');
  expect(http.requests).toHaveLength(asked);
  http.route({ [READING]: reading });
  await hub.advance('1s');
  expect(hub).toHaveState('sensor.power', 230);
  answer(401);
  await hub.advance('1h');
  expect(hub).toHaveState('sensor.power', 'unavailable');
  expect(http.requests).toHaveLength(asked + 2); // it is not asked with this token again
});

it('remembers over a restart', async () => {
  const configDir = await mkdtemp(join(tmpdir(), 'rxhome-guide-'));
  for (const watts of [1500, 230]) {
    const { hub, http, add } = home(energyMeter, createTestHub({ configDir }));
    http.route({ [READING]: { ...reading, watts } });
    await add();
    expect(hub).toHaveState('sensor.peak', 1500);
    await hub.stop();
    expectNoLeaks(hub);
  }
  await rm(configDir, { recursive: true });
});
