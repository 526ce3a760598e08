// #region test
// energy-meter.spec.ts
import { expect, it } from '@jest/globals';
import { createTestHub, expectNoLeaks, mockHttp } from 'rxhome/testing';
import 'rxhome/testing/jest'; // or 'rxhome/testing/vitest'
import { energyMeter } from './energy-meter.js';

const reading = { serial: 'EM-7', watts: 230, kwh: 1041.7 };
const data = { url: 'http://meter.local', token: 'secret' };

it('shows the power, every 30 seconds, and leaves nothing behind', async () => {
  await using hub = createTestHub();
  const http = mockHttp(hub, { 'GET http://meter.local/reading': reading });
  hub.configEntries.registerIntegration(energyMeter);
  const entry = await hub.configEntries.add({ domain: 'energy_meter', data });
  expect(hub).toHaveState('sensor.power', 230, { unit_of_measurement: 'W' });

  http.route({ 'GET http://meter.local/reading': { ...reading, watts: 1500 } });
  await hub.advance('30s'); // at once
  expect(hub).toHaveState('sensor.power', 1500);

  http.route({ 'GET http://meter.local/reading': new Error('unplugged') });
  await hub.advance('30s');
  expect(hub).toHaveState('sensor.power', 'unavailable');

  await hub.configEntries.unload(entry.entryId);
  expect(hub).not.toHaveState('sensor.power');
  expectNoLeaks(hub);
});
// #endregion
