// An integration: a device that is polled over HTTP, with two entities and a service.
// Read 06-integration/energy-meter.ts first. Run it: npm run examples 06
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Hub } from 'rxhome';
import { energyMeter } from './06-integration/energy-meter.js';

// The device: it measures, and does what it is told by whoever has its token.
const device = { serial: 'EM-7', watts: 230, kwh: 1041.7 };
const server = createServer((request, response) => {
  response.statusCode = request.headers.authorization === 'Bearer secret' ? 200 : 401;
  if (request.url === '/tariff') device.watts = 40;
  response.end(JSON.stringify(device));
}).listen(0, '127.0.0.1');
await new Promise((resolve) => server.once('listening', resolve));
const { port } = server.address() as AddressInfo;

const hub = new Hub({ logger: { ...console, error: (message) => console.log(message) } });
hub.states
  .changes({ domain: 'sensor' })
  .subscribe(({ data }) => console.log(`${data.entityId}: ${data.newState?.state ?? 'gone'}`));
hub.configEntries.registerIntegration(energyMeter);
await hub.start();

const data = { url: `http://127.0.0.1:${port}`, token: 'secret', intervalMs: 100 };
const entry = await hub.configEntries.add({ domain: 'energy_meter', title: 'Cellar', data });
//=> sensor.power: 230
//=> sensor.energy: 1041.7

device.watts = 1500; // somebody bakes a cake
await hub.bus.waitFor('state_changed', { timeoutMs: 10_000 });
//=> sensor.power: 1500

await hub.services.call('energy_meter', 'set_tariff', { tariff: 'night' });
//=> sensor.power: 40

const wrong = hub.services.call('energy_meter', 'set_tariff', { tariff: 'dawn' });
await wrong.catch((error: unknown) => console.log(String(error)));
//=> ServiceValidationError: The data for `energy_meter.set_tariff` is wrong: `tariff`: …

await hub.configEntries.unload(entry.entryId); // polling, service and entities end with it
//=> sensor.energy: gone
//=> sensor.power: gone
console.log(`${entry.state}, ${hub.services.has('energy_meter', 'set_tariff')}`);
//=> not_loaded, false

await hub.stop();
server.close();
