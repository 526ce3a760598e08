// An integration as a user writes it: an energy meter in the cellar that answers over HTTP.
// Its test stands beside it; `npm run examples 06` runs it with a meter made of twenty lines.
import {
  CoordinatorEntity,
  createHttpSession,
  DataUpdateCoordinator,
  defineIntegration,
} from 'rxhome';
import { z } from 'zod';

const config = z.object({
  url: z.url(),
  token: z.string(),
  intervalMs: z.number().positive().default(30_000),
});
const reading = z.object({ serial: z.string(), watts: z.number(), kwh: z.number() });
const tariff = z.object({ tariff: z.enum(['day', 'night']) });

type Config = z.infer<typeof config>;
type Reading = z.infer<typeof reading>;

class Power extends CoordinatorEntity<Reading> {
  override readonly name = 'Power';
  override readonly uniqueId = `${this.coordinator.data?.serial ?? ''} power`;
  override readonly attributes = { unit_of_measurement: 'W', device_class: 'power' };
  override get state(): number | null {
    return this.coordinator.data?.watts ?? null;
  }
}

class Energy extends CoordinatorEntity<Reading> {
  override readonly name = 'Energy';
  override readonly uniqueId = `${this.coordinator.data?.serial ?? ''} energy`;
  override readonly attributes = { unit_of_measurement: 'kWh', device_class: 'energy' };
  override get state(): number | null {
    return this.coordinator.data?.kwh ?? null;
  }
}

export const energyMeter = defineIntegration<Config, DataUpdateCoordinator<Reading>>({
  domain: 'energy_meter',
  configSchema: config,

  async setupEntry(hub, entry) {
    const { url, token, intervalMs } = entry.data;
    const headers = { authorization: `Bearer ${token}` };
    const api = createHttpSession(entry, { baseUrl: url, headers });
    const meter = new DataUpdateCoordinator(hub, {
      name: entry.title,
      updateIntervalMs: intervalMs,
      update: (signal) => api.getJson('reading', { schema: reading, signal }),
    });
    await meter.firstRefresh(); // no answer: the entry is set up again later
    entry.runtimeData = meter;

    hub.services.register(
      'energy_meter',
      'set_tariff',
      async ({ data, signal }) => {
        await api.postJson('tariff', data, { signal });
        await meter.requestRefresh();
      },
      { schema: tariff },
    );
    await hub.configEntries.forwardEntrySetups(entry, ['sensor']);
  },

  platforms: {
    sensor: {
      setupEntry: (_hub, { runtimeData: meter }, { addEntities }) =>
        addEntities([new Power(meter), new Energy(meter)]),
    },
  },
});
