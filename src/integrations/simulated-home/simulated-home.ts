import { interval } from 'rxjs';
import { defineIntegration, type Entity, type Hub, type Platform } from 'rxhome';
import { untilUnload } from 'rxhome/operators';
import { offerLights } from '../lights/dimmable-light.js';
import { beginAutomations } from './automations.js';
import { offerHeating } from './entities.js';
import { Flat } from './flat.js';
import { Furnishing } from './furnishing.js';
import { type SimulatedHomeOptions, simulatedHomeOptions } from './options.js';

const TICK_MS = 1_000;

type Entry = Platform<SimulatedHomeOptions, Furnishing>;
type Adding = Parameters<Entry['setupEntry']>;

const add = (...[, { runtimeData }, { domain, addEntities }]: Adding): unknown =>
  addEntities(runtimeData.platforms[domain] ?? ([] satisfies Entity[]));

/**
 * A flat with somebody in it, for those who have no home at hand: motion, lights, a heating that
 * heats, a sun that rises every 24 minutes. Nothing of it is real, and each entity says so
 * (`simulated: true`); how it comes about is: it listens, sets, calls and waits like any integration.
 * For a seed the same happens again.
 */
export const simulatedHome = defineIntegration<SimulatedHomeOptions, Furnishing>({
  domain: 'simulated_home',
  configSchema: simulatedHomeOptions,

  async setupEntry(hub, entry) {
    const { rooms, speed } = entry.data;
    const flat = new Flat(entry.data);
    const things = new Furnishing(flat, rooms);
    entry.runtimeData = things;
    await hub.configEntries.forwardEntrySetups(entry, Object.keys(things.platforms));
    beginAutomations(hub, things, (flatMs) => flatMs / speed);
    beginLife(hub, flat, things, speed);
  },

  platforms: {
    sun: { setupEntry: add },
    sensor: { setupEntry: add },
    binary_sensor: { setupEntry: add },
    light: {
      setupEntry(...given) {
        offerLights(given[2]);
        return add(...given);
      },
    },
    switch: {
      setupEntry(...given) {
        offerHeating(given[2]);
        return add(...given);
      },
    },
  },
});

/**
 * Time is counted in ticks, not read from a clock, so that a loop that stood still changes nothing.
 * No timer of the hub's: what makes the flat live is no part of its life.
 */
function beginLife(hub: Hub, flat: Flat, things: Furnishing, speed: number): void {
  interval(TICK_MS)
    .pipe(untilUnload(hub.scope))
    .subscribe(() => {
      flat.advance((TICK_MS / 1000) * speed, things.heating.isOn);
      things.look();
    });
}
