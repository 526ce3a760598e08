import { execSync } from 'node:child_process';
import diagnosticsChannel from 'node:diagnostics_channel';
import { readFileSync } from 'node:fs';
import { Hub, type Diagnostic, type HubOptions } from 'rxhome';
import { loopNow } from '../../src/clock/loop-time.js';
import { tick, ticksBetween } from '../../src/diagnostics/loop-signal.js';

/** Stalls are real here, so they are long against what a busy machine adds by itself. */
export const STALL_MS = 250;

/** A stall that is to be seen goes on until it has been, but not longer than this. */
export const LONGEST_MS = 5_000;

/** The stall that there is: when it began, how long it has to be, and how long it is going to be. */
export const goal = { beganAt: 0, leastMs: 0, ms: 0 };

/** A stall begins. A busy machine may let the thread that watches wait before it can look. */
export function beginStall(leastMs: number, longestMs = LONGEST_MS): void {
  Object.assign(goal, { beganAt: tick(loopNow()), leastMs, ms: longestMs });
}

/**
 * Lets stalls end that were looked at, until the result is called. The thread that watches asks over
 * a channel, of which nobody else knows the name.
 */
export function hearLooks(): () => void {
  const { channel } = diagnosticsChannel;
  const known = new Set<unknown>();
  diagnosticsChannel.channel = (name) => {
    if (!known.has(name) && String(name).startsWith('rxhome.loop-stall.')) {
      known.add(name);
      diagnosticsChannel.subscribe(name, (question) => {
        // What was asked before is of another stall.
        if (ticksBetween(goal.beganAt, (question as [number, number])[1]) >= 0)
          goal.ms = goal.leastMs;
      });
    }
    return channel(name);
  };
  return () => void (diagnosticsChannel.channel = channel);
}

export const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

const list = Array.from({ length: 20_000 }, (_, i) => ({ i, name: `lamp ${i}` }));
const WAIT = new Int32Array(new SharedArrayBuffer(4));

/** Ways to keep the loop from turning; each is one line below. */
export const WAYS = ['spin', 'regex', 'atomics', 'exec', 'json'] as const;
export type Way = (typeof WAYS)[number];

/**
 * A function of that name that stalls the loop, and that goes on until somebody has looked at it,
 * if it is watched. It repeats what takes little, on any machine: a piece in which the whole process
 * was stopped is worth no more than any other. Each way is one line, in which it is found.
 */
export function staller(name: string, way: Way = 'spin', { isWatched = true } = {}): () => void {
  const { [name]: stalls } = {
    [name]: (): void => {
      let ms = 0;
      let end: number;
      beginStall(STALL_MS + 50, isWatched ? LONGEST_MS : STALL_MS);
      // prettier-ignore
      {
        if (way === 'spin') while ((ms += 50) <= goal.ms) for (end = now() + 50; now() < end;); // by spin
        if (way === 'regex') while ((ms += 50) <= goal.ms) for (end = now() + 50; now() < end;) /^(a+)+$/.test('aaaaaaaaaaaaaaaaa!'); // by regex
        if (way === 'atomics') while ((ms += 50) <= goal.ms) Atomics.wait(WAIT, 0, 0, 50); // by atomics
        if (way === 'exec') while ((ms += 50) <= goal.ms) execSync('sleep 0.05'); // by exec
        if (way === 'json') while ((ms += 50) <= goal.ms) for (end = now() + 50; now() < end;) JSON.stringify(list); // by json
      }
    },
  };
  return stalls!;
}

/** Not virtual, and no function of this file: that would be the one that is found. */
export const now = performance.now.bind(performance);

/** A hub in real time, and what its watchdog has found. */
export async function watched(
  options: HubOptions = {},
): Promise<{ hub: Hub; found: Diagnostic[]; of: (name: string) => Diagnostic[] }> {
  const found: Diagnostic[] = [];
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const hub = new Hub({ logger, ...options });
  hub.diagnostics$.subscribe((one) => {
    if (one.kind === 'loop-stall') found.push(one);
  });
  await hub.start();
  return { hub, found, of: (name) => found.filter((one) => one.name === name) };
}

/** Waits until something has come, for ten seconds at most. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !isSo(); i++) await sleep(20);
}

/** The number of the line of the file that contains `text`. */
export function lineOf(url: URL, text: string): number {
  const lines = readFileSync(url, 'utf8').split('\n');
  return lines.findIndex((line) => line.includes(text)) + 1;
}
