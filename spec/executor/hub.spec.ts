import { afterEach, describe, expect, it } from '@jest/globals';
import { Hub, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { askWorker, endWorkers, startWorker } from './own-worker.js';

const attack = workerModule<typeof import('../fixtures/attack.worker.js')>(
  new URL('../fixtures/attack.worker.js', import.meta.url),
);

const blocking = workerModule<typeof import('../fixtures/blocking.worker.js')>(
  new URL('../fixtures/blocking.worker.js', import.meta.url),
);

const hubs: { stop(): Promise<void> }[] = [];

function threaded(): Hub {
  const hub = new Hub({ executor: { maxThreads: 1 }, logger: silent });
  hubs.push(hub);
  return hub;
}

const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {
  // what it says is not asked here
}

afterEach(async () => {
  for (const hub of hubs.splice(0)) await hub.stop();
  await endWorkers();
});

describe('a hub and the code in its workers', () => {
  it('cannot be reached but through the door: each attempt says so', async () => {
    for (const hub of [threaded(), createTestHub()]) {
      const [own, foreign, unknown] = await hub.addExecutorJob(attack.reachForHub);
      expect(own).toMatch(/^WrongThreadError: getHub\(\).*runCallbackThreadsafe/);
      expect(foreign).toBe('worked'); // a hub that was made there belongs there
      expect(unknown).toMatch(/^UnknownFunctionError: /);
    }
  });

  it.each(['threads', 'inline'])('refuses what is no worker function, by name (%s)', (kind) => {
    const hub = kind === 'inline' ? createTestHub() : threaded();
    for (const wrong of [nothing, undefined, null, {}, 'poll'])
      expect(() => hub.addExecutorJob(wrong as never)).toThrow(/function of a worker module/);
  });

  it.each(['threads', 'inline'])('tells a job whose task is cancelled (%s)', async (kind) => {
    const hub = kind === 'inline' ? createTestHub() : threaded();
    const reason = new Error('enough');
    const task = hub.addExecutorJob(blocking.waitUntilTold.with({ graceMs: 60_000 }));
    task.cancel(reason);
    await expect(task).rejects.toMatchObject({ code: 'CANCELLED', cause: reason });
    const waiting = hub.addExecutorJob(blocking.add, 1, 2);
    expect(await waiting).toBe(3); // in the same thread, which has ended the other
  });

  it('runs a callback as the owner of the job, with its cause', async () => {
    const hub = threaded();
    const causes: unknown[] = [];
    hub.bus.listen('asked', (event) => void causes.push(event.context.parentId));
    const done = new Promise<string>((resolve, reject) => {
      hub.bus.listen('go', async ({ context }) => {
        await hub
          .addExecutorJob(attack.ask, () => {
            hub.bus.fire('asked');
          })
          .then(() => resolve(context.id), reject);
      });
    });
    hub.bus.fire('go');
    const id = await done;
    expect(causes).toEqual([id]);
  });

  it('lets a worker of its own call as the owner that attached it, until that is unloaded', async () => {
    const hub = threaded();
    const scope = hub.scope.child('my integration');
    const worker = startWorker();
    hub.scoped(scope).attachWorker(worker);
    expect(await askWorker(worker, 'run', 'states.set', 'light.kitchen', 'on')).toBeUndefined();
    expect(hub.states.is('light.kitchen', 'on')).toBe(true);
    await scope.close();
    expect(await askWorker(worker, 'run', 'states.set', 'light.kitchen', 'off')).toBe(
      'ScopeClosedError',
    );
    expect(hub.states.is('light.kitchen', 'on')).toBe(true);
  });

  it('refuses the calls of its workers once it stops', async () => {
    const hub = threaded();
    const worker = startWorker();
    hub.attachWorker(worker);
    expect(await askWorker(worker, 'run', 'states.get', 'light.kitchen')).toBeUndefined();
    await hub.stop();
    const late = await askWorker(worker, 'run', 'states.get', 'light.kitchen');
    expect(['ShutdownError', 'ScopeClosedError']).toContain(late);
  });
});
