import { expect, it } from '@jest/globals';
import {
  defineIntegration,
  type Diagnostic,
  Job,
  ShutdownError,
  sleep,
  trackInterval,
  workerModule,
} from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);
const hanging = workerModule<typeof import('../fixtures/hang.worker.js')>(
  new URL('../fixtures/hang.worker.js', import.meta.url),
);

const LIMITS = { shutdownJobs: 20, stop: 100, finalWrite: 60, close: 30 };

it('stops within the sum of its limits, and names each of one hanging part of every kind', async () => {
  const hub = createTestHub();
  hub.configEntries.registerIntegration(
    defineIntegration({
      domain: 'lamp',
      setupEntry(mine, entry) {
        if (entry.title === 'deaf') return never();
        const name = (what: string): { name: string } => ({ name: `${what} of an entry` });
        mine.bus.listen('e', never, name('listener'));
        mine.bus.on('e').subscribe(function subscriber(): unknown {
          return never();
        });
        mine.createBackgroundTask(never, name('poll'));
        entry.onUnload(function hangUp() {
          return never();
        });
        mine.scope.child('device').own(never, 'device');
        return undefined;
      },
      unloadEntry: never,
    }),
  );
  await hub.configEntries.add({ domain: 'lamp', title: 'hall' });
  const { entryId } = await hub.configEntries.add({ domain: 'lamp', title: 'going' });
  void hub.configEntries.add({ domain: 'lamp', title: 'deaf' });
  hub.bus.listen('homeassistant_start', never, { name: 'on start' });
  await hub.start();
  const found = (): Diagnostic[] =>
    hub.snapshot().diagnostics.filter(({ kind }) => kind === 'late');
  const atStart = found().map(({ name, owner }) => `${name} of ${owner}`);
  expect(atStart.sort()).toEqual(['on start of hub', 'set up lamp "deaf" of lamp "deaf"']);

  hub.bus.fire('e');
  void hub.configEntries.unload(entryId);
  hub.createTask(never, { name: 'task' });
  hub.createTask(never(), { name: 'task of a promise' });
  hub.createBackgroundTask(never, { name: 'poll' });
  void hub.runJob(new Job(never, { name: 'job' }));
  void hub.runJob(new Job(never, { name: 'marked job', cancelOnShutdown: true }));
  trackInterval(hub, new Job(never, { name: 'marked tick', cancelOnShutdown: true }), 1000);
  hub.addShutdownJob(new Job(never, { name: 'shutdown job' }));
  for (const type of ['stop', 'final_write', 'close'])
    hub.bus.listen(`homeassistant_${type}`, never, { name: `on ${type}` });
  hub.scope.own(never, 'root teardown');
  const waiting = hub.blockTillDone();
  const { clock } = hub;
  await hub.advance('1s');
  hub.addExecutorJob(hanging.hang.with({ graceMs: 600_000 })).catch(() => undefined);

  const before = clock!.frame;
  const count = found().length;
  await hub.stop();
  const sum = Object.values(LIMITS).reduce((total, limit) => total + limit, 0);
  expect((clock!.frame - before) / 1000).toBeLessThanOrEqual(sum);
  const late = found().slice(count);
  expect(
    late
      .map(({ detail, name, owner, durationMs }) => {
        expect(durationMs).toEqual(expect.any(Number));
        return `${String(detail['stage'])}: ${name} of ${owner}`;
      })
      .sort(),
  ).toEqual(
    [
      'unload: unload lamp "going" of lamp "going"',
      'unload: poll of an entry of lamp "going"',
      'unload: hangUp of lamp "going"',
      'unload: device of device',
      'unload: listener of an entry of lamp "going"',
      'unload: subscriber of lamp "going"',
      'shutdownJobs: shutdown job of hub',
      'stop: set up lamp "deaf" of lamp "deaf"',
      'stop: on start of hub',
      'stop: listener of an entry of lamp "hall"',
      'stop: subscriber of lamp "hall"',
      'stop: poll of an entry of lamp "hall"',
      'stop: poll of hub',
      'stop: task of hub',
      'stop: task of a promise of hub',
      'stop: job of hub',
      'stop: hang of hub',
      'stop: on stop of hub',
      'finalWrite: on final_write of hub',
      'close: on close of hub',
      'close: hangUp of lamp "hall"',
      'close: device of device',
      'close: root teardown of hub',
    ].sort(),
  );
  await waiting; // also who waits for all of it is let go
  expect(hub.errors).toEqual([]);
  expect(clock!.pendingTimers).toEqual([]);
  expect(hub.configEntries.entries().map(({ state, reason }) => [state, reason])).toEqual(
    Array(3).fill(['not_loaded', 'The hub has stopped.']),
  );
});

it('names a thread that hangs, ends it, and stops in its time', async () => {
  const hub = createTestHub({
    time: 'real',
    executor: { maxThreads: 1 },
    unloadTimeoutMs: 300,
    stageTimeoutsMs: { stop: 200, finalWrite: 50, close: 3000 },
  });
  const mine = hub.scoped(hub.scope.child('disk'));
  const counter = new Int32Array(new SharedArrayBuffer(4));
  mine.addExecutorJob(hanging.spin, counter).catch(() => undefined);
  while (counter[0] === 0) await sleep(5);
  await hub.stop();
  const late = hub.snapshot().diagnostics.filter(({ kind }) => kind === 'late');
  expect(late).toMatchObject([
    { owner: 'disk', name: 'spin', detail: { stage: 'stop', what: 'job' } },
  ]);
  const { threads, running } = hub.snapshot().executor;
  expect([threads, running]).toEqual([0, 0]);
  await sleep(50);
  const stoppedAt = counter[0];
  await sleep(50);
  expect(counter[0]).toBe(stoppedAt);
  expect(hub.errors).toEqual([]);
}, 15_000);

it('ends a worker that has asked the hub to stop, and waits for that', async () => {
  const hub = createTestHub({ time: 'real', executor: { maxThreads: 1 } });
  await hub.start();
  const job = hub.addExecutorJob(hanging.callAndWait, () => hub.stop());
  await expect(job).rejects.toBeInstanceOf(ShutdownError);
  await hub.stop();
  expect(hub.state).toBe('stopped');
  expect([hub.errors, hub.snapshot().executor.threads]).toEqual([[], 0]);
}, 15_000);
