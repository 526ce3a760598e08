import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { defineIntegration, Job, sleep } from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

let hub: TestHub;
beforeEach(async () => {
  hub = createTestHub();
  await hub.start();
});

/** Another hub, that was not started. */
async function home(options: TestHubOptions = {}): Promise<void> {
  await hub.stop();
  hub = createTestHub(options);
}

/** The virtual seconds that stopping takes. */
async function secondsToStop(): Promise<number> {
  const before = hub.clock!.frame;
  await hub.stop();
  expect(hub.state).toBe('stopped');
  return (hub.clock!.frame - before) / 1000;
}

/** `stage: what "name" of owner, seconds`, as the log, the snapshot and the feed have it alike. */
function findings(): string[] {
  const diagnostics = hub.snapshot().diagnostics.filter(({ kind }) => kind === 'late');
  const warnings = hub.log.filter(({ fields }) => fields?.['kind'] === 'late');
  expect(warnings.map(({ message }) => message)).toEqual(diagnostics.map(({ message }) => message));
  return diagnostics.map(({ owner, name, durationMs, message, detail }) => {
    const seconds = (durationMs! / 1000).toFixed(1);
    const thing = `${String(detail['what'])} "${name}" of ${owner}`;
    expect(message).toContain(`${thing} (${seconds} s)`);
    return `${String(detail['stage'])}: ${thing}, ${seconds}`;
  });
}

describe('what is late is named once, and does not hold the stop', () => {
  afterEach(() => expect(hub.errors).toEqual([]));

  it('a shutdown job that hangs: its 20 s, and no later stage waits for it', async () => {
    hub.scoped(hub.scope.child('lamp')).addShutdownJob(function goodbye() {
      return never();
    });
    expect(await secondsToStop()).toBe(20);
    expect(findings()).toEqual(['shutdownJobs: shutdown job "goodbye" of lamp, 20.0']);
  });

  it('a tracked task that ignores its signal: 100 s and 60 s, then it is cancelled', async () => {
    const mine = hub.scoped(hub.scope.child('lamp'));
    const task = mine.createTask(never, { name: 'deaf' });
    const abortedAt: number[] = [];
    task.signal.addEventListener('abort', () => abortedAt.push(hub.clock!.frame / 1000));
    expect(await secondsToStop()).toBe(100 + 60 + 10);
    expect(abortedAt).toEqual([160]);
    expect(findings()).toEqual(['stop: task "deaf" of lamp, 100.0']);
  });

  it('a tracked task of the hub, which is told before the entries are unloaded', async () => {
    hub.scope.child('lamp').own(() => sleep(5000));
    const task = hub.createTask(never, { name: 'deaf' });
    const abortedAt: number[] = [];
    task.signal.addEventListener('abort', () => abortedAt.push(hub.clock!.frame / 1000));
    await hub.stop();
    expect(abortedAt).toEqual([160]);
  });

  it('a background task that ignores its signal: the time of an unloading, once', async () => {
    const { signal } = hub.createBackgroundTask(never, { name: 'deaf poll' });
    await hub.advance('1m');
    expect(await secondsToStop()).toBe(10);
    expect(signal.aborted).toBe(true);
    expect(findings()).toEqual(['stop: background task "deaf poll" of hub, 70.0']);
  });

  it('a background task that is begun when stopping has begun: only what closes waits', async () => {
    hub.bus.listen('homeassistant_stop', () => {
      hub.createBackgroundTask(never, { name: 'deaf poll' });
    });
    expect(await secondsToStop()).toBe(10);
    expect(findings()).toEqual(['close: background task "deaf poll" of hub, 10.0']);
  });

  it('gives a background task the time to put things in order before the final write', async () => {
    const seen: string[] = [];
    const task = hub.createBackgroundTask(
      async (signal) => {
        await sleep(900_000, { signal }).catch(() => undefined);
        await sleep(3000);
        hub.states.set('light.kitchen', 'off');
        seen.push(hub.state);
      },
      { name: 'poll' },
    );
    task.catch(() => undefined);
    expect(await secondsToStop()).toBe(3);
    expect([seen, findings()]).toEqual([['stopping'], []]);
  });

  it.each([
    ['stop', 100 + 60 + 10, 'stop', '100.0'],
    ['final_write', 60 + 10, 'finalWrite', '60.0'],
    ['close', 10, 'close', '10.0'],
  ])('an async listener of homeassistant_%s', async (type, seconds, stage, age) => {
    hub.bus.listen(`homeassistant_${type}`, never, { name: 'say goodbye' });
    expect(await secondsToStop()).toBe(seconds);
    expect(findings()).toEqual([`${stage}: listener "say goodbye" of hub, ${age}`]);
  });

  it('lets an async listener of homeassistant_close use the hub until it has ended', async () => {
    hub.bus.listen('homeassistant_close', async () => {
      await sleep(5000);
      hub.states.set('sensor.uptime', 'written');
    });
    expect(await secondsToStop()).toBe(5);
    expect(hub.states.is('sensor.uptime', 'written')).toBe(true);
    expect(findings()).toEqual([]);
  });

  it('a listener whose job is marked cancelOnShutdown: not at all, it ends at once', async () => {
    const job = new Job(never, { name: 'blink', cancelOnShutdown: true });
    hub.bus.listen('e', job);
    hub.bus.fire('e');
    const task = hub.runJob(job)!;
    const statuses: string[] = [];
    hub.bus.listen('homeassistant_stop', () => {
      statuses.push(task.status, String(hub.snapshot().tasks.length));
    });
    expect(await secondsToStop()).toBe(0);
    expect([statuses, findings()]).toEqual([['cancelled', '0'], []]);
    await expect(task).rejects.toMatchObject({
      code: 'CANCELLED',
      cause: { code: 'SHUTTING_DOWN' },
    });
  });

  it('a teardown of an entry that hangs: its own 10 s', async () => {
    hub.scope.child('lamp').own(never, 'hang up');
    expect(await secondsToStop()).toBe(10);
    expect(findings()).toEqual(['close: teardown "hang up" of lamp, 10.0']);
  });

  it('a teardown of the hub that hangs', async () => {
    hub.scope.own(never, 'hang up');
    expect(await secondsToStop()).toBe(10);
    expect(findings()).toEqual(['close: teardown "hang up" of hub, 10.0']);
  });

  it('scopes below each other that all hang: the stage ends them after 30 s', async () => {
    const deep = hub.scope.child('one').child('two').child('three').child('four').child('five');
    for (let scope = deep; scope.parent; scope = scope.parent) scope.own(never, 'hang up');
    expect(await secondsToStop()).toBe(30);
    expect(findings()).toEqual([
      'close: teardown "hang up" of five, 10.0',
      'close: teardown "hang up" of four, 10.0',
      'close: teardown "hang up" of three, 10.0',
      'close: teardown "hang up" of two, 0.0',
      'close: teardown "hang up" of one, 0.0',
    ]);
  });

  it('an owner that may take longer than the stage: the stage decides', async () => {
    await home({ unloadTimeoutMs: 600_000 });
    hub.scope.child('lamp').own(never, 'hang up');
    let hasEnded = false;
    hub.scope.own(() => (hasEnded = true));
    expect(await secondsToStop()).toBe(30);
    expect(findings()).toEqual(['close: teardown "hang up" of lamp, 30.0']);
    expect([hasEnded, hub.clock!.pendingTimers]).toEqual([true, []]);
  });

  it('an unloading that hangs when the hub is stopped', async () => {
    await home({ unloadTimeoutMs: 600_000 });
    const scope = hub.scope.child('lamp');
    scope.own(never, 'hang up');
    const closing = scope.close();
    await hub.advance('5s');
    expect(await secondsToStop()).toBe(30);
    await closing;
    expect(findings()).toEqual(['close: teardown "hang up" of lamp, 35.0']);
  });
});

describe('an integration that hangs', () => {
  const integration = defineIntegration({
    domain: 'lamp',
    setupEntry: (_, { title }) => (title === 'deaf' ? never() : undefined),
    unloadEntry: never,
  });
  beforeEach(() => hub.configEntries.registerIntegration(integration));

  it('in unloadEntry is named after 10 s, and waited for by nobody afterwards', async () => {
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const unloading = hub.configEntries.unload(entryId);
    await hub.advance('10s');
    expect(await unloading).toBe(true);
    expect(findings()).toEqual(['unload: task "unload lamp" of lamp, 10.0']);
    await hub.blockTillDone();
    expect(hub.snapshot().tasks).toMatchObject([{ name: 'unload lamp' }]); // it is not hidden
    expect(await secondsToStop()).toBe(0);
    expect(findings()).toHaveLength(1);
  });

  it('in unloadEntry holds a stop that comes meanwhile no longer than that', async () => {
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const unloading = hub.configEntries.unload(entryId);
    await hub.advance('4s');
    expect(await secondsToStop()).toBe(6);
    expect(await unloading).toBe(true);
    expect(findings()).toEqual(['unload: task "unload lamp" of lamp, 10.0']);
  });

  it('in setupEntry is named at the start, and once more at the stop', async () => {
    await home();
    hub.configEntries.registerIntegration(integration);
    void hub.configEntries.add({ domain: 'lamp', title: 'deaf' });
    await hub.start();
    expect(await secondsToStop()).toBe(100 + 60 + 10);
    expect(findings()).toEqual([
      'start: task "set up lamp "deaf"" of lamp "deaf", 15.0',
      'stop: task "set up lamp "deaf"" of lamp "deaf", 115.0',
    ]);
  });
});

describe('the limits', () => {
  it('are those of stageTimeoutsMs', async () => {
    await home({
      unloadTimeoutMs: 4,
      stageTimeoutsMs: { shutdownJobs: 1, stop: 2, finalWrite: 3, close: 5 },
    });
    hub.addShutdownJob(never);
    hub.createTask(never);
    const before = hub.clock!.frame;
    await hub.stop();
    expect(hub.clock!.frame - before).toBe(1 + 2 + 3 + 4);
  });

  it('may be 0: then nothing is waited for, and all of it is named', async () => {
    await home({
      stageTimeoutsMs: { shutdownJobs: 0, stop: 0, finalWrite: 0, close: 0 },
    });
    hub.addShutdownJob(never);
    hub.createTask(never);
    hub.createBackgroundTask(never, { name: 'deaf poll' });
    hub.scope.own(never, 'hang up');
    expect(await secondsToStop()).toBe(0);
    expect(findings()).toHaveLength(4);
  });

  it('are not waited out: work that ends goes on to the next stage at once', async () => {
    hub.addShutdownJob(() => sleep(100));
    hub.bus.listen('homeassistant_stop', () => sleep(200));
    hub.bus.listen('homeassistant_final_write', () => sleep(300));
    hub.bus.listen('homeassistant_close', () => sleep(400));
    expect(await secondsToStop()).toBe(1);
    expect(findings()).toEqual([]);
  });

  it('leave no timer behind', async () => {
    const { clock } = hub;
    await hub.stop();
    expect(clock!.pendingTimers).toEqual([]);
  });

  it('leave no timer of a start behind that is still waiting', async () => {
    await home({ stageTimeoutsMs: { stop: 1, finalWrite: 1, close: 1 } });
    hub.bus.listen('homeassistant_start', never, { name: 'deaf' });
    const starting = hub.start();
    await hub.advance(10);
    await hub.stop();
    await starting;
    expect(hub.clock!.pendingTimers).toEqual([]);
    expect(findings()).toEqual(['stop: listener "deaf" of hub, 0.0']);
  });
});
