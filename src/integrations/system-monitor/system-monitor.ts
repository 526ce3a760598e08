import {
  defineIntegration,
  type Hub,
  type Integration,
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

/** The integration, for a machine. */
export function monitorOf(machineOf: (hub: Hub) => Machine): Integration<SystemMonitorOptions> {
  return defineIntegration<SystemMonitorOptions>({
    domain: 'system_monitor',
    configSchema: systemMonitorOptions,

    setupEntry: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, ['sensor']),

    platforms: {
      sensor: {
        setupEntry(hub, { title, data }, sensors) {
          beginSampling(hub, data, machineOf(hub), new Sampler(hub, slugify(title), sensors));
        },
      },
    },
  });
}

/** How the machine is that runs the hub: processor, memory, load, network, disk and more. */
export const systemMonitor = monitorOf((hub) => thisMachine(hub));

/** Samplings of one kind never overlap. */
function beginSampling(
  hub: Hub,
  wanted: SystemMonitorOptions,
  machine: Machine,
  sampler: Sampler,
): void {
  const intervalMs = wanted.interval_seconds * 1000;
  const quick = quickReadings(machine, wanted);
  const slow = slowReadings(machine, wanted);

  void hub.createBackgroundTask(
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
