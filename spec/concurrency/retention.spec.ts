import { expect, it } from '@jest/globals';
import { cacheAsync, gather, retryAsync, Scope, Semaphore, sleep, withTimeout } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { caught } from './outcomes.js';
import { alive } from '../garbage.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('a cache keeps results, and neither who asked first nor what is too old at once', async () => {
  const hub = createTestHub({ time: 'real' });
  const refs: Record<string, WeakRef<object>> = {};
  const fetch = async (of: string): Promise<object> => {
    await turn();
    return { of };
  };
  const cached = cacheAsync(fetch);
  const shared = cacheAsync(fetch, { ttlMs: 0 });
  const ask = async (): Promise<void> => {
    const owner = new Scope('integration');
    const task = hub.scoped(owner).createTask(async () => {
      await turn();
      refs['kept'] = new WeakRef(await cached('kept'));
      refs['not kept'] = new WeakRef(await shared('not kept'));
    });
    refs['task'] = new WeakRef(task);
    refs['owner'] = new WeakRef(owner);
    await task;
    await owner.close();
  };
  await ask();
  expect(await alive(refs)).toEqual(['kept']);
  expect(cached.size).toBe(1);
  await hub.stop();
});

it('nothing is left of what has ended, on a signal that lives on', async () => {
  const { signal } = new AbortController();
  const refs: Record<string, WeakRef<object>> = {};
  const semaphore = new Semaphore(1);
  const release = await semaphore.acquire();
  const watch = (name: string): object => {
    const thing = { of: name };
    refs[name] = new WeakRef(thing);
    return thing;
  };
  const fail = (thing: object): Promise<never> => Promise.reject(new Error('no', { cause: thing }));
  const run = async (): Promise<void> => {
    await gather([() => watch('gathered'), (own) => sleep(1, { signal: own })], { signal });
    await caught(gather([() => fail(watch('gathered in vain'))], { signal }));
    await withTimeout(50, async () => watch('in time'), { signal });
    const late = watch('too late');
    await caught(withTimeout(1, () => sleep(5).then(() => late), { signal }));
    const again = { attempts: 2, initialMs: 1, signal };
    await caught(retryAsync(() => fail(watch('tried')), again));
    const waiting = watch('waited');
    const own = new AbortController();
    const gone = semaphore.acquire(own.signal).catch(() => waiting);
    own.abort();
    await gone;
    await sleep(10);
  };
  await run();
  expect(await alive(refs)).toEqual([]);
  expect(Object.keys(refs)).toHaveLength(6);
  release();
});
