import { describe, expect, it } from '@jest/globals';
import { NotCloneableError, WorkerCrashedError } from '../../src/errors/work-errors.js';
import type { WorkerFunctionOptions } from '../../src/executor/worker-function.js';
import type { How } from '../fixtures/batch.worker.mjs';
import { boardFor, groupsOfASpec, work } from './batching.js';
import { attack, keepBusy, outcome } from './harness.js';

const create = groupsOfASpec();

describe('a message that the loop cannot read', () => {
  it.each<How>(['deep', 'deep throw', 'deep ask', 'unreadable'])(
    'fails the call that sent it (%s), alone and in a batch',
    async (how) => {
      const watched = create();
      await watched.warmUp();
      const run = (n: number, does: How): Promise<unknown> =>
        outcome(watched.run(work, [board, n, does, () => undefined] as never));
      let board = boardFor(1);
      expect(await run(0, how)).toBeInstanceOf(NotCloneableError);
      for (const at of [0, 3, 5]) {
        await watched.warmUp();
        board = boardFor(6);
        const first = watched.occupy();
        const ends = [0, 1, 2, 3, 4, 5].map((n) => run(n, n === at ? how : 'value'));
        await first;
        expect(watched.sizes.at(-1)).toBe(6);
        for (const [n, end] of (await Promise.all(ends)).entries())
          if (n === at) expect(end).toBeInstanceOf(NotCloneableError);
          else expect(end).toEqual({ value: n });
        expect([...board.counts]).toEqual([1, 1, 1, 1, 1, 1]);
      }
      expect([watched.crashed, watched.group.queued, watched.group.running]).toEqual([0, 0, 0]);
    },
  );

  it.each([null, undefined, Object.create(null), Symbol('s')])(
    'among the arguments, whose getter throws %p, fails only its call',
    async (thrown) => {
      const watched = create();
      await watched.warmUp();
      const bad = {
        get field(): never {
          throw thrown;
        },
      };
      const first = watched.occupy();
      const ends = [{}, bad, {}].map((arg, n) =>
        outcome(watched.run(work, [boardFor(3), n, 'value', arg])),
      );
      await first;
      expect(await Promise.all(ends)).toEqual([
        { value: 0 },
        expect.any(NotCloneableError),
        { value: 2 },
      ]);
      expect(watched.group.running).toBe(0);
    },
  );
});

describe('a thread', () => {
  it('that caught an error does not seem to have died before the next call', async () => {
    const watched = create();
    const board = boardFor(3);
    await watched.work(board, 0, 'stray');
    await watched.run(attack.pause, [50]);
    expect(await outcome(watched.work(board, 1, 'exit'))).toBeInstanceOf(WorkerCrashedError);
    expect([...board.counts]).toEqual([1, 1, 0]);
  });

  it('is told to end the call that runs, whatever the loop takes for running', async () => {
    const watched = create();
    await watched.warmUp();
    const [first, second] = [new AbortController(), new AbortController()];
    const options = ({ signal }: AbortController): WorkerFunctionOptions => ({
      signal,
      graceMs: 60_000,
    });
    const board = boardFor(2);
    const given = watched.occupy();
    const ends = [
      outcome(watched.run(work.with(options(first)), [board, 0, 'value'])),
      outcome(watched.run(work.with(options(second)), [board, 1, 'told'])),
    ];
    await given;
    for (let i = 0; i < 300 && board.counts[1] === 0; i++) keepBusy(1);
    second.abort('second');
    first.abort('first');
    expect(await Promise.all(ends)).toEqual(['first', 'second']);
  });
});
