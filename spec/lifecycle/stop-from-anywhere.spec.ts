/* eslint-disable @typescript-eslint/no-misused-promises -- what people do all the same */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { defineIntegration, sleep } from 'rxhome';
import { createTestHub, recordEvents, type TestHub } from 'rxhome/testing';

let hub: TestHub;
let returnedAt: number | undefined;
beforeEach(() => {
  hub = createTestHub();
  returnedAt = undefined;
});

/** Stops the hub as somebody inside would, and notes when that was over. */
async function stopIt(): Promise<void> {
  await hub.stop();
  returnedAt = hub.clock!.frame;
}

/** Everything was over without waiting for anybody in vain. */
async function expectNoWaiting(at = 0): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve)); // who joined hears of it a little later
  expect([hub.state, returnedAt]).toEqual(['stopped', at]);
  expect(hub.log.filter(({ level }) => level === 'warn')).toEqual([]);
  expect(hub.errors).toEqual([]);
}

describe('stop, called from', () => {
  beforeEach(() => hub.start());

  it('a task, does not wait for that task', async () => {
    hub.createTask(stopIt);
    await hub.stop();
    await expectNoWaiting();
  });

  it('a task after an await', async () => {
    hub.createTask(async () => {
      await sleep(1000);
      await stopIt();
    });
    await hub.advance('10m');
    await expectNoWaiting(1000);
  });

  it('a task that another task awaits', async () => {
    hub.createTask(async () => {
      await hub.createTask(async () => {
        await sleep(1000);
        await stopIt();
      });
    });
    await hub.advance('10m');
    await expectNoWaiting(1000);
  });

  it('a background task', async () => {
    hub.createBackgroundTask(stopIt, { name: 'watch the battery' });
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a listener', async () => {
    hub.bus.listen('power_button', () => void stopIt());
    hub.bus.fire('power_button');
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('an async listener', async () => {
    hub.bus.listen('power_button', stopIt);
    hub.bus.fire('power_button');
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('several async listeners at once', async () => {
    for (let i = 0; i < 3; i++) hub.bus.listen('power_button', async () => stopIt());
    hub.bus.fire('power_button');
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a listener of homeassistant_stop', async () => {
    hub.bus.listen('homeassistant_stop', stopIt);
    await hub.stop();
    await expectNoWaiting();
  });

  it('a subscriber', async () => {
    hub.bus.on('power_button').subscribe(stopIt); // its promise is followed all the same
    hub.bus.fire('power_button');
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a shutdown job', async () => {
    hub.addShutdownJob(stopIt);
    await hub.stop();
    await expectNoWaiting();
  });

  it('a shutdown job after an await', async () => {
    hub.addShutdownJob(async () => {
      await sleep(1000);
      await stopIt();
    });
    await hub.stop();
    await expectNoWaiting(1000);
  });

  it('a plain function that returns the promise, as a job', async () => {
    void hub.runJob(() => stopIt());
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a teardown', async () => {
    hub.scope.child('lamp').own(() => void stopIt());
    await hub.scope.children[0]!.close();
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a teardown that waits for it, while its owner is unloaded', async () => {
    const scope = hub.scope.child('lamp');
    scope.own(stopIt);
    void scope.close();
    await hub.advance('10m');
    // Nothing tells a teardown that waits for the stop from one that hangs, so it gets its 10 s.
    expect([hub.state, returnedAt]).toEqual(['stopped', 10_000]);
    expect(hub.snapshot().diagnostics).toMatchObject([{ owner: 'lamp', name: 'stopIt' }]);
  });

  it('an async listener after an await', async () => {
    hub.bus.listen('power_button', async () => {
      await sleep(1000);
      await stopIt();
    });
    hub.bus.fire('power_button');
    await hub.advance('10m');
    await expectNoWaiting(1000);
  });

  it('async listeners of all events of stopping', async () => {
    for (const type of ['homeassistant_stop', 'homeassistant_final_write', 'homeassistant_close'])
      hub.bus.listen(type, async () => {
        await sleep(1000);
        await stopIt();
      });
    await hub.stop();
    await expectNoWaiting(3000);
  });

  it('a timer', async () => {
    setTimeout(() => void stopIt(), 1000);
    await hub.advance('10m');
    await expectNoWaiting(1000);
  });

  it('a filter, and a subscriber of stage$, errors$ and diagnostics$', async () => {
    hub.bus.listen('e', () => undefined, { filter: () => (void stopIt(), true) });
    hub.stage$.subscribe((stage) => stage === 'stopping' && void stopIt());
    hub.diagnostics$.subscribe(() => void stopIt());
    hub.bus.fire('e');
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it('a service', async () => {
    hub.services.register('home', 'stop', stopIt);
    hub.services.call('home', 'stop').catch(() => undefined);
    await hub.advance('10m');
    await expectNoWaiting();
  });

  it.each([
    ['at once', 0],
    ['after an await', 1000],
  ])('setupEntry, %s', async (_, ms) => {
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        async setupEntry() {
          if (ms > 0) await sleep(ms);
          await stopIt();
        },
      }),
    );
    const adding = hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('10m');
    await expectNoWaiting(ms);
    expect(await adding).toMatchObject({ state: 'not_loaded', reason: 'The hub has stopped.' });
  });

  it('unloadEntry', async () => {
    hub.configEntries.registerIntegration(
      defineIntegration({ domain: 'lamp', setupEntry: () => undefined, unloadEntry: stopIt }),
    );
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const unloading = hub.configEntries.unload(entryId);
    await hub.advance('10m');
    await expectNoWaiting();
    await unloading.catch(() => undefined);
    expect(hub.configEntries.get(entryId).state).toBe('not_loaded');
  });

  it('a task while somebody else stops it already', async () => {
    hub.createTask(async () => {
      await sleep(1000);
      await stopIt();
    });
    await hub.stop();
    await expectNoWaiting(1000);
  });
});

describe('stop', () => {
  it.each<[string, () => Promise<unknown>]>([
    ['before the start', async () => undefined],
    ['while it starts', async () => void hub.start()],
    ['while it runs', () => hub.start()],
    ['while it stops', async () => void hub.stop()],
    ['when it has stopped', () => hub.stop()],
  ])('may be called %s', async (_, begin) => {
    await begin();
    await stopIt();
    await expectNoWaiting();
  });

  it('joins the first: everything happens once, and both wait for the end', async () => {
    await hub.start();
    const { types } = recordEvents(hub);
    let jobs = 0;
    hub.addShutdownJob(async () => {
      jobs++;
      await sleep(1000);
    });
    const states: string[] = [];
    const first = hub.stop().then(() => states.push(hub.state));
    const second = hub.stop().then(() => states.push(hub.state));
    await Promise.all([first, second]);
    await hub.stop();
    expect([states, jobs, types.length]).toEqual([['stopped', 'stopped'], 1, 0]);
  });

  it('may be called through the hub of an owner', async () => {
    await hub.start();
    const stopping = hub.scoped(hub.scope.child('lamp')).stop();
    await hub.stop();
    await stopping;
    expect(hub.state).toBe('stopped');
  });

  it('keeps a start from going on, also while shutdown jobs run', async () => {
    const { types } = recordEvents(hub);
    hub.addShutdownJob(() => sleep(1000));
    const starting = hub.start();
    const stopping = hub.stop();
    await starting;
    expect(hub.state).toBe('starting');
    await stopping;
    expect(types).not.toContain('homeassistant_started');
  });

  it('works when the root scope was closed before', async () => {
    await hub.start();
    await hub.scope.close();
    await hub.stop();
    expect([hub.state, hub.errors]).toEqual(['stopped', []]);
  });

  it('works with a logger and subscribers that throw at every step', async () => {
    const fail = (): never => {
      throw new Error('broken');
    };
    hub = createTestHub({ logger: { debug: fail, info: fail, warn: fail, error: fail } });
    await hub.start();
    for (const stream of [
      hub.stage$,
      hub.diagnostics$,
      hub.errors$,
      hub.activity$,
      hub.bus.on('*'),
    ])
      (stream as typeof hub.stage$).subscribe({ next: fail, complete: fail });
    hub.createBackgroundTask(() => new Promise(() => undefined), { name: 'deaf' });
    hub.addShutdownJob(fail);
    hub.bus.listen('homeassistant_stop', fail);
    hub.scope.own(fail);
    await hub.stop();
    expect(hub.state).toBe('stopped');
  });
});
