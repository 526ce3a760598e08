import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { CDPSession } from 'playwright-core';
import { pause } from '../integrations/until.js';
import { keepPicture, PICTURES, Visits } from './browser.js';
import { House } from './house.js';
import { InspectorPage } from './inspector-page.js';

const PER_SECOND = 2_000;
const MINUTE = 60;
/** Then the page holds all that it keeps, and nothing more may stay. */
const FULL_AT = 50;
const MB = 2 ** 20;

const visits = new Visits();

interface Measured {
  readonly events: number;
  /** Pictures drawn per second, second by second. */
  readonly drawn: readonly number[];
  readonly median: number;
  readonly heapMb: readonly number[];
  readonly hubMb: readonly number[];
  /** The share of the minute in which somebody waited for a processor. */
  readonly starved: number;
}

it('bears 2,000 events a second for a minute, at 50 pictures a second, with flat memory', async () => {
  let measured = await oneMinute();
  // A machine that is busy with others says nothing about the page.
  if (measured.median < 50 && measured.starved > 0.5) measured = await oneMinute();
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, 'load.json'), JSON.stringify(measured, null, 2));
  const [, heapBefore, heapAfter] = measured.heapMb as [number, number, number];
  const [hubBefore, hubAfter] = measured.hubMb as [number, number];
  const story = JSON.stringify(measured);
  expect(measured.events).toBeGreaterThan(PER_SECOND * MINUTE * 0.95);
  expect([story, measured.median >= 50]).toEqual([story, true]);
  expect([story, heapAfter < heapBefore + 3]).toEqual([story, true]);
  expect([story, hubAfter < hubBefore * 1.25 + 40]).toEqual([story, true]);
}, 240_000);

async function oneMinute(): Promise<Measured> {
  await using house = await House.start({
    config: 'house:\n',
    args: ['--load', String(PER_SECOND), '--quiet'],
  });
  const page = await visits.open(house.url);
  const inspector = new InspectorPage(page);
  const devtools = await page.context().newCDPSession(page);
  expect(await page.locator('.band').textContent()).toContain('not real data');
  const drawn: number[] = [];
  const heapMb: number[] = [];
  const hubMb: number[] = [];
  const waited = waitedMs();
  const from = Date.now();
  const before = await eventsOf(house);
  for (let second = 1; second <= MINUTE; second++) {
    await pause(Math.max(0, from + second * 1_000 - Date.now()));
    // A hand on the page: without one half of the pictures are enough.
    await page.mouse.move(400 + (second % 2) * 300, 300);
    if (second > 3) drawn.push(await inspector.fact('fps'));
    if (second === 20 || second === FULL_AT || second === MINUTE)
      heapMb.push(await heapOf(devtools));
    if (second === FULL_AT || second === MINUTE) hubMb.push(memoryOf(house.pid));
  }
  const took = Date.now() - from;
  const events = (await eventsOf(house)) - before;
  await keepPicture(page, 'load');
  await page.close();
  const median = [...drawn].sort((a, b) => a - b)[Math.floor(drawn.length / 2)]!;
  return { events, drawn, median, heapMb, hubMb, starved: (waitedMs() - waited) / took };
}

async function eventsOf({ url }: House): Promise<number> {
  const snapshot = (await (await fetch(`${url}/api/snapshot`)).json()) as {
    events: { fired: number };
  };
  return snapshot.events.fired;
}

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return usedSize / MB;
}

/** What a process holds, as the system counts it. */
function memoryOf(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4_096) / MB;
}

/** For how long somebody on this machine has waited for a processor, in milliseconds. */
function waitedMs(): number {
  try {
    const text = readFileSync('/proc/pressure/cpu', 'utf8');
    return Number(/some .*total=(\d+)/.exec(text)?.[1]) / 1_000;
  } catch {
    return 0;
  }
}
