import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { InvalidOptionError, Mutex, Semaphore } from 'rxhome';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('lets so many be inside, and the others wait in order', async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    const leave: (() => void)[] = [];
    for (let i = 0; i < 5; i++)
      void semaphore.acquire().then((release) => {
        order.push(i);
        leave.push(release);
      });
    await turn();
    expect([order, semaphore.stats]).toEqual([[0, 1], { inside: 2, waiting: 3 }]);
    leave[1]!();
    await turn();
    leave[0]!();
    await turn();
    expect([order, semaphore.stats]).toEqual([[0, 1, 2, 3], { inside: 2, waiting: 1 }]);
  });

  it('counts a release once, however often it is called', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    release();
    release();
    await semaphore.acquire();
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 0 });
    let isIn = false;
    void semaphore.acquire().then(() => (isIn = true));
    await turn();
    expect(isIn).toBe(false);
  });

  it('hands a place on, so that nobody who comes later slips in before', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    const release = await semaphore.acquire();
    void semaphore.acquire().then(() => order.push('who waited'));
    release();
    void semaphore.acquire().then(() => order.push('who came later'));
    await turn();
    expect(order).toEqual(['who waited']);
  });

  it('takes a waiter out at once when it aborts, with its own reason; the next one moves up', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const controller = new AbortController();
    const reason = new Error('not wanted');
    const aborted = semaphore.acquire(controller.signal);
    const next = semaphore.acquire();
    controller.abort(reason);
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 1 });
    await expect(aborted).rejects.toBe(reason);
    release();
    (await next)();
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });

  it('refuses a signal that has aborted, also when there is room', async () => {
    const semaphore = new Semaphore(1);
    const signal = AbortSignal.abort('why');
    await expect(semaphore.acquire(signal)).rejects.toBe('why');
    expect(semaphore.stats.inside).toBe(0);
  });

  it('leaves nothing on a signal that lives long', async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round++)
      await Promise.all([1, 2, 3].map(() => semaphore.run(turn, signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('keeps who is inside there when the signal aborts later', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    await semaphore.acquire(controller.signal);
    controller.abort();
    expect(semaphore.stats.inside).toBe(1);
  });

  it.each([[0], [-1], [1.5], [NaN], [Infinity], ['2'], [undefined]])(
    'refuses %p as limit',
    (limit) => {
      expect(() => new Semaphore(limit as number)).toThrow(InvalidOptionError);
    },
  );
});

describe('run', () => {
  it('leaves however the function ends, and gives its result', async () => {
    const semaphore = new Semaphore(1);
    expect(await semaphore.run(async () => 42)).toBe(42);
    expect(await semaphore.run(() => 'sync')).toBe('sync');
    const broken = new Error('broken');
    await expect(semaphore.run(() => Promise.reject(broken))).rejects.toBe(broken);
    const throwing = (): never => {
      throw broken;
    };
    await expect(semaphore.run(throwing)).rejects.toBe(broken);
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });
});

describe('Mutex', () => {
  it('lets one be inside', async () => {
    const mutex = new Mutex();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      expect(mutex.isLocked).toBe(true);
      await turn();
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => mutex.run(work)));
    expect([most, mutex.isLocked]).toEqual([1, false]);
  });

  it('works with `using`', async () => {
    const mutex = new Mutex();
    {
      using held = await mutex.acquire();
      expect(held).toBeDefined();
      expect(mutex.isLocked).toBe(true);
    }
    expect(mutex.isLocked).toBe(false);
  });
});
