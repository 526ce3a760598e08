import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Executor } from '../../src/executor/executor.js';
import { InlineExecutor } from '../../src/executor/inline-executor.js';
import { buildExecutor } from './built.js';
import { runFor, until } from './harness.js';

const FRAGILE = new URL('../fixtures/fragile.worker.mjs', import.meta.url);

jest.setTimeout(120_000);

let built: Awaited<ReturnType<typeof buildExecutor>>;
let collectGarbage: () => void;

beforeAll(async () => {
  built = await buildExecutor();
  setFlagsFromString('--expose-gc');
  collectGarbage = runInNewContext('gc') as () => void;
});
afterAll(() => built.remove());

/** Many calls that share a signal for as long as the program lives, a hundred at a time. */
async function calls(executor: Executor, count: number, signal: AbortSignal): Promise<void> {
  const { work } = built.workerModule<typeof import('../fixtures/fragile.worker.mjs')>(FRAGILE);
  const fn = work.with({ signal, timeoutMs: 60_000 });
  const run = runFor();
  let failed = 0;
  for (let done = 0; done < count; done += 100) {
    const hundred = Array.from({ length: 100 }, (_, n) =>
      executor.run(fn, [n, n % 10 === 0 ? 'reject' : 'return'], run).catch(() => failed++),
    );
    await Promise.all(hundred);
  }
  expect(failed).toBe(count / 10);
}

async function heap(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

/** What keeps a process alive, and what an idle thread has; timers above all. */
function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of process.getActiveResourcesInfo()) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

// Until all of it is compiled: what that takes would be counted as left behind.
const WARM_UP = 10_000;

describe('in the long run', () => {
  it.each([
    ['TinypoolExecutor', 20_000, () => new built.TinypoolExecutor({ maxThreads: 2, idleMs: 300 })],
    ['InlineExecutor', 100_000, () => new InlineExecutor()],
  ])('leaves nothing behind: %s, %p calls', async (_name, count, create) => {
    const { signal } = new AbortController();
    const executor = create() as Executor;
    await calls(executor, WARM_UP, signal);
    await until(() => executor.stats.threads === 0);
    const [before, alive] = [await heap(), resources()];
    await calls(executor, count, signal);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(executor.stats).toMatchObject({ running: 0, queued: 0, completed: count + WARM_UP });
    await until(() => executor.stats.threads === 0);
    const grown = (await heap()) - before;
    // Bytes: a forgotten listener has a hundred; the heap itself moves by half a megabyte in steps.
    expect(grown / count).toBeLessThan(50);
    // The runner has timers too, which come and go; what calls leave behind would be thousands.
    for (const [name, now] of Object.entries(resources()))
      expect([name, now <= (alive[name] ?? 0) + 10]).toEqual([name, true]);
    await executor.close(0);
  });
});
