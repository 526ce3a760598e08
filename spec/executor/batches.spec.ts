import { describe, expect, it } from '@jest/globals';
import { setImmediate as turn } from 'node:timers/promises';
import {
  ExecutorQueueFullError,
  NotCloneableError,
  ShutdownError,
  TimeoutError,
  WorkerCrashedError,
} from '../../src/errors/work-errors.js';
import { openPool } from '../../src/executor/one-thread-pool.js';
import type { ThreadGroupOptions } from '../../src/executor/thread-group.js';
import type { WorkerFunctionOptions } from '../../src/executor/worker-function.js';
import type { How } from '../fixtures/batch.worker.mjs';
import {
  boardFor,
  groupsOfASpec,
  open,
  orderOn,
  size,
  train,
  type WatchedGroup,
  work,
} from './batching.js';
import { random } from './built.js';
import { attack, keepBusy, outcome, runFor, threadsOfASpec, until } from './harness.js';

const create = groupsOfASpec();
const createExecutor = threadsOfASpec();

const numbers = (length: number, from = 0): number[] =>
  Array.from({ length }, (_, index) => from + index);

interface Played {
  readonly watched: WatchedGroup;
  readonly board: ReturnType<typeof boardFor>;
  /** How each call ended. */
  readonly ends: Promise<unknown>[];
  readonly counts: () => number[];
}

/** Gives one thread a batch of these calls, and waits until it has them. */
async function play(
  hows: readonly (How | readonly [How, WorkerFunctionOptions])[],
  options: Partial<ThreadGroupOptions> = {},
): Promise<Played> {
  const watched = create(options);
  await watched.warmUp();
  const board = boardFor(hows.length);
  const first = watched.occupy();
  const ends = hows.map((entry, n) => {
    const [how, more] = typeof entry === 'string' ? [entry, {}] : entry;
    return outcome(watched.run(work.with(more), [board, n, how]));
  });
  expect(await first).toBe(0);
  expect(watched.sizes.at(-1)).toBe(hows.length);
  return { watched, board, ends, counts: () => [...board.counts] };
}

/** Keeps the loop from hearing anything until the thread has begun a call, if it does so soon. */
function reaches({ counts }: Played['board'], n: number): boolean {
  const end = performance.now() + 100;
  while (performance.now() < end) if (counts[n] === 1) return true;
  return false;
}

const value = (n: number): unknown => ({ value: n });

describe('a batch', () => {
  it('is made of quick calls that wait, in their order, and of a fair share of them', async () => {
    const { watched, board, ends } = await play(numbers(31).map(() => 'value'));
    await Promise.all(ends);
    expect(orderOn(board)).toEqual(numbers(31));

    await watched.rest();
    const more = boardFor(40);
    const before = watched.sizes.length;
    const first = watched.occupy();
    const calls = numbers(40).map((n) => watched.work(more, n));
    expect(await Promise.all(calls)).toEqual(numbers(40));
    await first;
    // What follows depends on whether the thread had to wait for its turn meanwhile.
    expect(watched.sizes.slice(before, before + 2)).toEqual([1, 32]);
    expect(orderOn(more)).toEqual(numbers(40));

    const two = create({ maxThreads: 2 });
    await two.warmUp(2);
    const both = [two.occupy(), two.occupy()];
    const shared = numbers(20).map((n) => two.work(more, n));
    await Promise.all([...both, ...shared]);
    expect(Math.max(...two.sizes)).toBe(10);
  });

  it('is not made of functions that are new, or that were slow', async () => {
    const watched = create();
    await watched.warmUp();
    await Promise.all(numbers(5).map(() => watched.run(attack.block, [2])));
    expect(new Set(watched.sizes)).toEqual(new Set([1]));

    const board = boardFor(40);
    const first = watched.occupy();
    const slow = watched.work(board, 0, 'gate');
    await first;
    // Before it has begun it would find the gate open, and be quick.
    await until(() => board.counts[0] === 1);
    setTimeout(() => open(board), 20);
    const before = watched.sizes.length;
    await Promise.all([slow, ...numbers(3, 1).map((n) => watched.work(board, n))]);
    // One quick call after it is not yet enough for two at a time; two are.
    expect(watched.sizes.slice(before, before + 2)).toEqual([1, 1]);
  });

  it('leaves alone what is handed over', async () => {
    const watched = create();
    await watched.warmUp();
    const first = watched.occupy();
    const calls = numbers(6).map((n) => {
      const bytes = new Uint8Array(n);
      const fn = n === 2 ? size.with({ transfer: [bytes.buffer] }) : size;
      return watched.run(fn, [bytes]);
    });
    expect(await Promise.all(calls)).toEqual(numbers(6));
    await first;
    expect(watched.batches.length).toBeGreaterThan(0);
    expect(watched.batches.flat()).not.toContainEqual(new Uint8Array(2));
  });

  it('is not made for the thread of one module, which attends to other things in between', async () => {
    const watched = create({ dedicatedTo: work.module });
    await watched.warmUp();
    const board = boardFor(10);
    const first = watched.occupy();
    await Promise.all([first, ...numbers(10).map((n) => watched.work(board, n))]);
    expect(new Set(watched.sizes)).toEqual(new Set([1]));
  });

  it('counts as queued, but for the one that runs', async () => {
    const { watched, board, ends } = await play(['gate', 'value', 'value', 'value', 'value'], {
      maxQueue: 5,
    });
    const { group } = watched;
    expect([group.running, group.queued]).toEqual([1, 4]);
    const last = watched.work(board, 4);
    const refused = await outcome(watched.work(board, 4));
    expect(refused).toBeInstanceOf(ExecutorQueueFullError);
    expect([group.running, group.queued]).toEqual([1, 5]);
    open(board);
    expect(await Promise.all(ends)).toEqual(numbers(5).map(value));
    expect(await last).toBe(4);
    expect([group.running, group.queued]).toEqual([0, 0]);
  });

  it('tells that each has started when it has', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(3);
    const steps: string[] = [];
    const call = (n: number, how: How): Promise<unknown> => {
      const run = runFor({ onStart: (worker) => steps.push(`${n} in ${worker}`) });
      return watched.work(board, n, how, run).then(() => steps.push(`${n} over`));
    };
    const first = watched.occupy();
    const calls = [call(0, 'value'), call(1, 'gate'), call(2, 'value')];
    await first;
    await until(() => steps.length === 3);
    await turn();
    expect(steps[0]).toBe('0 in 1');
    expect(steps.slice(1).sort()).toEqual(['0 over', '1 in 1']);
    open(board);
    await Promise.all(calls);
    expect(steps.slice(3, 5).sort()).toEqual(['1 over', '2 in 1']);
    expect(steps[5]).toBe('2 over');
  });

  it('has run what was posted before a call is over, and answers what is asked', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(10);
    const steps: string[] = [];
    const first = watched.occupy();
    const calls = numbers(10).map((n) =>
      watched
        .run(work as never, [
          board,
          n,
          n % 3 === 0 ? 'ask' : 'post',
          (told: number) => steps.push(`${n} told ${told}`),
        ])
        .then(() => steps.push(`${n} over`)),
    );
    await first;
    expect(watched.sizes.at(-1)).toBe(10);
    await Promise.all(calls);
    for (const n of numbers(10)) {
      const own = steps.filter((step) => step.startsWith(`${n} `));
      expect(own).toEqual([...Array(n % 3 === 0 ? 1 : 2).fill(`${n} told ${n}`), `${n} over`]);
    }
    const told = steps.filter((step) => step.includes('told')).map((step) => Number(step[0]));
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('gives each its own end', async () => {
    const { watched, ends, counts } = await play([
      'value',
      'throw',
      'function',
      'later',
      'told',
      'value',
    ]);
    expect(watched.group.threads).toBe(1);
    expect(await Promise.all(ends.slice(0, 4))).toEqual([
      value(0),
      expect.objectContaining({ name: 'RangeError', message: 'not 1' }),
      expect.objectContaining({
        name: 'NotCloneableError',
        message: expect.stringContaining('The result of `work`') as unknown,
      }),
      value(3),
    ]);
    expect(counts().slice(0, 4)).toEqual([1, 1, 1, 1]);
  });

  it('gives back what is left of it when it takes its time', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(5);
    const first = watched.occupy();
    const calls = numbers(5).map((n) => watched.work(board, n, n === 1 ? 'gate' : 'value'));
    await first;
    expect(watched.sizes.at(-1)).toBe(5);
    await until(() => board.counts[1] === 1);
    const before = watched.sizes.length; // more than one batch, if the thread had to wait meanwhile
    setTimeout(() => open(board), 30);
    expect(await Promise.all(calls)).toEqual(numbers(5));
    expect(orderOn(board)).toEqual(numbers(5));
    expect(watched.sizes[before]).toBe(1);
  });
});

describe('what ends early in a batch', () => {
  const told = (): [AbortController, WorkerFunctionOptions] => {
    const controller = new AbortController();
    return [controller, { signal: controller.signal, graceMs: 0 }];
  };

  it('leaves it at once if it has not begun, and the others keep their order', async () => {
    const [second, options] = told();
    const { watched, board, ends, counts } = await play([
      'gate',
      'value',
      ['value', options],
      'value',
    ]);
    second.abort('never mind');
    expect(watched.group.queued).toBe(2);
    expect(await ends[2]).toBe('never mind');
    open(board);
    expect(await Promise.all([ends[0], ends[1], ends[3]])).toEqual([0, 1, 3].map(value));
    expect(orderOn(board)).toEqual([0, 1, 3]);
    expect(counts()).toEqual([1, 1, 0, 1]);
  });

  it('is told when it runs, and those behind it are not', async () => {
    const controller = new AbortController();
    const { watched, ends, counts } = await play([
      'value',
      ['told', { signal: controller.signal, graceMs: 60_000 }],
      'value',
      'value',
    ]);
    await until(() => counts()[1] === 1);
    controller.abort('enough');
    expect(await Promise.all(ends)).toEqual([value(0), 'enough', value(2), value(3)]);
    expect(counts()).toEqual([1, 1, 1, 1]);
    expect([watched.group.threads, watched.crashed]).toEqual([1, 0]);
  });

  it('is ended with its thread, and nothing else ends with it', async () => {
    const [spinning, options] = told();
    const { watched, ends, counts } = await play(['value', ['spin', options], 'value', 'value']);
    await until(() => counts()[1] === 1);
    spinning.abort('enough');
    expect(await Promise.all(ends)).toEqual([value(0), 'enough', value(2), value(3)]);
    expect(counts()).toEqual([1, 1, 1, 1]);
    expect(watched.crashed).toBe(0);
  });

  it('may be further than the loop has heard', async () => {
    for (let attempt = 0; ; attempt++) {
      const [ended, endedOptions] = told();
      const [running, runningOptions] = told();
      const [waiting, waitingOptions] = told();
      const { watched, board, ends, counts } = await play([
        'value',
        ['value', endedOptions],
        'value',
        ['gate', runningOptions],
        ['value', waitingOptions],
        'value',
      ]);
      const hasReached = reaches(board, 3);
      ended.abort('ended');
      running.abort('running');
      waiting.abort('waiting');
      expect(await Promise.all(ends)).toEqual([
        value(0),
        'ended',
        value(2),
        'running',
        'waiting',
        value(5),
      ]);
      expect([watched.crashed, watched.group.queued]).toEqual([0, 0]);
      // A thread that has to wait for its processor gives back what it has not begun.
      if (!hasReached && attempt < 20) continue;
      expect(counts()).toEqual([1, 1, 1, 1, 0, 1]);
      return;
    }
  });

  it('is heard at any moment', async () => {
    const draw = random(8);
    const watched = create();
    await watched.warmUp();
    for (let round = 0; round < 60; round++) {
      const board = boardFor(20);
      await watched.rest();
      const first = watched.occupy();
      const stops = numbers(20).map(() => new AbortController());
      const ends = stops.map(({ signal }, n) =>
        outcome(watched.run(work.with({ signal, graceMs: 60_000 }) as never, [board, n, 'value'])),
      );
      await first;
      reaches(board, Math.floor(draw() * 20)); // any of them is at any stage now
      const chosen = numbers(20).filter(() => draw() < 0.3);
      const begun = chosen.filter((n) => board.counts[n] === 1);
      for (const n of chosen) stops[n]?.abort(`off ${n}`);
      for (const [n, end] of (await Promise.all(ends)).entries()) {
        if (!chosen.includes(n)) expect([end, board.counts[n]]).toEqual([value(n), 1]);
        else expect([end, begun.includes(n) && board.counts[n] === 0]).toEqual([`off ${n}`, false]);
        expect(board.counts[n]).toBeLessThan(2);
      }
      expect(orderOn(board)).toEqual([...orderOn(board)].sort((a, b) => a - b));
      expect([watched.group.queued, watched.group.running]).toEqual([0, 0]);
    }
    expect([watched.crashed, watched.group.threads]).toEqual([0, 1]);
  });

  it('has its time from when it runs', async () => {
    // Long, because both threads may have to wait for their turn between its start and its end.
    const limit: WorkerFunctionOptions = { timeoutMs: 2_000, graceMs: 0 };
    const { board, ends, counts } = await play([
      'gate',
      ['value', limit],
      ['spin', { timeoutMs: 20, graceMs: 0 }],
      'value',
    ]);
    setTimeout(() => open(board), 2_200);
    const [gate, behind, spun, last] = await Promise.all(ends);
    expect([gate, behind, last]).toEqual([0, 1, 3].map(value));
    expect(spun).toBeInstanceOf(TimeoutError);
    expect(counts()).toEqual([1, 1, 1, 1]);
  });

  it('is rejected when the executor closes, unless it has begun', async () => {
    const executor = createExecutor();
    const board = boardFor(4);
    const call = (n: number, how: How): Promise<unknown> =>
      outcome(executor.run(work, [board, n, how] as never, runFor()));
    for (let i = 0; i < 4; i++) await call(3, 'value');
    await Promise.all([call(3, 'value'), call(3, 'value')]);
    board.counts.fill(0);
    train();
    const first = executor.run(attack.take, [1], runFor());
    const ends = [call(0, 'value'), call(1, 'gate'), call(2, 'value'), call(3, 'value')];
    await first;
    await until(() => board.counts[1] === 1);
    const closed = executor.close(60_000);
    expect(await ends[2]).toBeInstanceOf(ShutdownError);
    expect(await ends[3]).toBeInstanceOf(ShutdownError);
    open(board);
    expect(await Promise.all(ends.slice(0, 2))).toEqual([value(0), value(1)]);
    expect(await closed).toEqual([]);
    expect([...board.counts]).toEqual([1, 1, 0, 0]);
  });
});

describe('a thread that dies in a batch', () => {
  it.each(['exit', 'late throw'] as const)('fails the one that runs (%s)', async (how) => {
    const hows: How[] = ['value', 'later', how, 'value', 'throw', 'value'];
    for (const isLoopBusy of [false, true]) {
      const { watched, ends, counts } = await play(hows);
      if (isLoopBusy) keepBusy(300);
      const all = await Promise.all(ends);
      expect(all[2]).toBeInstanceOf(WorkerCrashedError);
      expect((all[2] as Error).message).toMatch(/^The worker thread of `work` died under it/);
      expect(all[4]).toMatchObject({ name: 'RangeError', message: 'not 4' });
      for (const n of [0, 1, 3, 5]) expect(all[n]).toEqual(value(n));
      expect(counts()).toEqual([1, 1, 1, 1, 1, 1]);
      expect([watched.crashed, watched.group.queued]).toEqual([1, 0]);
    }
  });

  it('of memory, without a word, fails the one that runs', async () => {
    const resourceLimits = { maxOldGenerationSizeMb: 32 };
    const { watched, ends, counts } = await play(['value', 'throw', 'memory', 'value', 'value'], {
      openPool: () => openPool({ useAtomics: true, resourceLimits }),
    });
    keepBusy(200);
    const all = await Promise.all(ends);
    expect(all[2]).toBeInstanceOf(WorkerCrashedError);
    expect(all[1]).toMatchObject({ name: 'RangeError' });
    for (const n of [0, 3, 4]) expect(all[n]).toEqual(value(n));
    expect(counts()).toEqual([1, 1, 1, 1, 1]);
    expect(watched.crashed).toBe(1);
  });

  it('takes nothing with it, whatever 10,000 calls do', async () => {
    const CALLS = 10_000;
    const draw = random(11);
    const hows: How[] = numbers(CALLS).map(() => {
      const chance = draw();
      if (chance < 0.01) return 'throw';
      if (chance < 0.02) return 'later';
      return chance < 0.03 ? 'function' : 'value';
    });
    for (let n = 500; n < CALLS; n += 1_000) hows[n] = n % 2_000 === 500 ? 'exit' : 'late throw';
    const watched = create({ maxThreads: 2 });
    await watched.warmUp(2);
    train();
    const board = boardFor(CALLS);
    const ends = hows.map((how, n) => outcome(watched.work(board, n, how)));
    const names: Partial<Record<How, string>> = {
      throw: 'RangeError',
      function: 'NotCloneableError',
      exit: 'WorkerCrashedError',
      'late throw': 'WorkerCrashedError',
    };
    for (const [n, end] of (await Promise.all(ends)).entries()) {
      const how = hows[n] ?? 'value';
      const name = names[how];
      expect([n, how, name ? (end as Error).name : end]).toEqual([n, how, name ?? value(n)]);
    }
    expect(new Set(board.counts)).toEqual(new Set([1]));
    expect(watched).toMatchObject({ crashed: 10 });
    expect(Math.max(...watched.sizes)).toBe(32);
    expect([watched.group.queued, watched.group.running]).toEqual([0, 0]);
  }, 120_000);
});

describe('a batch that cannot be sent', () => {
  it('fails only the call to blame', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(6);
    const first = watched.occupy();
    const ends = numbers(6).map((n) => {
      const extra = n === 0 || n === 3 ? [{ inside: () => n }] : [];
      return outcome(watched.run(work, [board, n, 'value', ...extra]));
    });
    await first;
    const all = await Promise.all(ends);
    for (const n of [0, 3]) {
      expect(all[n]).toBeInstanceOf(NotCloneableError);
      expect((all[n] as Error).message).toContain('Argument 4 of `work`');
    }
    for (const n of [1, 2, 4, 5]) expect(all[n]).toEqual(value(n));
    expect([...board.counts]).toEqual([0, 1, 1, 0, 1, 1]);
    expect(Math.max(...watched.sizes)).toBe(6);
    expect(watched.group.threads).toBe(1);
  });
});

describe('what stands behind another in a batch', () => {
  it('goes to a thread that is free', async () => {
    const watched = create({ maxThreads: 2 });
    await watched.warmUp(2);
    const board = boardFor(12);
    const both = [watched.occupy(), watched.occupy()];
    const calls = numbers(12).map((n) => watched.work(board, n, n === 0 ? 'gate' : 'value'));
    await Promise.all(both);
    expect(watched.sizes.slice(-2).some((size) => size > 1)).toBe(true);
    expect(await Promise.all(calls.slice(1))).toEqual(numbers(11, 1));
    expect([watched.group.running, watched.group.queued]).toEqual([1, 0]);
    open(board);
    expect(await calls[0]).toBe(0);
    expect(new Set(board.counts)).toEqual(new Set([1]));
  });

  it('is not overtaken for long', async () => {
    const watched = create({ maxThreads: 2 });
    await watched.warmUp(2);
    const board = boardFor(400);
    const both = [watched.occupy(), watched.occupy()];
    const calls = numbers(400).map((n) => watched.work(board, n, n === 0 ? 'gate' : 'value'));
    await Promise.all(both);
    await Promise.all(calls.slice(1));
    open(board);
    await calls[0];
    const order = orderOn(board);
    // It takes the other thread some batches until it is seen that this one stands still.
    for (let n = 1; n < 32; n++) expect(order.indexOf(n)).toBeLessThan(32 * 4 + n);
  });

  it('runs when the one before waits for it, with one thread, and in its turn', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(60);
    const first = watched.occupy();
    const asked = watched.run(work, [board, 0, 'ask', () => calls[49]]);
    const calls = numbers(59, 1).map((n) => watched.work(board, n));
    await first;
    expect(watched.sizes.at(-1)).toBe(32);
    expect(await asked).toBe(50);
    expect(await Promise.all(calls)).toEqual(numbers(59, 1));
    expect(orderOn(board)).toEqual(numbers(60));
  });

  it('does not come before a call that a thread waits for', async () => {
    const watched = create();
    await watched.warmUp();
    const board = boardFor(40);
    const first = watched.occupy();
    const steps: number[] = [];
    const inner = (): Promise<unknown> => watched.work(board, 39);
    const asked = watched.run(work, [board, 0, 'ask', inner]);
    const calls = numbers(30, 1).map((n) => watched.work(board, n).then(() => steps.push(n)));
    await first;
    expect(await asked).toBe(39);
    await Promise.all(calls);
    expect(orderOn(board).indexOf(39)).toBe(1);
    expect(steps).toEqual(numbers(30, 1));
  });
});
