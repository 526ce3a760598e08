import {
  type ConfigEntry,
  defineIntegration,
  type Hub,
  sleep,
  slugify,
  trackInterval,
} from 'rxhome';
import type { Machine } from './machine.js';
import { type SystemMonitorOptions, systemMonitorOptions } from './options.js';
import { quickReadings, slowReadings } from './readings.js';
import { Sampler } from './sampler.js';
import { thisMachine } from './this-machine.js';

// A rate needs two readings; nobody wants to wait a whole interval for the second one.
const SECOND_SAMPLE_MS = 1_000;
// A temperature moves slowly, and asking for it starts a program.
const SLOW_INTERVAL_MS = 30_000;

/** How the machine is that runs the hub: processor, memory, load, network, disk and more. */
export const systemMonitor = defineIntegration<SystemMonitorOptions, Sampler>({
  domain: 'system_monitor',
  configSchema: systemMonitorOptions,

  setupEntry(hub, entry) {
    monitor(hub, entry, thisMachine(hub));
  },

  unloadEntry(_hub, entry) {
    entry.runtimeData.removeAll();
  },
});

/** Begins the sampling of `machine`; samplings of one kind never overlap. */
export function monitor(
  hub: Hub,
  entry: ConfigEntry<SystemMonitorOptions, Sampler>,
  machine: Machine,
): void {
  const sampler = new Sampler(hub, slugify(entry.title));
  entry.runtimeData = sampler;
  const intervalMs = entry.data.interval_seconds * 1000;
  const quick = quickReadings(machine, entry.data);
  const slow = slowReadings(machine, entry.data);

  void entry.createBackgroundTask(
    async (signal) => {
      await sampler.sample(quick);
      await sleep(Math.min(SECOND_SAMPLE_MS, intervalMs), { signal });
      await sampler.sample(quick);
      trackInterval(hub, () => sampler.sample(quick), intervalMs, { name: 'sample' });
    },
    { name: 'first samples' },
  );

  if (slow.length === 0) return;
  const slowIntervalMs = Math.max(SLOW_INTERVAL_MS, intervalMs);
  const options = { name: 'sample what is slow', immediate: true };
  trackInterval(hub, () => sampler.sample(slow), slowIntervalMs, options);
}
