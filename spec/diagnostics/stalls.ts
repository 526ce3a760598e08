import { execSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { Hub, type Diagnostic, type HubOptions } from 'rxhome';

/** Stalls are real here, so they are long against what a busy machine adds by itself. */
export const STALL_MS = 250;

export const sleep = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

const list = Array.from({ length: 20_000 }, (_, i) => ({ i, name: `lamp ${i}` }));
const WAIT = new Int32Array(new SharedArrayBuffer(4));

/** Ways to keep the loop from turning; each is one line below. */
export const WAYS = ['spin', 'regex', 'atomics', 'exec', 'json'] as const;
export type Way = (typeof WAYS)[number];

/** A function of that name that stalls the loop. It repeats what takes little, on any machine. */
export function staller(name: string, way: Way = 'spin'): () => void {
  const { [name]: stalls } = {
    [name]: (): void => {
      const until = performance.now() + STALL_MS;
      if (way === 'spin') while (performance.now() < until); // by spin
      if (way === 'regex') while (performance.now() < until) /^(a+)+$/.test('aaaaaaaaaaaaaaaaa!'); // by regex
      if (way === 'atomics') Atomics.wait(WAIT, 0, 0, STALL_MS); // by atomics
      if (way === 'exec') execSync('sleep 0.25'); // by exec
      if (way === 'json') while (performance.now() < until) JSON.stringify(list); // by json
    },
  };
  return stalls!;
}

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
