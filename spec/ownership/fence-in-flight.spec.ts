import { beforeEach, describe, expect, it } from '@jest/globals';
import { interval, merge, switchMap, timer } from 'rxjs';
import {
  defineIntegration,
  type Hub,
  type Scope,
  ScopeClosedError,
  sleep,
  workerModule,
} from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

const worker = workerModule<typeof import('../fixtures/fence-calls.worker.js')>(
  new URL('../fixtures/fence-calls.worker.js', import.meta.url),
);

let hub: TestHub;
let scope: Scope;
let mine: Hub;
function home(strict: boolean): void {
  hub = createTestHub({ strict });
  scope = hub.scope.child('unloaded');
  mine = hub.scoped(scope);
}
beforeEach(() => home(false));

/** Unloads the owner, lets time pass, and expects that it has done nothing but be reported. */
async function expectNothingPasses(reports: number): Promise<void> {
  const closing = scope.close();
  await hub.advance('10s');
  await closing;
  expect(hub.states.all()).toEqual([]);
  expect(hub.errors.map(({ owner }) => owner)).toEqual(Array(reports).fill('unloaded'));
  for (const { error } of hub.errors) expect(error).toBeInstanceOf(ScopeClosedError);
}

describe('what is in flight when its owner is unloaded', () => {
  it('is fenced: a forgotten interval, which is reported once', async () => {
    setInterval(() => mine.states.set('sensor.a', 'on'), 1000);
    await expectNothingPasses(1);
  });

  it('is fenced: a forgotten timer', async () => {
    setTimeout(() => mine.states.set('sensor.a', 'on'), 1000);
    await expectNothingPasses(1);
  });

  it('is fenced: an async function that nobody knows', async () => {
    void (async () => {
      await sleep(1000);
      mine.states.set('sensor.a', 'on');
    })();
    await expectNothingPasses(1);
  });

  it('is fenced: a task that does not look at its signal', async () => {
    const task = mine.createTask(async () => {
      await sleep(1000);
      mine.states.set('sensor.a', 'on');
    });
    await expectNothingPasses(1);
    expect(task.status).toBe('cancelled');
  });

  it('is fenced: an async listener in the middle of its work', async () => {
    mine.bus.listen('e', async () => {
      await sleep(1000);
      mine.states.set('sensor.a', 'on');
    });
    hub.bus.fire('e');
    await expectNothingPasses(1);
  });

  it('ends: an rxjs timer inside a stream of the bus', async () => {
    let ticks = 0;
    mine.bus
      .on('e')
      .pipe(switchMap(() => interval(1000)))
      .subscribe(() => {
        ticks++;
        mine.states.set('sensor.a', 'on');
      });
    hub.bus.fire('e');
    await expectNothingPasses(0);
    expect(ticks).toBe(0);
  });

  it('is fenced: a stream made by a creation function, which no scope can end', async () => {
    const ticks = merge(mine.bus.on('e'), timer(1000, 1000));
    const subscription = ticks.subscribe(() => mine.states.set('sensor.a', 'on'));
    await expectNothingPasses(1);
    subscription.unsubscribe();
  });

  it('is fenced: a teardown that writes', async () => {
    scope.own(() => mine.states.set('sensor.a', 'off'));
    await expectNothingPasses(1);
  });

  it('is fenced: a worker that calls back', async () => {
    const answer = new Uint8Array(new SharedArrayBuffer(1));
    const job = mine.addExecutorJob(worker.callAfter, () => void scope.close(), answer);
    job.catch(() => undefined);
    await hub.advance('1s');
    expect(answer[0]).toBe(2);
    await expectNothingPasses(0);
  });

  it('is fenced: a call that a worker has posted', async () => {
    const job = mine.addExecutorJob(worker.postBefore, () => void scope.close());
    job.catch(() => undefined);
    await hub.advance('1s');
    await expectNothingPasses(1);
  });

  it('is told loudly in strict mode: a forgotten timer fails the test', async () => {
    home(true);
    setTimeout(() => mine.states.set('sensor.a', 'on'), 1000);
    await scope.close();
    await expect(hub.advance('2s')).rejects.toBeInstanceOf(ScopeClosedError);
  });
});

describe('unloadEntry', () => {
  it('says goodbye through a hub that still obeys; teardowns come too late for that', async () => {
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry(entryHub, entry) {
          entry.onUnload(() => entryHub.states.set('light.teardown', 'off'));
        },
        async unloadEntry(entryHub) {
          entryHub.states.set('light.goodbye', 'off');
          await entryHub.createTask(() => sleep(10));
          entryHub.bus.fire('lamp_gone');
        },
      }),
    );
    const heard: string[] = [];
    hub.bus.listen('lamp_gone', ({ type }) => heard.push(type));
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const unloading = hub.configEntries.unload(entryId);
    await hub.advance('1s');
    expect(await unloading).toBe(true);
    expect(hub.states.entityIds()).toEqual(['light.goodbye']);
    expect(heard).toEqual(['lamp_gone']);
    expect(hub.errors.map(({ owner, source }) => `${owner}: ${source}`)).toEqual(['lamp: fence']);
  });
});
