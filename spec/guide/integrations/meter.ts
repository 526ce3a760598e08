import {
  ConfigEntryAuthFailed,
  createHttpSession,
  DataUpdateCoordinator,
  defineIntegration,
  type HttpSession,
  HttpStatusError,
  Store,
  UpdateFailed,
} from 'rxhome';
import { z } from 'zod';
import { type Meter, Power, type Reading, reading } from './energy-meter.js';
import { type Config, config } from './with-options.js';

/** Stands for a library that knows nothing of hubs. */
export class PulseCounter {
  static last: PulseCounter | undefined;
  isOpen = true;
  readonly onPulse: () => void;

  constructor(onPulse: () => void) {
    this.onPulse = onPulse;
    PulseCounter.last = this;
  }

  close(): void {
    this.isOpen = false;
  }
}

// #region errors
async function read(api: HttpSession, signal: AbortSignal): Promise<Reading> {
  try {
    return await api.getJson('reading', { schema: reading, signal });
  } catch (cause) {
    const status = cause instanceof HttpStatusError ? cause.status : 0;
    if (status === 401) throw new ConfigEntryAuthFailed('The token was refused.', { cause });
    if (status === 429)
      throw new UpdateFailed('The meter wants a rest.', { retryAfterMs: 120_000, cause });
    throw cause;
  }
}
// #endregion

export const energyMeter = defineIntegration<Config, { meter: Meter; api: HttpSession }>({
  domain: 'energy_meter',
  configSchema: config,

  async setupEntry(hub, entry) {
    const { url, token, intervalMs } = entry.data;
    const headers = { authorization: `Bearer ${token}` };
    const api = createHttpSession(entry, { baseUrl: url, headers });
    const meter = new DataUpdateCoordinator(hub, {
      name: 'energy meter',
      updateIntervalMs: intervalMs,
      update: (signal) => read(api, signal),
    });
    await meter.firstRefresh();
    entry.runtimeData = { meter, api };

    // #region service
    hub.services.register(
      'energy_meter',
      'set_tariff',
      async ({ data, signal }) => {
        await api.postJson('tariff', data, { signal });
        await meter.requestRefresh(); // show what it did
      },
      { schema: z.object({ tariff: z.enum(['day', 'night']) }) },
    );
    // #endregion

    // #region on-unload
    const pulses = new PulseCounter(() => hub.bus.fire('energy_meter_pulse'));
    entry.onUnload(() => pulses.close());
    // #endregion

    // #region store
    const key = `energy_meter.${entry.entryId}`;
    const store = new Store<{ peak: number }>(hub, { key, version: 1 });
    const kept = (await store.load()) ?? { peak: 0 };

    meter.data$.subscribe(({ watts }) => {
      if (watts <= kept.peak) return;
      kept.peak = watts;
      store.saveLater(() => kept, 10_000);
    });
    // #endregion
    meter.data$.subscribe(() => hub.states.set('sensor.peak', kept.peak));

    await hub.configEntries.forwardEntrySetups(entry, ['sensor']);
  },

  // #region goodbye
  async unloadEntry(_hub, { runtimeData: { api } }) {
    await api.postJson('goodbye', undefined);
  },
  // #endregion

  platforms: {
    sensor: {
      setupEntry: (_hub, { runtimeData: { meter } }, { addEntities }) =>
        addEntities([new Power(meter)]),
    },
  },
});
