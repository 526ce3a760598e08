/**
 * What it costs that the loop is watched, in one process, taking turns: a hub with the watchdog, a
 * hub without. `npm run build && node --import tsx bench/watchdog.ts [rounds]`, about 75 s a round.
 * No question of `run.ts`: what is asked is processor time of the whole process, threads included.
 */
import { cpus } from 'node:os';
import { callback, Hub } from 'rxhome';

const ROUNDS = Number(process.argv[2] ?? 3);
const IDLE_MS = 30_000; // in the first seconds it is still being compiled
const FIRING_MS = 1500;
const LISTENERS = 10;

const logger = { debug() {}, info() {}, warn: console.warn, error: console.error };
const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));
const turn = (): Promise<void> => new Promise((next) => setImmediate(next));

/** Processor time in per cent of one core, while the hub has nothing to do. */
async function idle(): Promise<number> {
  const before = process.cpuUsage();
  await sleep(IDLE_MS);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / 1000 / IDLE_MS) * 100;
}

/** Events per second, fired a thousand at a time, so that the loop turns between them. */
async function firing(hub: Hub): Promise<number> {
  const from = performance.now();
  let events = 0;
  while (performance.now() - from < FIRING_MS) {
    for (let i = 0; i < 1000; i++) hub.bus.fire('door_opened');
    events += 1000;
    await turn();
  }
  return (events / (performance.now() - from)) * 1000;
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

const idles: Record<string, number[]> = { on: [], off: [] };
const rates: Record<string, number[]> = { on: [], off: [] };
let heard = 0;
const count = callback(() => {
  heard++;
});
for (let round = -1; round < ROUNDS; round++)
  for (const side of round % 2 === 0 ? ['off', 'on'] : ['on', 'off']) {
    const hub = new Hub({ logger, watchdog: side === 'on' });
    for (let i = 0; i < LISTENERS; i++) hub.bus.listen('door_opened', count);
    await hub.start();
    const rate = await firing(hub);
    globalThis.gc?.(); // or what was fired is collected while nothing happens
    await sleep(5000);
    const used = round < 0 ? NaN : await idle();
    if (round >= 0) {
      rates[side]?.push(rate);
      idles[side]?.push(used);
    }
    await hub.stop();
  }

const [on, off] = [median(rates['on'] ?? []), median(rates['off'] ?? [])];
const ratios = (rates['on'] ?? []).map((rate, round) => rate / (rates['off']?.[round] ?? NaN));
console.log(`${process.version}, ${cpus()[0]?.model ?? ''}, ${ROUNDS} rounds, ${heard} heard`);
console.log(
  `idle   on ${median(idles['on'] ?? []).toFixed(3)} % of a core, off ${median(idles['off'] ?? []).toFixed(3)} %`,
);
console.log(
  `firing on ${Math.round(on)} events/s, off ${Math.round(off)}; median of the ratios ${median(ratios).toFixed(4)}`,
);
