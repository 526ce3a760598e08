import { expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import {
  createTestHub,
  expectNoLeaks,
  mockHttp,
  type MockHttp,
  type TestHub,
} from 'rxhome/testing';
import 'rxhome/testing/jest'; // expect(hub).toHaveState(…)
import { energyMeter } from './energy-meter.js';

const reading = { serial: 'EM-7', watts: 230, kwh: 1041.7 };

/** A hub with a meter that answers. */
function home(): { hub: TestHub; http: MockHttp } {
  const hub = createTestHub();
  const http = mockHttp(hub, { 'GET http://meter.local/reading': reading });
  hub.configEntries.registerIntegration(energyMeter);
  return { hub, http };
}

function add(hub: TestHub): Promise<ConfigEntry> {
  const data = { url: 'http://meter.local', token: 'secret' };
  return hub.configEntries.add({ domain: 'energy_meter', title: 'Cellar', data });
}

it('shows what the meter reads, every 30 seconds', async () => {
  const { hub, http } = home();
  await add(hub);
  expect(hub).toHaveState('sensor.power', 230, { unit_of_measurement: 'W' });
  expect(hub).toHaveState('sensor.energy', 1041.7, { unit_of_measurement: 'kWh' });

  http.route({ 'GET http://meter.local/reading': { ...reading, watts: 1500 } });
  await hub.advance('30s'); // at once: time is virtual
  expect(hub).toHaveState('sensor.power', 1500);
  expect(http.requests).toHaveLength(2);
  expect(http.requests[0]?.headers).toMatchObject({ authorization: 'Bearer secret' });
});

it('is unavailable while the meter does not answer', async () => {
  const { hub, http } = home();
  await add(hub);
  http.route({ 'GET http://meter.local/reading': new Error('unplugged') });
  await hub.advance('30s');
  expect(hub).toHaveState('sensor.power', 'unavailable');

  http.route({ 'GET http://meter.local/reading': reading });
  await hub.advance('1m'); // who fails is asked half as often
  expect(hub).toHaveState('sensor.power', 230);
});

it('is set up again later when the meter is not there', async () => {
  const { hub, http } = home();
  http.route({ 'GET http://meter.local/reading': new Response('booting', { status: 503 }) });
  const entry = await add(hub);
  expect(entry).toMatchObject({ state: 'setup_retry', reason: expect.stringContaining('503') });

  http.route({ 'GET http://meter.local/reading': reading });
  await hub.advance('6s');
  expect(entry.state).toBe('loaded');
});

it('sets the tariff, and shows what that changes', async () => {
  const { hub, http } = home();
  await add(hub);
  http.route({
    'POST http://meter.local/tariff': new Response(null, { status: 204 }),
    'GET http://meter.local/reading': { ...reading, watts: 40 },
  });
  await hub.services.call('energy_meter', 'set_tariff', { tariff: 'night' });
  expect(http.requests.at(-2)).toMatchObject({ method: 'POST', body: { tariff: 'night' } });
  expect(hub).toHaveState('sensor.power', 40);
  await expect(hub.services.call('energy_meter', 'set_tariff', { tariff: 'dawn' })).rejects.toThrow(
    '`tariff`',
  );
});

it('leaves nothing behind', async () => {
  const { hub, http } = home();
  const entry = await add(hub);
  await hub.configEntries.unload(entry.entryId);
  await hub.advance('10m');
  expect(http.requests).toHaveLength(1);
  expect(hub).not.toHaveState('sensor.power');
  expectNoLeaks(hub);
});
