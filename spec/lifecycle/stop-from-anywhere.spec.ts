/* eslint-disable @typescript-eslint/no-misused-promises -- what people do all the same */
import { beforeEach, describe, expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
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
});
