import { getEventListeners } from 'node:events';
import { expect, it } from '@jest/globals';
import { CancelledError, Context, sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { alive } from '../garbage.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('keeps nothing of a task that has settled, however it ended', async () => {
  const hub = createTestHub({ time: 'real' });
  const refs: Record<string, WeakRef<object>> = {};
  const begin = async (name: string, body: () => unknown, isCancelled = false): Promise<void> => {
    const result = { of: name };
    const task = hub.createTask(async () => {
      await turn();
      await body();
      return result;
    });
    refs[`${name}: task`] = new WeakRef(task);
    refs[`${name}: result`] = new WeakRef(result);
    refs[`${name}: signal`] = new WeakRef(task.signal);
    if (isCancelled) task.cancel();
    await task.catch(
      (error: unknown) => isCancelled && expect(error).toBeInstanceOf(CancelledError),
    );
  };
  await begin('done', () => undefined);
  await begin('failed', () => Promise.reject(new Error('broken')));
  await begin('cancelled', () => undefined, true);
  expect(await alive(refs)).toEqual([]);
  await hub.stop();
});

it('keeps nothing of the tasks before, when each task starts the next', async () => {
  const hub = createTestHub({ time: 'real' });
  const refs: Record<string, WeakRef<object>> = {};
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => (end = resolve));
  const next = (n: number): void => {
    const task = hub.createTask(async () => {
      await turn();
      if (n < 20) next(n + 1);
      else await over;
    });
    if (n < 18) refs[`task ${n}`] = new WeakRef(task);
  };
  next(0);
  for (let i = 0; i < 40; i++) await turn();
  expect(hub.snapshot().tasks).toHaveLength(1);
  expect(await alive(refs)).toEqual([]);
  end();
  await hub.stop();
});

it('keeps nothing of what a closed scope owned', async () => {
  const hub = createTestHub({ time: 'real' });
  const refs: Record<string, WeakRef<object>> = {};
  const begin = async (): Promise<void> => {
    const scope = hub.scope.child('lamp');
    const listener = (): void => undefined;
    hub.scoped(scope).bus.listen('e', listener);
    hub.scoped(scope).createBackgroundTask(turn, { name: 'poll' });
    refs['scope'] = new WeakRef(scope);
    refs['listener'] = new WeakRef(listener);
    await scope.close();
  };
  await begin();
  expect(await alive(refs)).toEqual([]);
  await hub.stop();
});

it('keeps no argument of a job, no context and no listener of a signal', async () => {
  const hub = createTestHub({ time: 'real' });
  const refs: Record<string, WeakRef<object>> = {};
  const { signal } = new AbortController(); // of somebody who outlives all of it
  const begin = async (): Promise<void> => {
    const argument = { of: 'the job' };
    const context = new Context();
    refs['argument'] = new WeakRef(argument);
    refs['context'] = new WeakRef(context);
    hub.bus.listen('e', () => turn(), { signal })();
    hub.bus.listen('f', () => turn());
    hub.bus.fire('f', {}, { context });
    await hub.runJob((given: object) => turn().then(() => typeof given), argument);
    await hub.createTask(() => sleep(1, { signal }));
    await hub.blockTillDone();
  };
  await begin();
  hub.bus.fire('f'); // what was delivered last is not kept either
  expect(await alive(refs)).toEqual([]);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  await hub.stop();
});
