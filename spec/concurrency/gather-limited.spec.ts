import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { gatherWithLimitedConcurrency, InvalidOptionError, sleep } from 'rxhome';
import { marbles } from 'rxhome/testing';
import { caught, never, unhandledDuring } from './outcomes.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** An iterator that notes what is asked of it. */
function counted(count: number, thunk: (i: number) => unknown) {
  const log = { pulled: 0, returned: 0 };
  const thunks: Iterable<() => unknown> = {
    [Symbol.iterator]: () => {
      let i = 0;
      return {
        next: () => {
          if (i >= count) return { done: true, value: undefined };
          log.pulled++;
          const own = i++;
          return { done: false, value: () => thunk(own) };
        },
        return: () => {
          log.returned++;
          return { done: true, value: undefined };
        },
      };
    },
  };
  return { log, thunks };
}

describe('gatherWithLimitedConcurrency', () => {
  it('calls so many at once, the others when these end, and keeps the order of results', () =>
    marbles(async ({ clock }) => {
      const started: [number, number][] = [];
      const thunks = [30, 10, 20, 10, 5].map((ms, i) => async () => {
        started.push([i, clock.frame]);
        await sleep(ms);
        return i;
      });
      const results = gatherWithLimitedConcurrency(2, thunks);
      expect(started.map(([i]) => i)).toEqual([0, 1]); // at the call
      expect(await results).toEqual([0, 1, 2, 3, 4]);
      expect(started).toEqual([
        [0, 0],
        [1, 0],
        [2, 10],
        [3, 30],
        [4, 30],
      ]);
      expect(clock.frame).toBe(40);
    }));

  it('calls no more than so many at once also when they take no time', async () => {
    const started: number[] = [];
    const results = gatherWithLimitedConcurrency(
      2,
      [0, 1, 2, 3].map((i) => () => started.push(i)),
    );
    expect(started).toEqual([0, 1]);
    expect(await results).toEqual([1, 2, 3, 4]);
  });

  it('asks for a function when its turn has come, and not before', async () => {
    const ends: (() => void)[] = [];
    const { log, thunks } = counted(5, () => new Promise<void>((resolve) => ends.push(resolve)));
    const results = gatherWithLimitedConcurrency(2, thunks);
    await turn();
    expect(log.pulled).toBe(2);
    ends[1]!();
    await turn();
    expect(log.pulled).toBe(3);
    for (let i = 0; i < 5; i++) {
      ends[i]!();
      await turn();
    }
    expect(await results).toHaveLength(5);
    expect(log).toEqual({ pulled: 5, returned: 0 });
  });

  it('runs very many, of which so many wait in the generator and nowhere else', async () => {
    const count = 200_000;
    let [pulled, done, farthest] = [0, 0, 0];
    function* jobs(): Generator<() => Promise<number>> {
      for (let i = 0; i < count; i++) {
        farthest = Math.max(farthest, ++pulled - done);
        yield async () => {
          await Promise.resolve();
          done++;
          return i;
        };
      }
    }
    const results = await gatherWithLimitedConcurrency(10, jobs());
    expect([results.length, farthest]).toEqual([count, 10]);
    expect(results.every((result, i) => result === i)).toBe(true);
  });

  it('takes any iterable, a limit beyond its length, and nothing', async () => {
    expect(await gatherWithLimitedConcurrency(10, new Set([() => 1, () => 2]))).toEqual([1, 2]);
    expect(await gatherWithLimitedConcurrency(1e9, [() => 1])).toEqual([1]);
    expect(await gatherWithLimitedConcurrency(1, [])).toEqual([]);
    const { log, thunks } = counted(0, () => 1);
    expect(await gatherWithLimitedConcurrency(3, thunks)).toEqual([]);
    expect(log.returned).toBe(0);
  });

  it('takes functions that are added while it runs', async () => {
    const thunks: (() => unknown)[] = [];
    thunks.push(() => thunks.push(() => 'added'));
    expect(await gatherWithLimitedConcurrency(1, thunks)).toEqual([2, 'added']);
  });

  it('starts no more after the first error, tells those that run, and closes the iterator', () =>
    marbles(async ({ clock }) => {
      const error = new Error('the second');
      const { log, thunks } = counted(10, async (i) => {
        await sleep(i === 1 ? 10 : 20);
        if (i === 1) throw error;
      });
      expect(await caught(gatherWithLimitedConcurrency(3, thunks))).toBe(error);
      expect([clock.frame, log]).toEqual([10, { pulled: 3, returned: 1 }]);
      await sleep(100);
      expect(log).toEqual({ pulled: 3, returned: 1 });
    }));

  it('runs the `finally` of a generator when it ends early, by an error or a signal', async () => {
    for (const how of ['error', 'signal']) {
      const controller = new AbortController();
      let isClosed = false;
      function* jobs(): Generator<() => Promise<never>> {
        try {
          for (;;) yield () => (how === 'error' ? Promise.reject(new Error(how)) : never());
        } finally {
          isClosed = true;
        }
      }
      const results = caught(
        gatherWithLimitedConcurrency(2, jobs(), { signal: controller.signal }),
      );
      if (how === 'signal') controller.abort(new Error('signal'));
      expect(await results).toMatchObject({ message: how });
      expect(isClosed).toBe(true);
    }
  });

  it('goes on after errors when they are results', async () => {
    const error = new Error('odd');
    const { log, thunks } = counted(5, (i) => (i % 2 ? Promise.reject(error) : i));
    const options = { returnExceptions: true };
    expect(await gatherWithLimitedConcurrency(2, thunks, options)).toEqual([0, error, 2, error, 4]);
    expect(log).toEqual({ pulled: 5, returned: 0 });
  });

  it('ends with what the iterator throws, also when errors are results', async () => {
    for (const returnExceptions of [false, true]) {
      const broken = new Error('the list is broken');
      let told: AbortSignal | undefined;
      let returned = 0;
      let pulled = 0;
      const thunks: Iterable<(signal: AbortSignal) => Promise<never>> = {
        [Symbol.iterator]: () => ({
          next: () => {
            if (++pulled === 2) throw broken;
            return { value: (signal) => ((told = signal), never()) };
          },
          return: () => ({ done: true, value: returned++ }),
        }),
      };
      const results = gatherWithLimitedConcurrency(5, thunks, { returnExceptions });
      expect(await caught(results)).toBe(broken);
      expect(told?.reason).toBe(broken);
      // Who throws has ended by that: it is neither asked again nor closed.
      expect([pulled, returned]).toEqual([2, 0]);
    }
  });

  it('keeps the first reason when closing the iterator fails too', async () => {
    const thunks: Iterable<() => never> = {
      [Symbol.iterator]: () => ({
        next: () => ({
          value: () => {
            throw new Error('first');
          },
        }),
        return: () => {
          throw new Error('second');
        },
      }),
    };
    await expect(gatherWithLimitedConcurrency(1, thunks)).rejects.toThrow('first');
  });

  it('can be ended by the iterator itself, which is closed once it is done', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    function* jobs(): Generator<() => unknown> {
      try {
        yield () => log.push('first');
        controller.abort('from the generator');
        yield () => log.push('second');
      } finally {
        log.push('closed');
      }
    }
    const { signal } = controller;
    const results = gatherWithLimitedConcurrency(5, jobs(), { signal });
    expect(await caught(results)).toBe('from the generator');
    expect(log).toEqual(['first', 'closed']);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('does not touch the iterable when the signal has aborted already', async () => {
    const { log, thunks } = counted(3, () => 1);
    const signal = AbortSignal.abort('before');
    expect(await caught(gatherWithLimitedConcurrency(1, thunks, { signal }))).toBe('before');
    expect(log).toEqual({ pulled: 0, returned: 0 });
  });

  it('finds promises in an array before it begins, and takes care of them', async () => {
    const calls: string[] = [];
    const seen = await unhandledDuring(async () => {
      const fail = (): Promise<never> => Promise.reject(new Error('begun already'));
      const wrong = [() => calls.push('called'), fail(), fail()] as never[];
      await expect(gatherWithLimitedConcurrency(1, wrong)).rejects.toThrow(
        'at index 1, got a promise',
      );
    });
    expect([calls, seen]).toEqual([[], []]);
  });

  it('ends where an iterator gives what is no function, also when errors are results', async () => {
    let isClosed = false;
    function* jobs(): Generator<() => unknown> {
      try {
        yield () => 1;
        yield Promise.reject(new Error('begun already')) as never;
      } finally {
        isClosed = true;
      }
    }
    const seen = await unhandledDuring(async () => {
      const error = await caught(
        gatherWithLimitedConcurrency(1, jobs(), { returnExceptions: true }),
      );
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect((error as Error).message).toContain('at index 1, got a promise');
    });
    expect([isClosed, seen]).toEqual([true, []]);
  });

  it.each([[0], [-1], [1.5], [NaN], [Infinity], ['2'], [undefined]])(
    'refuses %p as limit, before it begins',
    async (limit) => {
      const { log, thunks } = counted(3, () => 1);
      const error = await caught(gatherWithLimitedConcurrency(limit as number, thunks));
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect(log.pulled).toBe(0);
    },
  );

  it('ends two thousand under way, and two thousand runs, with one listener on the signal', () =>
    marbles(async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const one = gatherWithLimitedConcurrency(
        2_000,
        Array.from({ length: 4_000 }, () => (own: AbortSignal) => sleep(1_000, { signal: own })),
        { signal },
      );
      const many = Array.from({ length: 2_000 }, () =>
        gatherWithLimitedConcurrency(1, [() => sleep(1_000)], { signal }),
      );
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      controller.abort('enough');
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      const ends = await Promise.all([one, ...many].map(caught));
      expect(new Set(ends)).toEqual(new Set(['enough']));
    }));
});
