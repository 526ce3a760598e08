import { describe, expect, it } from '@jest/globals';
import { HubError, InvalidOptionError, sleep } from 'rxhome';
import {
  closeTestHubs,
  createTestHub,
  LeakError,
  marbles,
  type TestHub,
  VirtualClock,
} from 'rxhome/testing';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';

const never = (): Promise<never> => new Promise(() => undefined);
const realGlobals = [Date, setTimeout, setInterval, setImmediate, performance.now];
const globalsNow = (): unknown[] => [Date, setTimeout, setInterval, setImmediate, performance.now];

/** What the close after a test fails with. */
async function failure(close: () => Promise<unknown> = closeTestHubs): Promise<unknown> {
  return close().then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('the close of a test hub', () => {
  it('passes when all has ended', async () => {
    const hub = createTestHub();
    hub.bus.listen('x', () => sleep(10));
    hub.createTask((signal) => sleep(1e6, { signal }));
    hub.createBackgroundTask((signal) => sleep(1e6, { signal }), { name: 'b' });
    const own = hub.scoped(hub.scope.child('lamp'));
    own.bus.on('x').subscribe();
    void own.timeout.run(1e6, (signal) => sleep(1e6, { signal })).catch(() => undefined);
    setInterval(() => undefined, 1_000);
    hub.bus.fire('x');
    expect(await failure()).toBeUndefined();
    expect(hub.state).toBe('stopped');
  });

  it('fails on tasks that never end, by name and owner, with the timers that waited', async () => {
    const hub = createTestHub();
    hub.createTask(never, { name: 'endless' });
    hub.scoped(hub.scope.child('lamp')).createBackgroundTask(never, { name: 'deaf' });
    setInterval(function blink() {}, 500);
    const error = await failure();
    expect(error).toBeInstanceOf(LeakError);
    expect(error).toBeInstanceOf(HubError);
    expect(error).toMatchObject({
      code: 'LEAK',
      message:
        'The hub was stopped and left something behind. It still has task `endless` of hub, background `deaf` of lamp. Timers that wait: interval `blink` (every 500 ms).',
    });
  });

  it('fails on what an owner left that was unloaded in the test', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    hub.scoped(scope).createTask(never, { name: 'deaf' });
    const closing = scope.close();
    await hub.advance('10s');
    await closing;
    expect(await failure()).toMatchObject({ message: expect.stringContaining('`deaf` of lamp') });
  });

  it('fails the block of `await using`, unless that has stopped the hub itself', async () => {
    let left: TestHub | undefined;
    const block = async (hasStop: boolean): Promise<void> => {
      await using hub = createTestHub();
      hub.createTask(never, { name: 'endless' });
      if (hasStop) await hub.stop();
      left = hub;
    };
    expect(await failure(() => block(true))).toBeUndefined();
    expect(await failure(() => block(false))).toBeInstanceOf(LeakError);
    expect(left?.state).toBe('stopped');
    expect(globalsNow()).toEqual(realGlobals);
    expect(await failure()).toBeUndefined(); // closed already
  });

  it('lets a task end that has stopped the hub itself', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.createTask(async () => {
      await hub.stop();
      for (let i = 0; i < 50; i++) await Promise.resolve();
      seen.push('ended');
    });
    expect(await failure()).toBeUndefined();
    expect(seen).toEqual(['ended']);
  });

  it('is left out for a hub that the test has stopped itself', async () => {
    const hub = createTestHub();
    hub.createTask(never);
    await hub.stop();
    expect(await failure()).toBeUndefined();
  });

  it('fails a marble test', async () => {
    const test = (): Promise<void> =>
      marbles(({ hub }) => {
        hub.createTask(never, { name: 'endless' });
      });
    expect(await failure(test)).toBeInstanceOf(LeakError);
    const waiting = (): Promise<void> =>
      marbles(({ hub }) => {
        hub.createTask(never);
        setInterval(function blink() {}, 500);
      });
    expect(await failure(waiting)).toMatchObject({ message: expect.stringContaining('`blink`') });
    const throwing = (): Promise<void> =>
      marbles(({ hub }) => {
        hub.createTask(never);
        throw new Error('the cause');
      });
    expect(await failure(throwing)).toMatchObject({ message: 'the cause' });
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('fails on timers only if it is told to', async () => {
    const set = (): unknown => setTimeout(function later() {}, 20);
    createTestHub();
    set();
    expect(await failure()).toBeUndefined();
    createTestHub({ leaks: 'timers' });
    set();
    expect(await failure()).toMatchObject({
      code: 'LEAK',
      message: expect.stringMatching(
        /behind\. Timers that wait: timeout `later` \(due in 20 ms\)\.$/,
      ),
    });
    createTestHub({ leaks: 'timers' });
    const other = createTestHub({ leaks: 'timers' });
    other.configEntries.registerIntegration({ domain: 'lamp', setupEntry: () => undefined });
    await other.start();
    expect(await failure()).toBeUndefined();
  });

  it('names at most ten things and five timers', async () => {
    const hub = createTestHub();
    for (let i = 0; i < 12; i++) void hub.createTask(never, { name: `task ${i}` });
    expect(await failure()).toMatchObject({
      message: expect.stringMatching(/task `task 9` of hub, 2 more\.$/),
    });
    createTestHub({ leaks: 'timers' });
    for (let i = 0; i < 7; i++) setTimeout(() => undefined, 20);
    expect(await failure()).toMatchObject({ message: expect.stringMatching(/, 2 more\.$/) });
  });

  it('fails on nothing if it is told to, and refuses other words', async () => {
    createTestHub({ leaks: 'ignore' }).createTask(never);
    expect(await failure()).toBeUndefined();
    expect(() => createTestHub({ leaks: 'all' as 'work' })).toThrow(InvalidOptionError);
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('stops the other hubs also, and tells of each', async () => {
    const hubs = [createTestHub(), createTestHub(), createTestHub()];
    void hubs[0]?.createTask(never, { name: 'one' });
    void hubs[2]?.createTask(never, { name: 'three' });
    const error = await failure();
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as Error).message).toMatch(/`one` of hub\.\n.*`three` of hub\.$/);
    expect(hubs.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped']);
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('ends requests, and so does not tell of them', async () => {
    const server = createServer(() => undefined); // never answers
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const hub = createTestHub();
      const { port } = server.address() as AddressInfo;
      const asked = failure(() => hub.http.getJson(`http://127.0.0.1:${port}/`));
      expect(await failure()).toBeUndefined();
      expect(await asked).toBeInstanceOf(Error);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });

  it('works in real time', async () => {
    const stageTimeoutsMs = { stop: 10, finalWrite: 10, close: 10, shutdownJobs: 10 };
    const hub = createTestHub({ time: 'real', stageTimeoutsMs, unloadTimeoutMs: 10 });
    hub.createTask(never, { name: 'endless' });
    expect(await failure()).toMatchObject({ message: expect.stringContaining('`endless` of hub') });
  });
});

describe('real time is back', () => {
  it('after a hub that could not be made', () => {
    expect(() => createTestHub({ unloadTimeoutMs: -1 })).toThrow(InvalidOptionError);
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('after a second clock was refused, when the first one ends', async () => {
    const hub = createTestHub();
    expect(() => VirtualClock.install()).toThrow(/in use by `createTestHub`/);
    await expect(marbles(() => undefined)).rejects.toMatchObject({ code: 'VIRTUAL_TIME_IN_USE' });
    expect(globalsNow()).not.toEqual(realGlobals);
    await hub.advance(1);
    await hub.stop();
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('after two marble tests at once, of which the second is refused', async () => {
    const results = await Promise.allSettled([marbles(() => sleep(10)), marbles(() => sleep(10))]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(globalsNow()).toEqual(realGlobals);
  });

  it('after what hangs in real work, which is told', async () => {
    const hub = createTestHub();
    if (hub.clock) hub.clock.busy = () => true;
    hub.createTask(() => sleep(10));
    const forgotten = failure(() => hub.advance('1m'));
    const error = await failure();
    expect(error).toMatchObject({
      code: 'NEVER_SETTLED',
      message: expect.stringMatching(/did not end within 4000 ms of real time; time is real again/),
    });
    expect(globalsNow()).toEqual(realGlobals);
    expect(await forgotten).toMatchObject({ code: 'FORGOTTEN_AWAIT' });
    expect(await failure()).toBeUndefined();
    const next = createTestHub();
    await next.advance('1h');
    await next.stop();
    expect(globalsNow()).toEqual(realGlobals);
  }, 20_000);

  it('after marbles that nobody awaited', async () => {
    const seen: string[] = [];
    const test = marbles(async () => {
      await sleep(10);
      seen.push('ran on');
    });
    expect(await failure()).toMatchObject({ code: 'FORGOTTEN_AWAIT' });
    await test;
    expect(seen).toEqual(['ran on']);
    expect(globalsNow()).toEqual(realGlobals);
  });
});
