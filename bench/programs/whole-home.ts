/**
 * One million changes in a home of 1,000 entities, 200 automations and 20 coordinators, in real
 * time; prints what came out. `node --expose-gc --import tsx whole-home.ts [nobody|activity|page]`
 */
import { setImmediate as turn } from 'node:timers/promises';
import { callback, DataUpdateCoordinator, Hub } from 'rxhome';
import { automation } from 'rxhome/integrations';
import { quantile } from '../harness/result.js';

const ENTITIES = 1000;
const AUTOMATIONS = 200;
const COORDINATORS = 20;
const CHANGES = Number(process.env['BENCH_CHANGES'] ?? 1_000_000);
const AT_ONCE = 100; // then the loop turns
const ALARM_EVERY = 10; // times an entity with an automation is set

const watcher = process.argv[2] ?? 'nobody';
const ignore = (): void => undefined;
const logger = { debug: ignore, info: ignore, warn: ignore, error: console.error };
const hub = new Hub({ logger }); // the watchdog tells of collecting garbage, and of nothing else
hub.errors$.subscribe(({ error }) => console.error(error));

const begun = new Float64Array(AUTOMATIONS);
const took: number[] = [];
let heard = 0;

// What an alarm leads to: the automation calls a service, which turns a light on.
hub.services.register('light', 'turn_on', ({ data }) => {
  hub.states.set(String(data['entityId']), `at ${took.length}`);
});
hub.configEntries.registerIntegration(automation);
for (let i = 0; i < AUTOMATIONS; i++) {
  await hub.configEntries.add({
    domain: 'automation',
    title: `Alarm ${i}`,
    data: {
      triggers: [{ state: `sensor.number_${i}`, to: 'alarm' }],
      actions: [{ call: 'light.turn_on', target: { entityId: `light.number_${i}` } }],
    },
  });
  hub.states.changes(`light.number_${i}`).subscribe(() => {
    took.push(performance.now() - (begun[i] ?? 0));
  });
}
for (let i = 0; i < COORDINATORS; i++) {
  let polls = 0;
  const options = { name: `meter ${i}`, updateIntervalMs: 100, update: () => ++polls };
  const coordinator = new DataUpdateCoordinator<number>(hub, options);
  for (let n = 0; n < 5; n++)
    coordinator.addListener(() => hub.states.set(`meter.number_${i}_${n}`, polls));
}
hub.bus.listen(
  'state_changed',
  callback(() => heard++),
);
await hub.start();

const ids = Array.from({ length: ENTITIES }, (_, i) => `sensor.number_${i}`);
const texts = Array.from({ length: 100 }, (_, i) => String(i));
const attributes = { unit_of_measurement: '°C', friendly_name: 'Number', device_class: 'power' };

async function change(count: number): Promise<void> {
  for (let n = 0; n < count; n += AT_ONCE) {
    for (let i = n; i < n + AT_ONCE; i++) {
      const at = i % ENTITIES;
      const times = Math.floor(i / ENTITIES);
      const isAlarm = at < AUTOMATIONS && times % ALARM_EVERY === 0;
      if (isAlarm) begun[at] = performance.now();
      hub.states.set(ids[at] as string, isAlarm ? 'alarm' : (texts[times % 100] ?? ''), attributes);
    }
    await turn();
  }
}

const page = await watch();
await change(CHANGES / 10); // compiled by now
await hub.blockTillDone();
const before = heap();
const heardBefore = heard;
took.length = 0;
const from = performance.now();
await change(CHANGES);
await hub.blockTillDone();
const ms = performance.now() - from;
const times = took.splice(0);
const events = heard - heardBefore;
const retained = heap() - before;
const read = await page();
process.stdout.write(
  JSON.stringify({
    ns: (ms * 1e6) / CHANGES,
    rate: (events / ms) * 1000,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    runs: times.length,
    bytes: retained,
    ...(read !== undefined && { read }),
  }),
);
await hub.stop();
process.exit(); // the reader of the page may not have heard yet that it is over

/** Lets somebody look; the result ends that, and tells how many bytes were read. */
async function watch(): Promise<() => Promise<number | undefined>> {
  if (watcher === 'page') return (await import('./attach-page.js')).attachPage(hub);
  let lines = 0;
  if (watcher === 'activity') hub.activity$.subscribe(() => lines++);
  return async () => undefined;
}

function heap(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}
