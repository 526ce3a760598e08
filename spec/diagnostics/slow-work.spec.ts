import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { currentContext, type Diagnostic, sleep, workerModule } from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';

async function started(options: TestHubOptions = {}) {
  const hub = createTestHub({ watchdog: false, leaks: 'ignore', ...options });
  const found: Diagnostic[] = [];
  hub.diagnostics$.subscribe((finding) => found.push(finding));
  await hub.start();
  return { hub, lamp: hub.scoped(hub.scope.child('lamp')), found };
}

const blocking = workerModule<typeof import('../fixtures/blocking.worker.js')>(
  new URL('../fixtures/blocking.worker.ts', import.meta.url),
);
afterEach(() => {
  jest.restoreAllMocks();
});

const never = (): Promise<void> => new Promise(() => undefined);

describe('work that takes over 10 s', () => {
  it('is named once, while it runs', async () => {
    const { hub, lamp, found } = await started();
    await hub.advance('3s');
    const task = lamp.createTask(() => sleep(60_000), { name: 'poll' });
    const begun = Date.now();
    await hub.advance('9999ms');
    expect(found).toEqual([]);
    await hub.advance('1ms');
    expect(task.status).toBe('running');
    expect(found).toEqual([
      {
        kind: 'slow-job',
        at: begun + 10_000,
        owner: 'lamp',
        name: 'poll',
        message:
          'task "poll" of lamp (10.0 s) still runs, and the start and the stop of the hub wait for it.',
        durationMs: 10_000,
        where: null,
        stack: null,
        detail: { what: 'task' },
      },
    ]);
    expect(hub.log.at(-1)).toMatchObject({ level: 'warn', message: found[0]!.message });
    await hub.advance('1m');
    expect(found).toHaveLength(1);
    expect(hub.snapshot().diagnostics).toEqual(found);
  });

  it('may be of any kind but background, and each is named in its time', async () => {
    const { hub, lamp, found } = await started();
    lamp.bus.listen('e', never, { name: 'onE' });
    lamp.bus.on('e').subscribe(function onStream() {
      return never() as unknown as undefined;
    });
    lamp.createBackgroundTask(never, { name: 'background' });
    hub.bus.fire('e');
    await hub.advance('4s');
    lamp.createTask(never(), { name: 'promise' });
    lamp.createTask(never, { name: 'lazy', eager: false });
    lamp.services.register('lamp', 'turn_on', never);
    void lamp.services.call('lamp', 'turn_on').catch(() => undefined);
    lamp.createTask(() => sleep(9_000), { name: 'quick' });
    const seconds = (): string[] =>
      found.map(({ at, kind, name }) => `${(at - start) / 1000} ${kind} ${name}`);
    const start = Date.now() - 4000;
    await hub.advance('1h');
    expect(seconds()).toEqual([
      '10 slow-listener onE',
      '10 slow-listener onStream',
      '14 slow-job promise',
      '14 slow-job lazy',
      expect.stringMatching(/^14 slow-job .*turn_on/),
    ]);
  });

  it('may have begun before the hub was started', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const found: string[] = [];
    hub.diagnostics$.subscribe(({ kind, name }) => found.push(`${kind} ${name}`));
    hub.createTask(never, { name: 'early' });
    await hub.advance('1h');
    expect(found).toEqual([]);
    void hub.start();
    await hub.advance('1ms');
    expect(found).toEqual(['slow-job early']);
  });

  it('is named while the hub stops, and not when it has stopped', async () => {
    const { hub, found } = await started();
    hub.addShutdownJob(async function lastWords() {
      await sleep(12_000);
    });
    const slow = (): string[] =>
      found.filter(({ kind }) => kind === 'slow-job').map(({ name }) => name);
    await hub.stop();
    expect(slow()).toEqual(['lastWords']);
  });

  it('leaves no timer behind, and sets none for each task', async () => {
    const { hub, lamp } = await started();
    const before = hub.clock!.pendingCount;
    for (let n = 0; n < 100; n++) void lamp.createTask(() => sleep(1));
    await hub.advance('1s');
    expect(hub.clock!.pendingCount - before).toBe(1);
    await hub.advance('10s');
    expect(hub.clock!.pendingCount).toBe(before);
    const keeper = createTestHub(); // of the clock
    lamp.createTask(() => sleep(1));
    await hub.stop();
    expect(keeper.clock!.pendingCount).toBe(0);
  });

  it('is told as something that nothing caused', async () => {
    const { hub, lamp, found } = await started();
    lamp.bus.listen('e', async () => {
      lamp.createTask(never, { name: 'slow' });
      await never();
    });
    const contexts: unknown[] = [];
    hub.diagnostics$.subscribe(() => contexts.push(currentContext()));
    hub.bus.fire('e');
    await hub.advance('1m');
    expect(found).toHaveLength(2);
    expect(contexts).toEqual([null, null]);
  });

  it('may be a job of a worker', async () => {
    // A job holds virtual time, so here the ten seconds are cut short instead.
    const { setTimeout: realTimeout, Date: realDate } = globalThis;
    let isLater = false;
    jest.spyOn(globalThis, 'setTimeout').mockImplementation(((fn: () => void, ms: number) => {
      if (ms !== 10_000) return realTimeout(fn, ms);
      return realTimeout(() => {
        isLater = true;
        fn();
      }, 10);
    }) as typeof setTimeout);
    const realNow = realDate.now.bind(realDate);
    jest.spyOn(Date, 'now').mockImplementation(() => realNow() + (isLater ? 10_000 : 0));
    const { hub, lamp, found } = await started({ time: 'real' });
    const told = new Promise((resolve) => hub.diagnostics$.subscribe(resolve));
    const job = lamp.addExecutorJob(blocking.waitUntilTold);
    await told;
    expect(found).toMatchObject([
      { kind: 'slow-job', owner: 'lamp', name: 'waitUntilTold', detail: { what: 'job' } },
    ]);
    job.cancel();
    await job.catch(() => undefined);
    await hub.stop();
  });
});

describe('a listener that keeps the loop for over 50 ms, in debug mode', () => {
  /** A hub in debug mode, and a way to let a listener take that long. */
  async function debugged(options: TestHubOptions = {}) {
    let ms = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => ms);
    const hub = await started({ time: 'real', debug: true, ...options });
    return { ...hub, take: (span: number): void => void (ms += span) };
  }

  it('is named, with the type of the event', async () => {
    const { hub, lamp, found, take } = await debugged();
    lamp.bus.listen('e', function slow() {
      take(51);
    });
    lamp.bus.listen('e', function justNot() {
      take(50);
    });
    hub.bus.fire('e');
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'slow-listener',
        owner: 'lamp',
        name: 'slow',
        durationMs: 51,
        message: 'listener `slow` of lamp kept the loop for 51 ms at `e`; all else waited.',
        detail: { event: 'e', call: 'listener' },
      }),
    ]);
    await hub.stop();
  });

  it('may be a subscriber, an async function or one that throws', async () => {
    const { hub, lamp, found, take } = await debugged();
    lamp.bus.on('e').subscribe(function subscriber() {
      take(60);
    });
    lamp.bus.listen('e', async function coroutine() {
      take(60);
      await sleep(1);
      take(1000);
    });
    lamp.bus.listen('e', function broken() {
      take(60);
      throw new Error('broken');
    });
    lamp.bus.listen('e', () => take(60), { filter: () => true, name: 'filtered' });
    hub.bus.fire('e');
    await hub.blockTillDone();
    expect(found.map(({ name }) => name)).toEqual([
      'subscriber',
      'coroutine',
      'broken',
      'filtered',
    ]);
    expect(hub.errors).toHaveLength(1);
    await hub.stop();
  });

  it('is named once for each type, and again when it takes twice as long', async () => {
    const { hub, lamp, found, take } = await debugged();
    let span = 60;
    const slow = (): void => take(span);
    for (const type of ['a', 'b']) lamp.bus.listen(type, slow);
    for (const type of ['a', 'a', 'b']) hub.bus.fire(type);
    for (span of [119, 120, 100, 239, 240]) hub.bus.fire('a');
    expect(found.map(({ durationMs, detail }) => [durationMs, detail['event']])).toEqual([
      [60, 'a'],
      [60, 'b'],
      [120, 'a'],
      [240, 'a'],
    ]);
    await hub.stop();
  });

  it('is told again when a thousand others were told since', async () => {
    const { hub, lamp, found, take } = await debugged();
    for (let n = 0; n < 1001; n++) lamp.bus.listenOnce(`type ${n}`, () => take(60));
    for (let n = 0; n < 1001; n++) hub.bus.fire(`type ${n}`);
    lamp.bus.listen('type 0', () => take(60), { name: 'anonymous' });
    lamp.bus.listen('type 1000', () => take(60), { name: 'anonymous' });
    found.length = 0;
    hub.bus.fire('type 1000');
    expect(found).toEqual([]);
    hub.bus.fire('type 0');
    expect(found).toHaveLength(1);
    await hub.stop();
  });

  it('is not measured without debug, before the start and after the stop', async () => {
    const { hub, found, take } = await debugged({ debug: false });
    hub.bus.listen('e', () => take(1000));
    hub.bus.fire('e');
    const other: TestHub = createTestHub({ time: 'real', debug: true, watchdog: false });
    other.diagnostics$.subscribe((finding) => found.push(finding));
    other.bus.listen('e', () => take(1000));
    other.bus.fire('e');
    expect(found).toEqual([]);
    await other.stop();
    await hub.stop();
  });

  it('changes nothing else: order, isolation and causes stay', async () => {
    const { hub, lamp, take } = await debugged();
    const order: string[] = [];
    lamp.bus.listen('a', () => {
      order.push('a1');
      lamp.bus.fire('b');
      take(60);
    });
    lamp.bus.listen('a', ({ context }) => {
      order.push('a2');
      lamp.createTask(async () => {
        await sleep(1);
        lamp.bus.fire('c', { of: context.id });
      });
    });
    lamp.bus.listen('b', () => order.push('b'));
    lamp.bus.listen('c', ({ context, data }) =>
      order.push(context.parentId === data['of'] ? 'c of a' : 'c of nobody'),
    );
    hub.bus.fire('a');
    await hub.blockTillDone();
    expect(order).toEqual(['a1', 'a2', 'b', 'c of a']);
    await hub.stop();
  });
});
