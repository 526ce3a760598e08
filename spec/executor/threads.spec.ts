import { describe, expect, it } from '@jest/globals';
import { getEventListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubErrorReport } from '../../src/errors/report.js';
import {
  ExecutorQueueFullError,
  ShutdownError,
  TimeoutError,
  WorkerCrashedError,
  WrongThreadError,
} from '../../src/errors/work-errors.js';
import { runCallbackThreadsafe } from '../../src/executor/worker.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { blocking, outcome, runFor, threadsOfASpec, until } from './harness.js';

const own = workerModule<typeof import('../fixtures/blocking.worker.js')>(
  new URL('../fixtures/blocking.worker.js', import.meta.url),
  { dedicated: true },
);

const create = threadsOfASpec();

/** Milliseconds after which no spec is waiting any more. */
const FOR_EVER = 600_000;

describe('TinypoolExecutor', () => {
  it('runs functions off the loop, several at a time, up to maxThreads', async () => {
    const executor = create({ maxThreads: 2 });
    const workers: number[] = [];
    const run = runFor({ onStart: (worker) => workers.push(worker) });
    const [one, two, three] = await Promise.all([
      executor.run(blocking.addSlowly, [0, 0, 100], run).then(() => 0),
      executor.run(blocking.addSlowly, [0, 0, 100], run).then(() => 0),
      executor.run(blocking.thread, [], run),
    ]);
    expect([one, two]).toEqual([0, 0]);
    expect(three.isMainThread).toBe(false);
    expect([...workers].sort()).toHaveLength(3);
    expect(new Set(workers)).toEqual(new Set([1, 2]));
    expect(executor.stats.threads).toBe(2);
  });

  it('fails only the job whose worker exits, and goes on with another', async () => {
    const executor = create();
    const exited = outcome(executor.run(blocking.exit, [3], runFor()));
    const next = executor.run(blocking.add, [1, 2], runFor());
    const error = (await exited) as Error;
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error.message).toMatch(/`exit`.*code 3/);
    expect(await next).toBe(3);
    expect(executor.stats).toMatchObject({ completed: 2, crashed: 1 });
  });

  it('survives an error that nobody catches in the worker', async () => {
    const executor = create();
    const error = (await outcome(executor.run(blocking.failLater, [], runFor()))) as Error;
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error.message).toMatch(/`failLater`.*nobody catches me/);
    expect(await executor.run(blocking.add, [1, 2], runFor())).toBe(3);
  });

  it('reports an idle worker that dies, and goes on', async () => {
    const reports: HubErrorReport[] = [];
    const executor = create({ report: (failure) => reports.push(failure) });
    await executor.run(own.exitLater, [1], runFor());
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ source: 'job', error: { code: 'WORKER_CRASHED' } }]);
    expect(await executor.run(own.countUp, [], runFor())).toBe(1);
  });

  it('terminates a function that spins beyond its timeout and grace', async () => {
    const executor = create();
    await executor.run(blocking.add, [1, 2], runFor());
    const fn = blocking.spin.with({ timeoutMs: 50, graceMs: 50 });
    const error = (await outcome(executor.run(fn, [FOR_EVER], runFor()))) as Error;
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error.message).toMatch(/`spin`.*50/);
    expect(await executor.run(blocking.add, [1, 2], runFor())).toBe(3);
    expect(executor.stats.crashed).toBe(0);
  });

  it('terminates at once without grace, and the queue goes on', async () => {
    const executor = create();
    const controller = new AbortController();
    const fn = blocking.spin.with({ signal: controller.signal, graceMs: 0 });
    const spinning = outcome(
      executor.run(fn, [FOR_EVER], runFor({ onStart: () => controller.abort('off') })),
    );
    const queued = executor.run(blocking.add, [1, 2], runFor());
    expect(await spinning).toBe('off');
    expect(await queued).toBe(3);
  });

  it('tells a function that looks, without losing its thread', async () => {
    const executor = create();
    const { threadId } = await executor.run(blocking.thread, [], runFor());
    const controller = new AbortController();
    const reason = new Error('stop');
    const call = outcome(
      executor.run(
        blocking.spinUntilTold.with({ graceMs: FOR_EVER }),
        [],
        runFor({ signal: controller.signal }),
      ),
    );
    setTimeout(() => controller.abort(reason), 20);
    expect(await call).toBe(reason);
    expect(await executor.run(blocking.thread, [], runFor())).toEqual({
      isMainThread: false,
      threadId,
    });
  });

  it('takes an aborted call out of the queue at once', async () => {
    const executor = create();
    const controller = new AbortController();
    const first = executor.run(blocking.addSlowly, [1, 2, 50], runFor());
    const queued = outcome(
      executor.run(blocking.add, [1, 2], runFor({ signal: controller.signal })),
    );
    expect(executor.stats).toMatchObject({ running: 1, queued: 1 });
    controller.abort('never mind');
    expect(executor.stats).toMatchObject({ running: 1, queued: 0 });
    expect(await queued).toBe('never mind');
    expect(await first).toBe(3);
  });

  it('refuses what the queue cannot hold, naming function and limit', async () => {
    const executor = create({ maxQueue: 1 });
    const calls = [1, 2].map((n) => executor.run(blocking.add, [n, n], runFor()));
    const refused = (await outcome(executor.run(blocking.spin, [0], runFor()))) as Error;
    expect(refused).toBeInstanceOf(ExecutorQueueFullError);
    expect(refused.message).toMatch(/`spin`.*1 calls/);
    expect(await Promise.all(calls)).toEqual([2, 4]);
  });

  it('has one listener on a signal, however many calls, and none afterwards', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => void warnings.push(warning);
    process.on('warning', onWarning);
    const { signal } = new AbortController();
    const executor = create();
    const fn = blocking.add.with({ signal });
    const calls = Array.from({ length: 30 }, () => executor.run(fn, [1, 1], runFor()));
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    await Promise.all(calls);
    await sleep(1);
    process.off('warning', onWarning);
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expect(warnings).toEqual([]);
  });

  it('keeps the state of a dedicated module in its own thread', async () => {
    const executor = create({ maxThreads: 2, idleMs: 0 });
    const counts = [];
    for (let i = 0; i < 3; i++) {
      counts.push(await executor.run(own.countUp, [], runFor()));
      await sleep(5);
    }
    expect(counts).toEqual([1, 2, 3]);
    const both = await Promise.all([
      executor.run(own.countUp, [], runFor()),
      executor.run(blocking.countUp, [], runFor()),
    ]);
    expect(both).toEqual([4, 1]);
  });

  it('ends idle threads, and starts others when they are needed', async () => {
    const executor = create({ idleMs: 20 });
    await executor.run(blocking.add, [1, 2], runFor());
    expect(executor.stats.threads).toBe(1);
    await until(() => executor.stats.threads === 0);
    expect(await executor.run(blocking.add, [1, 2], runFor())).toBe(3);
  });
});

describe('calls from a worker', () => {
  it('wait for an async callback, which may itself need the only thread', async () => {
    const executor = create();
    const answers = await executor.run(
      blocking.count,
      [2, (step) => executor.run(blocking.add, [step, 100], runFor())],
      runFor(),
    );
    expect(answers).toEqual([101, 102]);
    await until(() => executor.stats.threads === 1);
  });

  it('throw when their job has ended', async () => {
    const executor = create();
    await executor.run(blocking.keepCallback, [() => undefined], runFor());
    expect(await executor.run(blocking.whatHappenedLate, [], runFor())).toBe('StageError');
  });

  it('throw ShutdownError at once when the loop takes none any more, also while waiting', async () => {
    const executor = create();
    const never = new Promise<number>(() => undefined);
    let hasAsked = false;
    const call = outcome(
      executor.run(blocking.count, [1, () => ((hasAsked = true), never)], runFor()),
    );
    await until(() => hasAsked);
    executor.shutDownCalls();
    expect(await call).toBeInstanceOf(ShutdownError);
    const next = executor.run(blocking.count, [1, (step) => step], runFor());
    expect(await outcome(next)).toBeInstanceOf(ShutdownError);
  });

  it('stop waiting when their job is cancelled', async () => {
    const executor = create();
    const never = new Promise<number>(() => undefined);
    const controller = new AbortController();
    const fn = blocking.count.with({ graceMs: FOR_EVER, signal: controller.signal });
    const call = executor.run(fn, [1, () => (controller.abort('enough'), never)], runFor());
    expect(await outcome(call)).toBe('enough');
  });

  it('cannot be made on the loop itself', () => {
    expect(() => runCallbackThreadsafe('states.get', 'light.kitchen')).toThrow(WrongThreadError);
  });
});

describe('closing', () => {
  it('rejects what is queued, names and terminates what spins, and ends', async () => {
    const executor = create();
    const spinning = outcome(
      executor.run(blocking.spin, [FOR_EVER], runFor({ name: 'disk.scan' })),
    );
    const queued = outcome(executor.run(blocking.add, [1, 1], runFor({ name: 'queued' })));
    await sleep(30);
    expect(await executor.close(50)).toEqual(['disk.scan']);
    expect(await spinning).toBeInstanceOf(ShutdownError);
    expect(await queued).toBeInstanceOf(ShutdownError);
    expect(executor.stats).toMatchObject({ threads: 0, running: 0, queued: 0 });
  });
});
