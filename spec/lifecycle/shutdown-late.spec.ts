import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

let hub: TestHub;
beforeEach(async () => {
  hub = createTestHub();
  await hub.start();
});

/** The virtual seconds that stopping takes. */
async function secondsToStop(): Promise<number> {
  const before = hub.clock!.frame;
  await hub.stop();
  expect(hub.state).toBe('stopped');
  return (hub.clock!.frame - before) / 1000;
}

function warnings(): string[] {
  return hub.log.filter(({ level }) => level === 'warn').map(({ message }) => message);
}

describe('what is late is named, and does not hold the stop', () => {
  afterEach(() => expect(hub.errors).toEqual([]));

  it('a shutdown job that hangs: 20 s, and as tracked work 100 s and 60 s more', async () => {
    hub.scoped(hub.scope.child('lamp')).addShutdownJob(function goodbye() {
      return never();
    });
    expect(await secondsToStop()).toBe(20 + 100 + 60 + 10);
    expect(warnings()[0]).toMatch(/shutdown jobs.*20000 ms.*"goodbye" of lamp \(20\.0 s\)/);
  });

  it('a tracked task that ignores its signal: 100 s and 60 s, then it is cancelled', async () => {
    const mine = hub.scoped(hub.scope.child('lamp'));
    const task = mine.createTask(never, { name: 'deaf' });
    const abortedAt: number[] = [];
    task.signal.addEventListener('abort', () => abortedAt.push(hub.clock!.frame / 1000));
    expect(await secondsToStop()).toBe(100 + 60 + 10);
    expect(abortedAt).toEqual([160]);
    expect(warnings()[0]).toMatch(/stop.*"deaf" of lamp \(100\.0 s\)/);
    expect(warnings()[1]).toMatch(/final write.*"deaf" of lamp \(160\.0 s\)/);
  });

  it('a tracked task of the hub, which is told before the entries are unloaded', async () => {
    hub.scope.child('lamp').own(() => sleep(5000));
    const task = hub.createTask(never, { name: 'deaf' });
    const abortedAt: number[] = [];
    task.signal.addEventListener('abort', () => abortedAt.push(hub.clock!.frame / 1000));
    await hub.stop();
    expect(abortedAt).toEqual([160]);
  });

  it('a background task that ignores its signal', async () => {
    hub.createBackgroundTask(never, { name: 'deaf poll' });
    expect(await secondsToStop()).toBeLessThanOrEqual(20 + 100 + 60 + 30 + 30);
    expect(warnings()[0]).toContain('"deaf poll" of hub');
  });

  it('an async listener of homeassistant_stop that hangs', async () => {
    hub.bus.listen('homeassistant_stop', never, { name: 'say goodbye' });
    expect(await secondsToStop()).toBe(100 + 60 + 10);
    expect(warnings()[0]).toContain('"say goodbye" of hub');
  });

  it('an async listener of homeassistant_final_write that hangs', async () => {
    hub.bus.listen('homeassistant_final_write', never, { name: 'write it down' });
    expect(await secondsToStop()).toBe(60 + 10);
    expect(warnings()[0]).toContain('"write it down" of hub');
  });

  it('a teardown of an entry that hangs: its own 10 s', async () => {
    hub.scope.child('lamp').own(never, 'hang up');
    expect(await secondsToStop()).toBe(10);
    expect(warnings()).toEqual([expect.stringMatching(/lamp.*hang up/)]);
  });

  it('a teardown of the hub that hangs', async () => {
    hub.scope.own(never, 'hang up');
    expect(await secondsToStop()).toBe(10);
    expect(warnings()).toEqual([expect.stringMatching(/hub.*hang up/)]);
  });

  it('all of these at once', async () => {
    const mine = hub.scoped(hub.scope.child('lamp'));
    const deep = hub.scope.child('bridge').child('device').child('endpoint');
    mine.addShutdownJob(function goodbye() {
      return never();
    });
    mine.createTask(never, { name: 'deaf' });
    mine.createBackgroundTask(never, { name: 'deaf poll' });
    for (const type of ['homeassistant_stop', 'homeassistant_final_write', 'homeassistant_close'])
      hub.bus.listen(type, never, { name: `on ${type}` });
    mine.scope.own(never, 'hang up');
    for (let scope = deep; scope.parent; scope = scope.parent) scope.own(never, `of ${scope.name}`);
    hub.scope.own(never, 'hang up last');
    expect(await secondsToStop()).toBeLessThanOrEqual(20 + 100 + 60 + 30 + 30);
    const all = warnings().join('\n');
    for (const culprit of ['goodbye', 'deaf', 'deaf poll', 'on homeassistant_stop', 'hang up'])
      expect(all).toContain(culprit);
    expect(all).toContain('hang up last');
  });

  it('an owner that may take longer than the stage: the stage decides', async () => {
    hub = createTestHub({ unloadTimeoutMs: 600_000 });
    hub.scope.child('lamp').own(never, 'hang up');
    hub.scope.own(never, 'hang up last');
    const before = hub.clock!.frame;
    await hub.stop();
    expect((hub.clock!.frame - before) / 1000).toBeLessThanOrEqual(60);
    expect(warnings().join('\n')).toContain('lamp');
  });
});

describe('the limits', () => {
  it('are those of stageTimeoutsMs', async () => {
    hub = createTestHub({
      unloadTimeoutMs: 4,
      stageTimeoutsMs: { shutdownJobs: 1, stop: 2, finalWrite: 3, close: 5 },
    });
    hub.addShutdownJob(never);
    const before = hub.clock!.frame;
    await hub.stop();
    expect(hub.clock!.frame - before).toBe(1 + 2 + 3 + 4);
  });

  it('are not waited out: work that ends goes on to the next stage at once', async () => {
    hub.addShutdownJob(() => sleep(100));
    hub.bus.listen('homeassistant_stop', () => sleep(200));
    hub.bus.listen('homeassistant_final_write', () => sleep(300));
    expect(await secondsToStop()).toBe(0.6);
    expect(warnings()).toEqual([]);
  });

  it('leave no timer behind', async () => {
    const { clock } = hub;
    await hub.stop();
    expect(clock!.pendingTimers).toEqual([]);
  });
});
