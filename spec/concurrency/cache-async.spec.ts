import { describe, expect, it } from '@jest/globals';
import { cacheAsync, InvalidOptionError, sleep, withTimeout } from 'rxhome';
import { marbles } from 'rxhome/testing';
import { caught, never, unhandledDuring } from './outcomes.js';

/** A function that counts its calls and gives `<key> <number of the call>` after a while. */
function source(ms = 0) {
  const calls: unknown[] = [];
  const fetch = async (key: unknown): Promise<string> => {
    const number = calls.push(key);
    if (ms > 0) await sleep(ms);
    return `${String(key)} ${number}`;
  };
  return { calls, fetch };
}

describe('cacheAsync', () => {
  it('gives a result again, for each key', async () => {
    const { calls, fetch } = source();
    const cached = cacheAsync(fetch);
    expect([await cached('a'), await cached('a'), await cached('b')]).toEqual([
      'a 1',
      'a 1',
      'b 2',
    ]);
    expect([calls, cached.size]).toEqual([['a', 'b'], 2]);
  });

  it('shares one run among all who ask while it runs', () =>
    marbles(async ({ clock }) => {
      const { calls, fetch } = source(10);
      const cached = cacheAsync(fetch);
      const asked = [cached('a'), cached('a'), cached('b')];
      await sleep(5);
      asked.push(cached('a'));
      expect(cached.size).toBe(0); // nothing has come yet
      expect(await Promise.all(asked)).toEqual(['a 1', 'a 1', 'b 2', 'a 1']);
      expect([calls, clock.frame]).toEqual([['a', 'b'], 10]);
    }));

  it('calls the function at once, with all arguments of who asked first', async () => {
    const calls: unknown[][] = [];
    const fetch = async (...args: [string, number, object?]): Promise<number> => calls.push(args);
    const cached = cacheAsync(fetch, { key: (host, port) => `${host}:${port}` });
    const options = { signal: new AbortController().signal };
    const first = cached('hub', 80, options);
    expect(calls).toEqual([['hub', 80, options]]);
    expect(calls[0]?.[2]).toBe(options);
    expect(await Promise.all([first, cached('hub', 80), cached('hub', 81)])).toEqual([1, 1, 2]);
  });

  it('keeps a result for so long, counted from when it came', () =>
    marbles(async ({ advance }) => {
      const { fetch } = source(100);
      const cached = cacheAsync(fetch, { ttlMs: 1_000 });
      expect(await cached('a')).toBe('a 1');
      await advance(999);
      expect([await cached('a'), cached.size]).toEqual(['a 1', 1]);
      await advance(1);
      expect(cached.size).toBe(0);
      expect(await cached('a')).toBe('a 2');
      expect(cached.size).toBe(1);
    }));

  it('goes by a clock that nobody sets', () =>
    marbles(async ({ advance }) => {
      const { fetch } = source();
      const cached = cacheAsync(fetch, { ttlMs: 1_000 });
      await cached('a');
      const { now } = Date;
      Date.now = () => now() + 86_400_000; // the computer has learnt the date
      try {
        expect(await cached('a')).toBe('a 1');
        Date.now = () => now() - 86_400_000;
        await advance(1_000);
        expect(await cached('a')).toBe('a 2');
      } finally {
        Date.now = now;
      }
    }));

  it('does not make a result younger by giving it', () =>
    marbles(async ({ advance }) => {
      const { fetch } = source();
      const cached = cacheAsync(fetch, { ttlMs: 100 });
      for (let i = 0; i < 4; i++) {
        expect(await cached('a')).toBe(i < 2 ? 'a 1' : 'a 2');
        await advance(60);
      }
    }));

  it('with a time of 0 keeps nothing, and still shares what runs', () =>
    marbles(async () => {
      const { fetch } = source(10);
      const cached = cacheAsync(fetch, { ttlMs: 0 });
      expect(await Promise.all([cached('a'), cached('a')])).toEqual(['a 1', 'a 1']);
      expect([await cached('a'), cached.size]).toEqual(['a 2', 0]);
    }));

  it('keeps so many results, and drops the one that was asked for longest ago', async () => {
    const { calls, fetch } = source();
    const cached = cacheAsync(fetch, { maxSize: 2 });
    await cached('a');
    await cached('b');
    await cached('a');
    await cached('c'); // b goes
    expect(cached.size).toBe(2);
    await cached('a');
    await cached('c');
    expect(calls).toEqual(['a', 'b', 'c']);
    await cached('b');
    expect([calls, cached.size]).toEqual([['a', 'b', 'c', 'b'], 2]);
  });

  it('takes a large limit without taking the room', async () => {
    const { fetch } = source();
    const cached = cacheAsync(fetch, { maxSize: Number.MAX_SAFE_INTEGER });
    for (let i = 0; i < 2_000; i++) await cached(i);
    expect(cached.size).toBe(2_000);
    const byDefault = cacheAsync(fetch);
    for (let i = 0; i < 1_500; i++) await byDefault(i);
    expect(byDefault.size).toBe(1_000);
  });

  it('lets more run at once than it keeps', () =>
    marbles(async () => {
      const { calls, fetch } = source(10);
      const cached = cacheAsync(fetch, { maxSize: 1 });
      await Promise.all([1, 2, 3, 1, 2, 3].map((key) => cached(key)));
      expect([calls, cached.size]).toEqual([[1, 2, 3], 1]);
    }));

  it('gives a failure to all who wait, and does not keep it', () =>
    marbles(async () => {
      const errors = [new Error('first'), new Error('second')];
      const fetch = async (): Promise<string> => {
        await sleep(10);
        const error = errors.shift();
        if (error) throw error;
        return 'third';
      };
      const [first, second] = errors;
      const cached = cacheAsync(fetch);
      const both = [cached(), cached()];
      expect(await Promise.all(both.map(caught))).toEqual([first, first]);
      expect(cached.size).toBe(0);
      expect(await caught(cached())).toBe(second);
      expect([await cached(), await cached(), cached.size]).toEqual(['third', 'third', 1]);
    }));

  it('makes rejections of what the function or the key throws at once', async () => {
    let isBroken = true;
    const fetch = (id: string): string => {
      if (isBroken) throw new Error('at once');
      return id;
    };
    const cached = cacheAsync(fetch);
    await expect(cached('a')).rejects.toThrow('at once');
    isBroken = false;
    expect(await cached('a')).toBe('a');
    const key = (): never => {
      throw new Error('no key');
    };
    await expect(cacheAsync(fetch, { key })('a')).rejects.toThrow('no key');
  });

  it('leaves no rejection behind that nobody can handle', async () => {
    const seen = await unhandledDuring(async () => {
      const cached = cacheAsync(() => Promise.reject(new Error('handled')));
      await Promise.all([caught(cached()), caught(cached())]);
      const waiting = caught(cached());
      cached.clear();
      await waiting;
    });
    expect(seen).toEqual([]);
  });

  it('keeps any value, and takes any key', async () => {
    let calls = 0;
    const cached = cacheAsync((value?: unknown) => (calls++, value));
    const keys = [undefined, null, NaN, 0, '', false, '0', {}, {}, Symbol('s')];
    for (const key of keys) expect(await cached(key)).toBe(key);
    for (const key of keys) expect(await cached(key)).toBe(key);
    expect([calls, cached.size]).toEqual([keys.length, keys.length]);
    for (const key of keys) expect(cached.delete(key)).toBe(true);
    expect(cached.size).toBe(0);
  });

  it('has one result for a function without arguments', async () => {
    let calls = 0;
    const cached = cacheAsync(async () => ++calls);
    expect([await cached(), await cached(), cached.size]).toEqual([1, 1, 1]);
    expect([cached.delete(undefined), await cached()]).toEqual([true, 2]);
  });

  it('goes by the first argument when a function of one is given more', async () => {
    const { fetch } = source();
    expect(await Promise.all(['a', 'b', 'a'].map(cacheAsync(fetch)))).toEqual([
      'a 1',
      'b 2',
      'a 1',
    ]);
  });

  it('forgets one, or all, and tells whether there was one', () =>
    marbles(async ({ advance }) => {
      const { fetch } = source();
      const cached = cacheAsync(fetch, { ttlMs: 100 });
      await cached('a');
      await cached('b');
      expect([cached.delete('a'), cached.delete('a'), cached.delete('never')]).toEqual([
        true,
        false,
        false,
      ]);
      expect([await cached('a'), await cached('b')]).toEqual(['a 3', 'b 2']);
      cached.clear();
      expect([cached.size, await cached('a')]).toEqual([0, 'a 4']);
      await advance(100);
      expect(cached.delete('a')).toBe(false); // too old
    }));

  it.each([
    ['delete', (cached: { delete(key: unknown): unknown }) => cached.delete('a')],
    ['clear', (cached: { clear(): void }) => (cached.clear(), true)],
  ])('does not take back what %s has forgotten while it ran', (_, forget) =>
    marbles(async () => {
      const delays = [30, 10];
      let calls = 0;
      const fetch = async (key: string): Promise<string> => {
        const number = ++calls;
        await sleep(delays.shift() ?? 0);
        return `${key} ${number}`;
      };
      const cached = cacheAsync(fetch);
      const old = cached('a');
      expect(forget(cached)).toBe(true);
      const young = cached('a'); // a run of its own, which ends first
      expect(await young).toBe('a 2');
      expect(await cached('a')).toBe('a 2');
      expect(await old).toBe('a 1'); // who waited gets what was asked for
      expect([await cached('a'), cached.size]).toEqual(['a 2', 1]);
    }),
  );

  it('keeps the young run when the old one ends first, or fails', () =>
    marbles(async () => {
      const delays = [10, 30];
      let calls = 0;
      const fetch = async (): Promise<number> => {
        const number = ++calls;
        await sleep(delays.shift() ?? 0);
        if (number === 1) throw new Error('old');
        return number;
      };
      const cached = cacheAsync(fetch);
      const old = caught(cached());
      cached.delete(undefined);
      const young = cached();
      await old;
      expect(cached.size).toBe(0);
      expect(await Promise.all([young, cached()])).toEqual([2, 2]); // still shared
      expect(calls).toBe(2);
    }));

  it('can be told to forget by the function itself', async () => {
    let calls = 0;
    const cached: { (): Promise<number>; clear(): void; size: number } = cacheAsync(() => {
      cached.clear();
      return ++calls;
    });
    expect([await cached(), await cached(), cached.size]).toEqual([1, 2, 0]);
  });

  it('lets one who waits give up without the others', () =>
    marbles(async ({ at, clock }) => {
      const { fetch, calls } = source(100);
      const cached = cacheAsync(fetch);
      const controller = new AbortController();
      at(10, () => controller.abort('given up'));
      const patient = cached('a');
      const impatient = withTimeout(50, cached('a'), { signal: controller.signal });
      expect(await caught(impatient)).toBe('given up');
      expect([clock.frame, await patient, calls]).toEqual([10, 'a 1', ['a']]);
    }));

  it('starts no timers', () =>
    marbles(async ({ clock }) => {
      const { fetch } = source();
      const cached = cacheAsync(fetch, { ttlMs: 1_000 });
      void cached('a');
      await cached('b');
      await cached('b');
      expect(clock.pendingCount).toBe(0);
    }));

  it('refuses a function of several arguments without a key', () => {
    const fetch = async (host: string, port: number): Promise<string> => `${host}:${port}`;
    expect(() => cacheAsync(fetch as never)).toThrow(InvalidOptionError);
    expect(() => cacheAsync(fetch as never)).toThrow(
      'Expected a `key` for `fetch`, which has 2 arguments, got none.',
    );
  });

  it.each([
    ['ttlMs', -1],
    ['ttlMs', NaN],
    ['ttlMs', '10'],
    ['maxSize', 0],
    ['maxSize', 1.5],
    ['maxSize', Infinity],
    ['maxSize', '10'],
    ['key', 'id'],
  ])('refuses %s: %p', (name, value) => {
    const act = (): unknown =>
      cacheAsync((id: string) => never().then(() => id), { [name]: value });
    expect(act).toThrow(InvalidOptionError);
    expect(act).toThrow(`as \`${name}\`, got \`${String(value)}\``);
  });

  it('refuses what is no function', () => {
    expect(() => cacheAsync(Promise.resolve(1) as never)).toThrow(InvalidOptionError);
  });
});
