import { asyncScheduler, interval } from 'rxjs';
import { defineIntegration, type Hub, type Integration, runUncaused } from 'rxhome';

/** What the load is called, so that nobody takes it for something that happened. */
export const LOAD_TITLE = 'Synthetic load';

const DOMAIN = 'synthetic_load';
const SENSORS = 20;
const STEP_MS = 20;
const MOST_BEHIND_MS = 1_000;
const MOST = 100_000;

/**
 * An integration that does nothing but load: so many events and changes of states per second, half
 * and half, over twenty entities. To see how the hub and its page fare.
 */
export function loadOf(perSecond: number): Integration {
  return defineIntegration({
    domain: DOMAIN,
    async setupEntry(hub, entry) {
      let left = 0;
      let count = 0;
      let at = asyncScheduler.now();
      // Not one of the hub's own timers: those are told of, and this is 50 times a second.
      const steps = runUncaused(() =>
        interval(STEP_MS).subscribe(() => {
          // By the time that has passed: a busy machine skips steps, and a second of them comes back.
          const now = asyncScheduler.now();
          left += (perSecond * Math.min(MOST_BEHIND_MS, Math.max(0, now - at))) / 1_000;
          at = now;
          for (; left >= 1; left--) act(hub, count++);
        }),
      );
      entry.onUnload(() => steps.unsubscribe());
    },
  });
}

/** The entry of it. */
export const loadEntry = { domain: DOMAIN, title: LOAD_TITLE, data: {} } as const;

/** Whether so much may be asked for. */
export function isLoad(perSecond: number): boolean {
  return Number.isInteger(perSecond) && perSecond >= 1 && perSecond <= MOST;
}

function act(hub: Hub, count: number): void {
  const sensor = `load_${Math.floor(count / 2) % SENSORS}`;
  if (count % 2 === 0) hub.bus.fire('synthetic_load', { sensor, count });
  else hub.states.set(`sensor.${sensor}`, count);
}
