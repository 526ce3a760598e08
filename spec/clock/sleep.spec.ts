import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { InvalidOptionError, sleep } from 'rxhome';
import { marbles } from 'rxhome/testing';

describe('sleep', () => {
  it('takes as long as it says', async () => {
    await marbles(async ({ advance }) => {
      const seen: string[] = [];
      void sleep(1000).then(() => seen.push('awake'));
      await advance(999);
      expect(seen).toEqual([]);
      await advance(1);
      expect(seen).toEqual(['awake']);
    });
  });

  it('longer than a timer of Node can take waits all that time', async () => {
    await marbles(async ({ advance }) => {
      let isAwake = false;
      void sleep(60 * 86_400_000).then(() => (isAwake = true));
      await advance('59d');
      expect(isAwake).toBe(false);
      await advance('1d');
      expect(isAwake).toBe(true);
    });
  });

  it('rejects with the reason of its signal, at once, and leaves no timer', async () => {
    await marbles(async ({ clock }) => {
      const controller = new AbortController();
      const reason = new Error('enough');
      const sleeping = sleep(1000, { signal: controller.signal });
      controller.abort(reason);
      expect(clock.pendingCount).toBe(0);
      await expect(sleeping).rejects.toBe(reason);
      await expect(sleep(1000, { signal: controller.signal })).rejects.toBe(reason);
      expect(clock.pendingCount).toBe(0);
    });
  });

  it('leaves nothing on a signal that lives long', async () => {
    await marbles(async ({ advance }) => {
      const { signal } = new AbortController();
      for (let round = 0; round < 100; round++) {
        const sleeping = Promise.all([1, 2, 3].map((ms) => sleep(ms, { signal })));
        expect(getEventListeners(signal, 'abort')).toHaveLength(1); // for all of them
        await advance(3);
        await sleeping;
      }
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    });
  });

  it('wakes two thousand who share a signal, with one listener on it', async () => {
    await marbles(async ({ clock }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const sleeping = Array.from({ length: 2_000 }, () => sleep(1000, { signal }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      controller.abort('enough');
      expect([clock.pendingCount, getEventListeners(signal, 'abort')]).toEqual([0, []]);
      const ends = await Promise.all(sleeping.map((each) => each.catch((error: unknown) => error)));
      expect(new Set(ends)).toEqual(new Set(['enough']));
    });
  });

  it('refuses a controller in place of its signal', async () => {
    const signal = new AbortController() as never;
    await expect(sleep(1, { signal })).rejects.toBeInstanceOf(InvalidOptionError);
  });

  it.each([[-1], [NaN], ['10'], [undefined]])('refuses %p', async (ms) => {
    await expect(sleep(ms as number)).rejects.toBeInstanceOf(InvalidOptionError);
  });
});
