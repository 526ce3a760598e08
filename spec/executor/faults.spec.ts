import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubErrorReport } from '../../src/errors/report.js';
import type { ExecutorOptions } from '../../src/executor/executor.js';
import type { TinypoolExecutor } from '../../src/executor/tinypool-executor.js';
import { buildExecutor, random } from './built.js';
import { runFor, until } from './harness.js';

type Work = typeof import('../fixtures/fragile.worker.mjs');
const FRAGILE = new URL('../fixtures/fragile.worker.mjs', import.meta.url);

// A thread takes 20 ms of processor time to start, and much longer where others want it too.
jest.setTimeout(300_000);

let built: Awaited<ReturnType<typeof buildExecutor>>;
beforeAll(async () => {
  built = await buildExecutor();
});
afterAll(() => built.remove());

/** How each of many calls ended, and how often. */
class Ledger {
  readonly endings = new Map<number, string[]>();

  keep(n: number, call: Promise<unknown>): Promise<void> {
    const endings: string[] = [];
    this.endings.set(n, endings);
    return call.then(
      (value) => void endings.push(`value ${String(value)}`),
      (error: unknown) => void endings.push((error as Error | null)?.name ?? String(error)),
    );
  }

  count(ending: string): number {
    return [...this.endings.values()].filter(([only]) => only === ending).length;
  }

  get moreThanOnce(): number {
    return [...this.endings.values()].filter(({ length }) => length !== 1).length;
  }
}

/** An executor in an uproar; every call is awaited, and afterwards it has to be as before. */
async function withExecutor(
  options: ExecutorOptions,
  body: (executor: TinypoolExecutor, work: ReturnType<typeof worker>) => Promise<void>,
): Promise<void> {
  const reports: HubErrorReport[] = [];
  const executor = new built.TinypoolExecutor({
    ...options,
    report: (failure) => reports.push(failure),
  });
  const work = worker();
  try {
    await body(executor, work);
    expect(executor.stats).toMatchObject({ running: 0, queued: 0 });
    const later = Array.from({ length: 20 }, (_, n) => executor.run(work, [n, 'return'], runFor()));
    expect(await Promise.all(later)).toEqual(Array.from({ length: 20 }, (_, n) => n));
    await until(() => executor.stats.threads === options.maxThreads);
    expect(reports).toEqual([]);
  } finally {
    await executor.close(0);
  }
}

function worker() {
  return built.workerModule<Work>(FRAGILE).work;
}

describe('under faults', () => {
  it('settles each of 10,000 calls once, though 1,000 of them kill their thread', async () => {
    const JOBS = 10_000;
    const draw = random(4);
    const hows: string[] = Array.from({ length: JOBS }, () => 'return');
    const kills = ['exit', 'exit', 'exit', 'abort', 'throw'];
    for (let killed = 0; killed < 1_000;) {
      const at = Math.floor(draw() * JOBS);
      if (hows[at] !== 'return') continue;
      hows[at] = killed < 5 ? 'memory' : (kills[killed % kills.length] ?? 'exit');
      killed++;
    }
    const limits = { maxOldGenerationSizeMb: 12, maxYoungGenerationSizeMb: 4 };
    const options = { minThreads: 4, maxThreads: 4, maxQueue: JOBS, resourceLimits: limits };
    await withExecutor(options, async (executor, work) => {
      const ledger = new Ledger();
      const calls = hows.map((how, n) => {
        if (how !== 'abort') return ledger.keep(n, executor.run(work, [n, how], runFor()));
        const { signal, abort } = controller();
        const fn = work.with({ signal, graceMs: 0 });
        return ledger.keep(n, executor.run(fn, [n, 'spin'], runFor({ onStart: abort })));
      });
      await Promise.all(calls);
      await sleep(10);
      expect(ledger.moreThanOnce).toBe(0);
      for (const [n, how] of hows.entries())
        if (how === 'return') expect(ledger.endings.get(n)).toEqual([`value ${n}`]);
      const aborted = hows.filter((how) => how === 'abort').length;
      expect(ledger.count('off')).toBe(aborted);
      expect(ledger.count('WorkerCrashedError')).toBe(1_000 - aborted);
      expect(executor.stats).toMatchObject({ completed: JOBS, crashed: 1_000 - aborted });
    });
  });

  it('ends 10,000 queued calls with one signal, at once, and leaves nothing on it', async () => {
    await withExecutor({ maxThreads: 2, maxQueue: 10_000 }, async (executor, work) => {
      const storm = new AbortController();
      const ledger = new Ledger();
      const fn = work.with({ signal: storm.signal, graceMs: 0 });
      const running = [0, 1].map((n) =>
        ledger.keep(n, executor.run(work, [n, 'reject'], runFor())),
      );
      const calls = Array.from({ length: 10_000 }, (_, n) =>
        ledger.keep(n + 2, executor.run(fn, [n, 'return'], runFor())),
      );
      expect(executor.stats.queued).toBe(10_000);
      expect(getEventListeners(storm.signal, 'abort')).toHaveLength(1);
      const reason = { name: 'the storm' };
      storm.abort(reason);
      expect(executor.stats.queued).toBe(0);
      expect(getEventListeners(storm.signal, 'abort')).toHaveLength(0);
      await Promise.all([...running, ...calls]);
      expect(ledger.moreThanOnce).toBe(0);
      expect(ledger.count('the storm')).toBe(10_000);
      expect(ledger.count('RangeError')).toBe(2);
    });
  });

  it.each([1, 2, 3])(
    'settles each call once when aborts come at any moment, seed %p',
    async (seed) => {
      const draw = random(seed);
      await withExecutor({ maxThreads: 3, maxQueue: 2_000 }, async (executor, work) => {
        const ledger = new Ledger();
        const signals: AbortSignal[] = [];
        const calls = Array.from({ length: 1_000 }, (_, n) => {
          const { signal, abort } = controller();
          signals.push(signal);
          const isLong = draw() < 0.02;
          const fn = work.with({ signal, graceMs: draw() < 0.5 ? 0 : 5, timeoutMs: 500 });
          const call = executor.run(fn, [n, isLong ? 'wait' : 'return'], runFor());
          const kept = ledger.keep(n, call);
          if (isLong || draw() < 0.5) setTimeout(abort, draw() * 400);
          return kept;
        });
        await Promise.all(calls);
        await sleep(10);
        expect(ledger.moreThanOnce).toBe(0);
        for (const [n, [ending]] of ledger.endings)
          expect(['off', 'TimeoutError', `value ${n}`]).toContain(ending);
        expect(ledger.count('off')).toBeGreaterThan(0);
        expect(signals.flatMap((signal) => getEventListeners(signal, 'abort'))).toEqual([]);
        expect(executor.stats.crashed).toBe(0);
      });
    },
  );
});

function controller(): { signal: AbortSignal; abort: () => void } {
  const own = new AbortController();
  return { signal: own.signal, abort: () => own.abort('off') };
}
