import {
  CoordinatorEntity,
  createHttpSession,
  DataUpdateCoordinator,
  defineIntegration,
} from 'rxhome';
import { z } from 'zod';
import { type Config, config } from './with-options.js';

// #region reading
const reading = z.object({ serial: z.string(), watts: z.number(), kwh: z.number() });

type Reading = z.infer<typeof reading>;
type Meter = DataUpdateCoordinator<Reading>;
// #endregion

// #region entities
class Power extends CoordinatorEntity<Reading> {
  override readonly name = 'Power';
  override readonly uniqueId = `${this.coordinator.data?.serial ?? ''} power`;
  override readonly attributes = { unit_of_measurement: 'W' };

  override get state(): number | null {
    return this.coordinator.data?.watts ?? null;
  }
}
// #endregion

export const energyMeter = defineIntegration<Config, Meter>({
  domain: 'energy_meter',
  configSchema: config,

  // #region fetch
  async setupEntry(hub, entry) {
    const { url, token, intervalMs } = entry.data;
    const headers = { authorization: `Bearer ${token}` };
    const api = createHttpSession(entry, { baseUrl: url, headers });

    const meter = new DataUpdateCoordinator(hub, {
      name: 'energy meter',
      updateIntervalMs: intervalMs,
      update: (signal) => api.getJson('reading', { schema: reading, signal }),
    });
    await meter.firstRefresh();
    entry.runtimeData = meter;
    await hub.configEntries.forwardEntrySetups(entry, ['sensor']);
  },

  platforms: {
    sensor: {
      setupEntry: (_hub, { runtimeData: meter }, { addEntities }) =>
        addEntities([new Power(meter)]),
    },
  },
  // #endregion
});

export { Power, reading };
export type { Meter, Reading };
