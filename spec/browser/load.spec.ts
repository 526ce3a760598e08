import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { KEPT_ROWS } from '../../src/inspector/wire.js';
import { pause } from '../integrations/until.js';
import { keepPicture, PICTURES, Visits } from './browser.js';
import { House } from './house.js';
import { InspectorPage } from './inspector-page.js';

const PER_SECOND = 2_000;
const PICTURES_PER_SECOND = 50;
const SCREEN_HZ = 60;
const MINUTE = 60;
/** So long after it is full the page holds all that it keeps, and then nothing more may stay. */
const SETTLES = 20;
/** What a list has dropped goes in steps: so several looks, of which the least one counts. */
const LOOKS_FOR = 25;
const LOOKS_EVERY = 5;
/** A machine that gives little takes longer until the page is full. */
const FULL_WITHIN = 120;
const MB = 2 ** 20;

const visits = new Visits();

/** What has been counted up to a moment. */
interface Count {
  /** Seconds, as the page's own clock says. */
  readonly at: number;
  readonly drawn: number;
  /** How often the screen asked the page for a picture. */
  readonly asked: number;
  readonly events: number;
  /** Seconds of a processor that all of the browser has taken. */
  readonly processor: number;
}

/** A second of it, or somewhat more. All are rates. */
type Second = Omit<Count, 'at'>;

interface Memory {
  readonly heapMb: number;
  readonly hubMb: number;
}

interface Verdict {
  /** Of the seconds each time the one in the middle. */
  readonly events: number;
  readonly drawn: number;
  /** Of the pictures that the screen asked for, how many were drawn. */
  readonly share: number;
  /** How much of a processor fifty pictures a second take. */
  readonly cost: number;
  readonly isFluent: boolean;
}

declare global {
  interface Window {
    asked: number;
  }
}

it('bears 2,000 events a second for a minute, at 50 pictures a second, with flat memory', async () => {
  await using house = await House.start({
    config: 'house:\n',
    args: ['--load', String(PER_SECOND), '--quiet'],
  });
  const page = await visits.open(house.url);
  const inspector = new InspectorPage(page);
  const devtools = await page.context().newCDPSession(page);
  const browser = await page.context().browser()!.newBrowserCDPSession();
  expect(await page.locator('.band').textContent()).toContain('not real data');
  await countFrames(page);
  const seconds: Second[] = [];
  const memory: Memory[] = [];
  let count = await countOf(page, house, browser);
  let end = Infinity;
  for (let second = 1; second <= end; second++) {
    await pause(1_000);
    // A hand on the page: without one half of the pictures are enough.
    await page.mouse.move(400 + (second % 2) * 300, 300);
    const before = count;
    count = await countOf(page, house, browser);
    if (second > 3) seconds.push(between(before, count));
    if (end === Infinity && ((await inspector.fact('rows')) >= KEPT_ROWS || second === FULL_WITHIN))
      end = Math.max(MINUTE, second + SETTLES + LOOKS_FOR);
    if (second >= end - LOOKS_FOR && (end - second) % LOOKS_EVERY === 0)
      memory.push({ heapMb: await heapOf(devtools), hubMb: memoryOf(house.pid) });
  }
  await keepPicture(page, 'load');
  await page.close();

  const measured = { ...verdictOn(seconds), memory, seconds };
  mkdirSync(PICTURES, { recursive: true });
  writeFileSync(join(PICTURES, 'load.json'), JSON.stringify(measured, null, 2));
  const [before, after] = [leastOf(memory.slice(0, 3)), leastOf(memory.slice(3))];
  const story = JSON.stringify(measured);
  expect([story, measured.events > PER_SECOND * 0.95]).toEqual([story, true]);
  expect([story, measured.isFluent]).toEqual([story, true]);
  expect([story, after.heapMb < before.heapMb + 3]).toEqual([story, true]);
  expect([story, after.hubMb < before.hubMb * 1.25 + 40]).toEqual([story, true]);
}, 300_000);

/**
 * Fifty pictures a second; or, on a machine that has no time for so many, as many as can be: the page
 * draws what it is asked for, and fifty would take less than one processor.
 */
function verdictOn(seconds: readonly Second[]): Verdict {
  const middle = (read: (one: Second) => number): number => median(seconds.map(read));
  const drawn = middle((one) => one.drawn);
  const share = middle((one) => one.drawn / one.asked);
  const cost = middle((one) => (one.processor / one.drawn) * PICTURES_PER_SECOND);
  const isFluent =
    drawn >= PICTURES_PER_SECOND || (share >= PICTURES_PER_SECOND / SCREEN_HZ && cost < 1);
  return { events: middle((one) => one.events), drawn, share, cost, isFluent };
}

function leastOf(looks: readonly Memory[]): Memory {
  const heapMb = Math.min(...looks.map((look) => look.heapMb));
  return { heapMb, hubMb: Math.min(...looks.map((look) => look.hubMb)) };
}

function between(before: Count, after: Count): Second {
  const rate = (name: keyof Second): number =>
    (after[name] - before[name]) / (after.at - before.at);
  return {
    drawn: rate('drawn'),
    asked: rate('asked'),
    events: rate('events'),
    processor: rate('processor'),
  };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

function countFrames(page: Page): Promise<void> {
  return page.evaluate(() => {
    window.asked = 0;
    const tick = (): void => {
      window.asked++;
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
}

async function countOf(page: Page, { url }: House, browser: CDPSession): Promise<Count> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const processor = processInfo.reduce((sum, { cpuTime }) => sum + cpuTime, 0);
  const snapshot = (await (await fetch(`${url}/api/snapshot`)).json()) as {
    events: { fired: number };
  };
  const counted = await page.evaluate(() => ({
    at: performance.now() / 1_000,
    drawn: window.rxhome!.clock.drawn,
    asked: window.asked,
  }));
  return { ...counted, events: snapshot.events.fired, processor };
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
