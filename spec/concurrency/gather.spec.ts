import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gather, InvalidOptionError, sleep } from 'rxhome';
import { marbles } from 'rxhome/testing';
import { caught, never, unhandledDuring } from './outcomes.js';

/** Sleeps, whatever its signal says, and notes what becomes of it. */
function worker(log: string[]) {
  return (name: string, ms: number, error?: unknown) =>
    async (signal: AbortSignal): Promise<string> => {
      log.push(`${name} starts`);
      signal.addEventListener('abort', () => log.push(`${name} is told`));
      await sleep(ms);
      if (error !== undefined) throw error;
      return name;
    };
}

describe('gather', () => {
  it('runs all side by side and gives the results in the order of the functions', () =>
    marbles(async ({ clock }) => {
      const log: string[] = [];
      const work = worker(log);
      const results = gather([work('a', 30), work('b', 10), work('c', 20)]);
      expect(log).toEqual(['a starts', 'b starts', 'c starts']); // at once
      expect(await results).toEqual(['a', 'b', 'c']);
      expect(clock.frame).toBe(30);
    }));

  it('takes plain values, and lists of nothing', async () => {
    expect(await gather([() => 1, async () => 'a', () => undefined])).toEqual([1, 'a', undefined]);
    expect(await gather([])).toEqual([]);
    expect(await gather([], { limit: 3, returnExceptions: true })).toEqual([]);
  });

  it('rejects with the first error in time, tells the others, and waits for none', () =>
    marbles(async ({ clock, advance }) => {
      const log: string[] = [];
      const work = worker(log);
      const error = new Error('b is broken');
      let given: AbortSignal | undefined;
      const last = (signal: AbortSignal): Promise<never> => {
        given = signal;
        return never();
      };
      const results = gather([work('a', 30), work('b', 10, error), last]);
      expect(await caught(results)).toBe(error);
      expect(clock.frame).toBe(10);
      expect(log).toContain('a is told');
      expect(given?.reason).toBe(error);
      await advance(100);
    }));

  it('takes care of what fails after the end', async () => {
    const seen = await unhandledDuring(() =>
      marbles(async ({ advance }) => {
        const fail = (ms: number) => async (): Promise<never> => {
          await sleep(ms);
          throw new Error(`after ${ms}`);
        };
        await expect(gather([fail(30), fail(10), fail(20)])).rejects.toThrow('after 10');
        const aborted = new AbortController();
        const gone = gather([fail(30)], { signal: aborted.signal });
        aborted.abort('gone');
        expect(await caught(gone)).toBe('gone');
        await advance(100);
      }),
    );
    expect(seen).toEqual([]);
  });

  it('calls nobody after one that throws at once', async () => {
    const calls: string[] = [];
    const broken = new Error('at once');
    const results = gather([
      () => calls.push('a'),
      () => {
        throw broken;
      },
      () => calls.push('c'),
    ]);
    expect(await caught(results)).toBe(broken);
    expect(calls).toEqual(['a']);
  });

  it('rejects with what was thrown, whatever it is', async () => {
    expect(await caught(gather([() => Promise.reject('text')]))).toBe('text');
    expect(await caught(gather([() => Promise.reject()]))).toBeUndefined();
  });

  it('puts errors in the place of results when it is asked to, and ends nobody', () =>
    marbles(async ({ clock }) => {
      const log: string[] = [];
      const work = worker(log);
      const error = new Error('b is broken');
      const thrown = new Error('at once');
      const thrower = (): never => {
        throw thrown;
      };
      const results = await gather([work('a', 30), work('b', 10, error), thrower, work('d', 5)], {
        returnExceptions: true,
      });
      expect(results).toEqual(['a', error, thrown, 'd']);
      expect([results[1], results[2]]).toEqual([error, thrown]);
      expect(results[1]).toBe(error);
      expect(log).toEqual(['a starts', 'b starts', 'd starts']);
      expect(clock.frame).toBe(30);
    }));

  it('rejects with the reason of the signal itself, at once, also when errors are results', () =>
    marbles(async ({ clock, at }) => {
      for (const returnExceptions of [false, true]) {
        const log: string[] = [];
        const work = worker(log);
        const controller = new AbortController();
        const { signal } = controller;
        const reason = { not: 'an error' };
        const start = clock.frame;
        at(start + 5, () => controller.abort(reason));
        const options = { signal, limit: 2, returnExceptions };
        const results = gather([work('a', 30), work('b', 30), work('c', 30)], options);
        expect(await caught(results)).toBe(reason);
        expect(clock.frame).toBe(start + 5);
        await sleep(100);
        expect(log).toEqual(['a starts', 'b starts', 'a is told', 'b is told']);
        expect(getEventListeners(signal, 'abort')).toEqual([]);
      }
    }));

  it('calls nobody when the signal has aborted already', async () => {
    let calls = 0;
    const results = gather([() => calls++], { signal: AbortSignal.abort('before') });
    expect(await caught(results)).toBe('before');
    expect(calls).toBe(0);
  });

  it('can be ended by one of its own functions', async () => {
    const controller = new AbortController();
    const calls: string[] = [];
    const results = gather(
      [
        () => controller.abort('from inside'),
        () => calls.push('b'),
        (signal: AbortSignal) => calls.push(String(signal.aborted)),
      ],
      { signal: controller.signal },
    );
    expect(await caught(results)).toBe('from inside');
    expect(calls).toEqual([]);
  });

  it('does not abort what has ended well, and leaves nothing on a signal that lives on', () =>
    marbles(async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const given: AbortSignal[] = [];
      for (let i = 0; i < 50; i++) {
        await gather([(own) => void given.push(own), () => sleep(1)], { signal });
        await caught(gather([() => Promise.reject(new Error('no'))], { signal }));
        await gather([() => Promise.reject(new Error('no'))], { signal, returnExceptions: true });
      }
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      controller.abort();
      expect(given.map(({ aborted }) => aborted)).not.toContain(true);
    }));

  it('keeps the limit', () =>
    marbles(async ({ clock }) => {
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, ++inside);
        await sleep(10);
        inside--;
      };
      await gather(
        Array.from({ length: 7 }, () => work),
        { limit: 3 },
      );
      expect([most, clock.frame]).toEqual([3, 30]);
    }));

  it('refuses what is no function, naming its place, before anything is called', async () => {
    const calls: string[] = [];
    const call = (): unknown => calls.push('called');
    const wrong = [call, call, 5, 'x'] as never[];
    await expect(gather(wrong)).rejects.toThrow('Expected a function at index 2, got `5`.');
    const promised = [call, Promise.resolve(1)] as never[];
    const error = await caught(gather(promised, { limit: 1 }));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toBe(
      'Expected a function at index 1, got a promise, which has begun already.',
    );
    expect(calls).toEqual([]);
  });

  it('takes care of promises that it refuses', async () => {
    const seen = await unhandledDuring(async () => {
      const fail = (): Promise<never> => Promise.reject(new Error('begun already'));
      const wrong = [fail(), () => 1, fail(), fail()] as never[];
      expect(await caught(gather(wrong))).toBeInstanceOf(InvalidOptionError);
    });
    expect(seen).toEqual([]);
  });

  it.each([[0], [-1], [1.5], [NaN], [Infinity], ['2'], [null]])(
    'refuses %p as limit',
    async (limit) => {
      let calls = 0;
      const error = await caught(gather([() => calls++], { limit: limit as number }));
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect((error as Error).message).toContain(`as \`limit\`, got \`${String(limit)}\``);
      expect(calls).toBe(0);
    },
  );

  it.each([[undefined], [null], [5], [() => 1], [{}], [Promise.resolve([])]])(
    'refuses %p in place of a list',
    async (thunks) => {
      const error = await caught(gather(thunks as never));
      expect(error).toBeInstanceOf(InvalidOptionError);
      expect((error as Error).message).toContain('Expected a list of functions');
    },
  );

  it('refuses a controller in place of its signal', async () => {
    const signal = new AbortController() as never;
    expect(await caught(gather([() => 1], { signal }))).toBeInstanceOf(InvalidOptionError);
  });

  it('keeps order, limit and outcome for whatever is run', async () => {
    const jobs = fc.array(
      fc.record({ ms: fc.nat(20), fails: fc.boolean(), isPlain: fc.boolean() }),
      { maxLength: 20 },
    );
    await fc.assert(
      fc.asyncProperty(jobs, fc.integer({ min: 1, max: 8 }), (all, limit) =>
        marbles(async () => {
          const started: number[] = [];
          const inside = new Set<number>();
          let most = 0;
          const thunks = all.map(({ ms, fails, isPlain }, i) => () => {
            started.push(i);
            inside.add(i);
            most = Math.max(most, inside.size);
            const end = (): string => {
              inside.delete(i);
              if (fails) throw new Error(`error ${i}`);
              return `result ${i}`;
            };
            return isPlain ? end() : sleep(ms).then(end);
          });
          const run = gather(thunks, { limit, returnExceptions: true });
          expect(started).toEqual(all.slice(0, limit).map((_, i) => i));
          const texts = (await run).map((each) => (each instanceof Error ? each.message : each));
          expect(texts).toEqual(all.map(({ fails }, i) => `${fails ? 'error' : 'result'} ${i}`));
          expect(started).toEqual(all.map((_, i) => i));
          expect(most).toBeLessThanOrEqual(limit);
        }),
      ),
      { numRuns: 50 },
    );
  });
});
