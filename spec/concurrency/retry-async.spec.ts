import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import fc from 'fast-check';
import { InvalidOptionError, sleep } from 'rxhome';
import { marbles } from 'rxhome/testing';
import { backoff, type BackoffOptions } from '../../src/concurrency/backoff.js';
import { retryAsync, type RetryAsyncOptions } from '../../src/concurrency/retry-async.js';

const waits = (count: number, options: BackoffOptions): number[] => {
  const delays = backoff(options);
  return Array.from({ length: count }, () => delays.next().value);
};

/** A random source that gives these numbers, again and again. */
const dice = (...rolls: number[]): (() => number) => {
  let at = 0;
  return () => rolls[at++ % rolls.length]!;
};

/** Fails as often as told, then succeeds with the number of the attempt. */
const failing = (times: number) => {
  const calls: number[] = [];
  return {
    calls,
    fn: (_: AbortSignal, attempt: number): Promise<string> => {
      calls.push(attempt);
      return attempt <= times
        ? Promise.reject(new Error(`failure ${attempt}`))
        : Promise.resolve(`success ${attempt}`);
    },
  };
};

describe('backoff', () => {
  it('without jitter multiplies, up to the longest wait', () => {
    expect(waits(8, { jitter: 'none' })).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000,
    ]);
    expect(waits(3, { jitter: 'none', initialMs: 10, factor: 1.25, maxMs: 14 })).toEqual([
      10, 13, 14,
    ]);
    expect(waits(2, { jitter: 'none', initialMs: 100, maxMs: 40 })).toEqual([40, 40]);
    expect(waits(2, { jitter: 'none', initialMs: 0 })).toEqual([0, 0]);
  });

  it('with full jitter, the default, takes a part of that', () => {
    expect(waits(4, { random: dice(0.5, 0, 0.25, 0.999_999) })).toEqual([500, 0, 1_000, 8_000]);
  });

  it('with decorrelated jitter goes from the first wait to three times the one before', () => {
    const options = { jitter: 'decorrelated', initialMs: 100, maxMs: 1_000 } as const;
    expect(waits(4, { ...options, random: dice(0) })).toEqual([100, 100, 100, 100]);
    expect(waits(4, { ...options, random: dice(0.5) })).toEqual([200, 350, 575, 913]);
    expect(waits(4, { ...options, random: dice(1) })).toEqual([300, 900, 1_000, 1_000]);
    expect(waits(2, { ...options, random: dice(1), factor: 9 })).toEqual([300, 900]);
    // Whatever the last one was by chance, the next one starts from the first again.
    expect(waits(3, { ...options, random: dice(1, 0) })).toEqual([300, 100, 300]);
  });

  it('stays within its limits for any options, for ever', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('full', 'decorrelated', 'none' as const),
        fc.nat(1e9),
        fc.nat(1e9),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (jitter, initialMs, maxMs, factor, roll) => {
          const all = waits(100, { jitter, initialMs, maxMs, factor, random: () => roll });
          for (const ms of all) expect(Number.isInteger(ms) && ms >= 0 && ms <= maxMs).toBe(true);
        },
      ),
    );
  });
});

describe('retryAsync', () => {
  it('tries again after waits that grow, and gives what succeeds', () =>
    marbles(async ({ clock }) => {
      const { fn, calls } = failing(2);
      const at: [number, unknown][] = [];
      const onRetry = (error: unknown, failed: unknown): void =>
        void at.push([clock.frame, { message: (error as Error).message, failed }]);
      expect(await retryAsync(fn, { jitter: 'none', onRetry })).toBe('success 3');
      expect(clock.frame).toBe(3_000);
      expect(calls).toEqual([1, 2, 3]);
      expect(at).toEqual([
        [0, { message: 'failure 1', failed: { attempt: 1, delayMs: 1_000 } }],
        [1_000, { message: 'failure 2', failed: { attempt: 2, delayMs: 2_000 } }],
      ]);
    }));

  it('gives up after three attempts by default, with the last error as it is', () =>
    marbles(async ({ clock }) => {
      const { fn, calls } = failing(9);
      await expect(retryAsync(fn, { jitter: 'none' })).rejects.toThrow('failure 3');
      expect(calls).toEqual([1, 2, 3]);
      expect(clock.frame).toBe(3_000);
    }));

  it('tries as often as told', () =>
    marbles(async () => {
      const once = failing(9);
      await expect(retryAsync(once.fn, { attempts: 1 })).rejects.toThrow('failure 1');
      expect(once.calls).toEqual([1]);
      const often = failing(500);
      expect(await retryAsync(often.fn, { attempts: Infinity })).toBe('success 501');
    }));

  it('takes plain values, and errors that are thrown at once', () =>
    marbles(async () => {
      expect(await retryAsync(() => 1)).toBe(1);
      const thrower = (_: AbortSignal, attempt: number): number => {
        if (attempt < 3) throw new Error('at once');
        return attempt;
      };
      expect(await retryAsync(thrower)).toBe(3);
    }));

  it('does not try again when that makes no sense', () =>
    marbles(async ({ clock }) => {
      const { fn, calls } = failing(9);
      const asked: unknown[] = [];
      const shouldRetry = (error: unknown, attempt: number): boolean => {
        asked.push([(error as Error).message, attempt]);
        return attempt < 2;
      };
      const retried: unknown[] = [];
      const onRetry = (_: unknown, { attempt }: { attempt: number }): void =>
        void retried.push(attempt);
      await expect(
        retryAsync(fn, { attempts: 5, jitter: 'none', shouldRetry, onRetry }),
      ).rejects.toThrow('failure 2');
      expect(calls).toEqual([1, 2]);
      expect(asked).toEqual([
        ['failure 1', 1],
        ['failure 2', 2],
      ]);
      expect(retried).toEqual([1]);
      expect(clock.frame).toBe(1_000);
    }));

  it('rejects with what shouldRetry or onRetry throw', () =>
    marbles(async () => {
      const careless = (): never => {
        throw new Error('careless');
      };
      await expect(retryAsync(failing(9).fn, { shouldRetry: careless })).rejects.toThrow(
        'careless',
      );
      await expect(retryAsync(failing(9).fn, { onRetry: careless })).rejects.toThrow('careless');
    }));

  it('ends in a wait when it is aborted, at once, with the reason itself', () =>
    marbles(async ({ at, clock }) => {
      const controller = new AbortController();
      const reason = { not: 'an error' };
      const { fn, calls } = failing(9);
      at(1_500, () => controller.abort(reason));
      const outcome = retryAsync(fn, { jitter: 'none', signal: controller.signal });
      expect(await outcome.catch((error: unknown) => error)).toBe(reason);
      expect(clock.frame).toBe(1_500);
      expect(clock.pendingCount).toBe(0);
      expect(calls).toEqual([1, 2]);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    }));

  it('ends in an attempt when it is aborted, whatever that does', () =>
    marbles(async ({ at, clock }) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      at(5, () => controller.abort(reason));
      let given: AbortSignal | undefined;
      const deaf = async (signal: AbortSignal): Promise<void> => {
        given = signal;
        await sleep(100);
        throw new Error('nobody hears this');
      };
      const outcome = retryAsync(deaf, { signal: controller.signal });
      expect(await outcome.catch((error: unknown) => error)).toBe(reason);
      expect(clock.frame).toBe(5);
      expect(given?.reason).toBe(reason);
      expect(getEventListeners(controller.signal, 'abort')).toEqual([]); // while it still runs
      await sleep(100);
    }));

  it('prefers the reason to the error of an attempt that was aborted', () =>
    marbles(async () => {
      const controller = new AbortController();
      const fn = async (): Promise<void> => {
        controller.abort('reason');
        throw new Error('because of that');
      };
      let told = 0;
      const onRetry = (): number => told++;
      const outcome = retryAsync(fn, { onRetry, signal: controller.signal });
      expect(await outcome.catch((error: unknown) => error)).toBe('reason');
      expect(told).toBe(0); // there is no next attempt
    }));

  it('does not begin when it is aborted already', async () => {
    const { fn, calls } = failing(0);
    const outcome = retryAsync(fn, { signal: AbortSignal.abort('before') });
    expect(await outcome.catch((error: unknown) => error)).toBe('before');
    expect(calls).toEqual([]);
  });

  it('leaves nothing on a signal that lives on', () =>
    marbles(async () => {
      const { signal } = new AbortController();
      for (let i = 0; i < 50; i++) await retryAsync(failing(2).fn, { signal });
      await retryAsync(failing(9).fn, { signal }).catch(() => undefined);
      const thrower = (): never => {
        throw new Error('at once');
      };
      await retryAsync(thrower, { signal }).catch(() => undefined);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    }));

  it('ends two thousand who share a signal, with one listener on it', () =>
    marbles(async ({ advance, clock }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const fail = (): Promise<never> => Promise.reject(new Error('busy'));
      const all = Array.from({ length: 2_000 }, () =>
        retryAsync(fail, { signal, jitter: 'none' }).catch((error: unknown) => error),
      );
      expect(getEventListeners(signal, 'abort')).toHaveLength(1); // in the attempt
      await advance(500);
      expect(getEventListeners(signal, 'abort')).toHaveLength(1); // in the wait
      controller.abort('enough');
      expect([getEventListeners(signal, 'abort'), clock.pendingCount]).toEqual([[], 0]);
      expect(new Set(await Promise.all(all))).toEqual(new Set(['enough']));
    }));

  it('refuses a controller in place of its signal', async () => {
    const signal = new AbortController() as never;
    await expect(retryAsync(() => 1, { signal })).rejects.toBeInstanceOf(InvalidOptionError);
  });

  it('gives a signal also when it was given none', async () => {
    expect(await retryAsync((signal) => signal.aborted)).toBe(false);
  });

  it('keeps the type', () => {
    expectTypeOf(retryAsync(async () => 1)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(retryAsync(() => 'text')).toEqualTypeOf<Promise<string>>();
    expectTypeOf<RetryAsyncOptions['jitter']>().toEqualTypeOf<
      'full' | 'decorrelated' | 'none' | undefined
    >();
  });

  it.each([
    ['attempts', 0],
    ['attempts', 1.5],
    ['attempts', '3'],
    ['initialMs', -1],
    ['initialMs', Infinity],
    ['maxMs', -1],
    ['maxMs', Number.NaN],
    ['factor', 0.5],
    ['factor', Infinity],
    ['jitter', 'some'],
  ])('refuses %s: %p, before it begins', async (name, value) => {
    const { fn, calls } = failing(0);
    const error = await retryAsync(fn, { [name]: value }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toContain(`\`${name}\`, got \`${String(value)}\``);
    expect(calls).toEqual([]);
  });
});
