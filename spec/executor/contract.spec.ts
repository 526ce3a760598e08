import { afterAll, describe, expect, it } from '@jest/globals';
import type { HubErrorReport } from '../../src/errors/report.js';
import { registerErrorClass } from '../../src/errors/wire.js';
import {
  NotCloneableError,
  ShutdownError,
  TimeoutError,
  UnknownFunctionError,
  WorkerModuleError,
} from '../../src/errors/work-errors.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { blocking, implementations, outcome, runFor } from './harness.js';

class DeviceError extends Error {
  readonly device: string = '';
}
registerErrorClass(DeviceError);

describe.each(implementations)('%s', (_name, create) => {
  const reports: HubErrorReport[] = [];
  const executor = create({ report: (failure) => reports.push(failure) });
  afterAll(() => executor.close(0));

  it('gives the value of a function, plain or async', async () => {
    expect(await executor.run(blocking.add, [2, 3], runFor())).toBe(5);
    expect(await executor.run(blocking.addSlowly, [2, 3, 5], runFor())).toBe(5);
  });

  it('runs functions of built-in modules', async () => {
    const path = workerModule<typeof import('node:path')>('node:path');
    expect(await executor.run(path.basename, ['/a/b.txt'], runFor())).toBe('b.txt');
  });

  it('tells that the call has started, and with which worker', async () => {
    const started: number[] = [];
    await executor.run(blocking.add, [1, 1], runFor({ onStart: (worker) => started.push(worker) }));
    expect(started).toEqual([1]);
  });

  it('brings errors back with class, message, cause and fields', async () => {
    const error = (await outcome(executor.run(blocking.fail, [], runFor()))) as DeviceError;
    expect(error).toBeInstanceOf(DeviceError);
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'DeviceError', message: 'no answer', device: 'lamp' });
    expect(error.cause).toBeInstanceOf(TypeError);
    expect(error.stack).toContain('blocking.worker.ts:61:9');
  });

  it.each([null, undefined, 0, 'text'])('brings back a thrown %p', async (value) => {
    const thrown = outcome(executor.run(blocking.failWith, [value], runFor()));
    expect(await thrown).toBe(value);
  });

  it('names module and function when the module is not there', async () => {
    const missing = workerModule<{ f(): void }>(new URL('./no-such.worker.js', import.meta.url));
    const error = (await outcome(executor.run(missing.f, [], runFor()))) as Error;
    expect(error).toBeInstanceOf(WorkerModuleError);
    expect(error.message).toContain('no-such.worker.js');
    expect(error.message).toContain('`f`');
  });

  it('names what the module has when it lacks the function', async () => {
    const wrong = workerModule<{ ad(): void }>(blocking.add.module);
    const error = (await outcome(executor.run(wrong.ad, [], runFor()))) as Error;
    expect(error).toBeInstanceOf(WorkerModuleError);
    expect(error.message).toMatch(/no function `ad`.*exports.*`add`/);
  });

  it('says why a module cannot be loaded', async () => {
    const broken = workerModule<typeof import('../fixtures/broken.worker.js')>(
      new URL('../fixtures/broken.worker.js', import.meta.url),
    );
    const error = (await outcome(executor.run(broken.never, [], runFor()))) as Error;
    expect(error).toBeInstanceOf(WorkerModuleError);
    expect(error.message).toContain('broken on purpose');
  });

  it('names the argument that cannot be copied', async () => {
    const args = [{ onClick: () => undefined }, () => 1] as const;
    const error = (await outcome(
      executor.run(blocking.passThrough, args as never, runFor()),
    )) as Error;
    expect(error).toBeInstanceOf(NotCloneableError);
    expect(error.message).toContain('Argument 1 of `passThrough`');
    expect(await executor.run(blocking.add, [1, 1], runFor())).toBe(2);
  });

  it('refuses a result that cannot be copied, and goes on', async () => {
    const error = await outcome(executor.run(blocking.returnFunction, [], runFor()));
    expect(error).toBeInstanceOf(NotCloneableError);
    expect((error as Error).message).toContain('`returnFunction`');
    expect(await executor.run(blocking.add, [1, 1], runFor())).toBe(2);
  });

  it('hands over what is transferred', async () => {
    const bytes = new Uint8Array(16);
    const fn = blocking.size.with({ transfer: [bytes.buffer] });
    expect(await executor.run(fn, [bytes], runFor())).toBe(16);
    expect(bytes.byteLength).toBe(0);
  });

  it('lets the function know its job', async () => {
    expect(await executor.run(blocking.facts, [], runFor())).toEqual({
      name: 'spec job',
      owner: 'spec',
      context: { id: 'cause' },
    });
  });

  it('rejects with the reason of the signal that aborted, of the call or of its job', async () => {
    const reason = { why: 'enough' };
    for (const by of ['call', 'job']) {
      const controller = new AbortController();
      const { signal } = controller;
      const fn = by === 'call' ? blocking.waitUntilTold.with({ signal }) : blocking.waitUntilTold;
      const call = outcome(executor.run(fn, [], runFor(by === 'job' ? { signal } : {})));
      setTimeout(() => controller.abort(reason), 20);
      expect(await call).toBe(reason);
    }
  });

  it('tells the function by its signal, and waits for it to end', async () => {
    const controller = new AbortController();
    const fn = blocking.waitUntilTold.with({ signal: controller.signal, graceMs: 60_000 });
    const call = outcome(executor.run(fn, [], runFor()));
    setTimeout(() => controller.abort('enough'), 20);
    expect(await call).toBe('enough');
  });

  it('does not start a call whose signal has aborted', async () => {
    const reason = new Error('too late');
    const fn = blocking.add.with({ signal: AbortSignal.abort(reason) });
    expect(await outcome(executor.run(fn, [1, 1], runFor()))).toBe(reason);
  });

  it('rejects with TimeoutError, naming function and limit', async () => {
    const fn = blocking.waitUntilTold.with({ timeoutMs: 30 });
    const error = await outcome(executor.run(fn, [], runFor()));
    expect(error).toBeInstanceOf(TimeoutError);
    expect((error as Error).message).toMatch(/`waitUntilTold`.*30/);
  });

  it('runs a callback on the loop, for its owner, and gives its value', async () => {
    let wrapped = 0;
    const run = runFor({ runOnLoop: (fn) => (wrapped++, fn()) });
    expect(await executor.run(blocking.count, [3, (step) => step * 10], run)).toEqual([10, 20, 30]);
    expect(wrapped).toBe(3);
  });

  it('throws in the worker what a callback throws', async () => {
    const call = executor.run(
      blocking.passThrough,
      [
        1,
        () => {
          throw new RangeError('not today');
        },
      ],
      runFor(),
    );
    const error = (await outcome(call)) as Error;
    expect(error).toBeInstanceOf(RangeError);
    expect(error.message).toBe('not today');
  });

  it('has run everything that was posted, in order, when the call is over', async () => {
    const steps: number[] = [];
    await executor.run(blocking.countAloud, [50, (step) => void steps.push(step)], runFor());
    expect(steps).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  it('reports what a posted callback throws, with the owner', async () => {
    reports.length = 0;
    const fails = (): never => {
      throw new Error('posted and failed');
    };
    expect(await executor.run(blocking.countAloud, [1, fails], runFor())).toBe('done');
    expect(reports).toMatchObject([
      { source: 'loop-call', owner: 'spec', error: { message: 'posted and failed' } },
    ]);
  });

  it('lets the function call by name what was exposed', async () => {
    const said: unknown[] = [];
    const exposed = (name: string) =>
      name === 'echo' ? (value: never): unknown => (said.push(value), value) : undefined;
    const run = runFor({ exposed });
    expect(await executor.run(blocking.callByName, ['echo', 7], run)).toBe(7);
    await executor.run(blocking.postByName, ['echo', 8], run);
    expect(said).toEqual([7, 8]);
    const error = await outcome(executor.run(blocking.callByName, ['ech', 7], run));
    expect(error).toBeInstanceOf(UnknownFunctionError);
    expect((error as Error).message).toContain("hub.expose('ech', fn)");
  });

  it('counts what it does', () => {
    expect(executor.stats).toMatchObject({ running: 0, queued: 0, crashed: 0 });
    expect(executor.stats.completed).toBeGreaterThan(10);
  });

  it('waits for what runs when it closes, and refuses what comes later', async () => {
    const other = create({});
    const call = other.run(blocking.addSlowly, [1, 2, 100], runFor());
    const closed = other.close(10_000);
    const refused = await outcome(other.run(blocking.add, [1, 1], runFor()));
    expect(refused).toBeInstanceOf(ShutdownError);
    expect(await call).toBe(3);
    expect(await closed).toEqual([]);
  });

  it('names and ends what is late when it closes', async () => {
    const other = create({});
    const call = outcome(other.run(blocking.waitUntilTold, [], runFor({ name: 'the late one' })));
    expect(await other.close(50)).toEqual(['the late one']);
    expect(await call).toBeInstanceOf(ShutdownError);
    expect(await other.close(50)).toEqual(['the late one']);
  });
});
