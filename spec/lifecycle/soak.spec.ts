import { isDeepStrictEqual } from 'node:util';
import { expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { collectGarbage } from '../garbage.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** What the process keeps: heap in MB, handles by kind, listeners. */
async function kept(): Promise<{ heapMb: number; rest: unknown }> {
  for (let i = 0; i < 5; i++) {
    await turn();
    collectGarbage();
  }
  const resources = process.getActiveResourcesInfo().sort();
  const listeners = process.eventNames().map((name) => [name, process.listenerCount(name)]);
  return { heapMb: process.memoryUsage().heapUsed / 2 ** 20, rest: { resources, listeners } };
}

function fail(): never {
  throw new Error('seen');
}

/** A hub that has had `count` owners, each with ten tasks of all kinds and one of each thing it can own. */
async function live(count: number): Promise<void> {
  const hub = createTestHub({ time: 'real' });
  await hub.start();
  const { signal } = new AbortController(); // of somebody who outlives all of it
  const seen = (task: Promise<unknown>): unknown => task.catch(() => undefined);
  for (let round = 0; round < count; round++) {
    const scope = hub.scope.child(`owner ${round}`);
    const mine = hub.scoped(scope);
    mine.bus.listen('e', () => turn(), { signal });
    mine.bus.on('e').subscribe();
    mine.states.watch('light.kitchen').subscribe();
    seen(mine.bus.waitFor('never', { signal }));
    scope.own(() => turn());
    mine.addShutdownJob(() => undefined);
    hub.bus.fire('e');
    for (let i = 0; i < 2; i++) {
      mine.createTask(() => turn());
      mine.createTask(turn());
      seen(mine.createTask((told) => sleep(60_000, { signal: told }), { name: 'told' }));
    }
    mine.createTask(() => round, { eager: false });
    seen(mine.createTask(fail));
    mine.createTask(() => turn()).cancel();
    seen(mine.createBackgroundTask((told) => sleep(60_000, { signal: told }), { name: 'poll' }));
    if (round % 4 === 0) await turn();
    void scope.close();
    if (round % 50 === 0) await hub.blockTillDone();
  }
  await hub.stop();
  expect(hub.errors).toEqual([]);
  expect(hub.snapshot()).toMatchObject({ listeners: {}, tasks: [], flows: [], diagnostics: [] });
  expect([hub.scope.size, hub.scope.children]).toEqual([0, []]);
}

it('100,000 tasks and 10,000 scopes leave nothing behind', async () => {
  await live(500);
  const before = await kept();
  await live(10_000);
  // The runner has a timer of its own now and then; one that we left would stay for a minute.
  let after = await kept();
  for (let i = 0; i < 20 && !isDeepStrictEqual(after.rest, before.rest); i++) {
    await sleep(100);
    after = await kept();
  }
  expect(after.rest).toEqual(before.rest);
  expect(after.heapMb - before.heapMb).toBeLessThan(3);
}, 120_000);
