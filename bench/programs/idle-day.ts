/**
 * A hub with 100 entities that has nothing to do for days, in virtual time: what is there at the end
 * of a day that was not there at its beginning. `node --expose-gc --import tsx idle-day.ts [polled]`
 */
import { DataUpdateCoordinator } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const ENTITIES = 100;
const DAYS = 15;
const realTurn = setImmediate; // before time is virtual

const hub = createTestHub({ watchdog: false, leaks: 'ignore' });
for (let i = 0; i < ENTITIES; i++) {
  hub.states.set(`sensor.number_${i}`, i, { unit_of_measurement: '°C' });
  hub.states.changes(`sensor.number_${i}`).subscribe();
}
if (process.argv[2] === 'polled') {
  const options = { name: 'meter', updateIntervalMs: 30_000, update: () => Date.now() };
  const coordinator = new DataUpdateCoordinator<number>(hub, options);
  for (let i = 0; i < ENTITIES; i++)
    coordinator.addListener(() =>
      hub.states.set(`sensor.number_${i}`, (coordinator.data ?? 0) % 7),
    );
}
await hub.start();
const days: Awaited<ReturnType<typeof held>>[] = [];
for (let day = 0; day < DAYS; day++) {
  await hub.advance('24h');
  days.push(await held());
}
await hub.stop();
process.stdout.write(
  JSON.stringify({
    bytes: growth('bytes'),
    handles: growth('handles'),
    held: growth('held'),
  }),
);
process.exit(); // a test hub that nobody closed has nothing to say here

/** By how much it grows in a day: the median, because V8 keeps and drops 200 kB of its own at times. */
function growth(key: keyof (typeof days)[number]): number {
  const daily = days.slice(1).map((day, i) => day[key] - (days[i]?.[key] ?? NaN));
  return daily.sort((a, b) => a - b)[daily.length >> 1] ?? NaN;
}

async function held() {
  for (let i = 0; i < 5; i++) {
    await new Promise<void>((next) => realTurn(next));
    globalThis.gc?.();
  }
  const counts = Object.values(hub.bus.listenerCounts());
  return {
    bytes: process.memoryUsage().heapUsed,
    handles: process.getActiveResourcesInfo().length,
    held: hub.scope.size + counts.reduce((sum, count) => sum + count, 0),
  };
}
