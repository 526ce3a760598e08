import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidOptionError } from '../../src/errors/input-errors.js';
import type { HubErrorReport } from '../../src/errors/report.js';
import { TimeoutError, WorkerCrashedError } from '../../src/errors/work-errors.js';
import type { ExecutorOptions } from '../../src/executor/executor.js';
import { TinypoolExecutor } from '../../src/executor/tinypool-executor.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { attack, blocking, keepBusy, outcome, runFor, until } from './harness.js';

const own = workerModule<typeof import('../fixtures/attack.worker.js')>(
  new URL('../fixtures/attack.worker.js', import.meta.url),
  { dedicated: true },
);

const open: TinypoolExecutor[] = [];
const reports: HubErrorReport[] = [];

function create(options: ExecutorOptions = {}): TinypoolExecutor {
  reports.length = 0;
  const executor = new TinypoolExecutor({
    maxThreads: 1,
    report: (failure) => reports.push(failure),
    ...options,
  });
  open.push(executor);
  return executor;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.close(0)));
});

const failure = async (promise: Promise<unknown>): Promise<Error> =>
  (await outcome(promise)) as Error;

describe('a thread that runs out of memory', () => {
  const resourceLimits = { maxOldGenerationSizeMb: 48 };

  it('fails its own job only, and the process survives', async () => {
    const executor = create({ maxThreads: 2, resourceLimits });
    const beside = executor.run(attack.pause, [300], runFor());
    const eating = failure(executor.run(blocking.eatMemory, [], runFor()));
    const queued = executor.run(attack.take, ['next'], runFor());
    const error = await eating;
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error.message).toMatch(/`eatMemory` died under it: .*memory/i);
    expect((error.cause as { code?: string }).code).toBe('ERR_WORKER_OUT_OF_MEMORY');
    expect(await beside).toBe(300);
    expect(await queued).toBe('next');
    expect(executor.stats).toMatchObject({ crashed: 1, threads: 2 });
    expect(reports).toEqual([]);
  });

  it('may use as much as it is given', async () => {
    const executor = create({ resourceLimits });
    expect(await executor.run(attack.grow, [10], runFor())).toBe(10);
    const error = await failure(executor.run(attack.grow, [200], runFor()));
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(await executor.run(attack.grow, [10], runFor())).toBe(10);
  });

  it('has limits that make sense', () => {
    for (const limits of [{ maxOldGenerationSizeMb: 0 }, { stackSizeMb: 'big' }, 12, null])
      expect(() => create({ resourceLimits: limits as never })).toThrow(InvalidOptionError);
  });
});

describe('a thread that dies', () => {
  it.each(['exit', 'throw'] as const)(
    'while a job waits fails that job, once (%s)',
    async (how) => {
      const executor = create();
      const error = await failure(executor.run(attack.dieSoon, [5, how], runFor()));
      expect(error).toBeInstanceOf(WorkerCrashedError);
      expect(error.message).toMatch(how === 'exit' ? /code 7/ : /thrown by a timer/);
      await until(() => executor.stats.threads === 1);
      expect(await executor.run(attack.take, [1], runFor())).toBe(1);
      expect(reports).toEqual([]);
    },
  );

  it('of a rejection that nobody heard says so', async () => {
    const executor = create();
    const error = await failure(executor.run(attack.rejectUnheard, [], runFor()));
    expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(error.message).toMatch(/nobody listens/);
  });

  it.each(['error', 'rejection'] as const)(
    'of what an ended job has left running names that job (%s)',
    async (kind) => {
      const executor = create();
      const culprit = runFor({ name: 'the culprit', owner: 'some integration' });
      await executor.run(attack.leaveBehind, [1, kind], culprit);
      const call = failure(executor.run(attack.pause, [5_000], runFor()));
      keepBusy(100);
      const error = await call;
      expect(error).toBeInstanceOf(WorkerCrashedError);
      expect(error.message).toContain(
        '`pause` died under it: what the ended job `the culprit` of `some integration` had left running threw: left behind',
      );
      const next = await failure(executor.run(attack.dieSoon, [1, 'throw'], runFor()));
      expect(next.message).not.toContain('the culprit');
    },
  );

  it('and was kept for one module says that its variables are lost, and begins anew', async () => {
    const executor = create();
    expect(await executor.run(own.grow, [1], runFor())).toBe(1);
    expect(await executor.run(own.grow, [1], runFor())).toBe(2);
    const error = await failure(executor.run(own.dieSoon, [1, 'exit'], runFor()));
    expect(error.message).toMatch(
      /The variables of `file:.*attack\.worker\.js` are lost with it\./,
    );
    expect(await executor.run(own.grow, [1], runFor())).toBe(1);
    const idle = executor.run(own.leaveBehind, [1, 'error'], runFor());
    await idle;
    await until(() => reports.length > 0);
    expect(reports).toMatchObject([{ source: 'job', error: { code: 'WORKER_CRASHED' } }]);
    expect((reports[0]?.error as Error).message).toMatch(/the ended job `spec job`.*lost with it/);
    expect(await executor.run(own.grow, [1], runFor())).toBe(1);
  });

  it.each(['error', 'rejection', 'exit'] as const)(
    'after its reply has not harmed the job, whichever of the two is heard of first (%s)',
    async (kind) => {
      const executor = create();
      for (const warm of [false, true]) {
        if (warm) await executor.run(own.take, [0], runFor());
        const job = runFor({ name: 'the culprit', owner: 'some integration' });
        const call = executor.run(own.leaveBehind, [1, kind], job);
        // Sent to the dead thread; in a new one it would have begun, with loading its module.
        const next = warm ? executor.run(own.take, ['next'], runFor()) : 'next';
        keepBusy(500);
        expect(await call).toBe(1);
        expect(await next).toBe('next');
        await until(() => reports.length > 0);
        const { message } = reports.splice(0)[0]?.error as Error;
        expect(message).toMatch(
          /^A worker thread without a job died: what the ended job `the culprit` of `some integration` had left running/,
        );
        expect(message).toContain(
          kind === 'exit' ? 'ended it: It exited with code 7' : 'threw: left',
        );
        expect(executor.stats).toMatchObject({ threads: 1, crashed: 0, running: 0, queued: 0 });
      }
    },
  );

  it('after a reply that could not be copied leaves that failure to the job', async () => {
    const executor = create();
    const call = failure(executor.run(own.leaveBehindAndFail, [1], runFor()));
    keepBusy(500);
    expect(await call).not.toBeInstanceOf(WorkerCrashedError);
    await until(() => reports.length > 0);
  });

  it('is replaced at once when it was idle, and when it was terminated', async () => {
    const executor = create();
    await executor.run(own.leaveBehind, [1, 'error'], runFor());
    await until(() => reports.length > 0);
    expect(executor.stats.threads).toBe(1);
    const fn = own.block.with({ timeoutMs: 20, graceMs: 0 });
    expect(await failure(executor.run(fn, [60_000], runFor()))).toBeInstanceOf(TimeoutError);
    expect(executor.stats).toMatchObject({ threads: 1, crashed: 0 });
  });
});

describe('a thread that cannot start', () => {
  it('fails each call that needs it, and the next when things are mended', async () => {
    const executor = create({ resourceLimits: { maxOldGenerationSizeMb: 0.5 } });
    for (let i = 0; i < 4; i++) {
      const call = Promise.race([
        failure(executor.run(attack.take, [i], runFor())),
        sleep(20_000, 'it hangs', { ref: false }),
      ]);
      expect(await call).toBeInstanceOf(WorkerCrashedError);
    }
    const both = [1, 2].map((n) => failure(executor.run(attack.take, [n], runFor())));
    for (const error of await Promise.all(both)) expect(error).toBeInstanceOf(WorkerCrashedError);
    expect(reports).toEqual([]);
    expect(executor.stats).toMatchObject({ running: 0, queued: 0, threads: 0, crashed: 6 });
  });
});

describe('timeoutMs', () => {
  it('counts from the start of the run, not in the queue', async () => {
    const executor = create();
    const first = executor.run(attack.block, [2_200], runFor());
    // Long, because both threads may have to wait for their turn between its start and its end.
    const fn = attack.pause.with({ timeoutMs: 2_000 });
    expect(await Promise.all([first, executor.run(fn, [1], runFor())])).toEqual([2_200, 1]);
  });

  it('ends a job that waits for the loop', async () => {
    const executor = create();
    const fn = attack.ask.with({ timeoutMs: 20 });
    const never = new Promise<never>(() => undefined);
    expect(await failure(executor.run(fn, [() => never], runFor()))).toBeInstanceOf(TimeoutError);
    expect(await executor.run(attack.take, [1], runFor())).toBe(1);
  });
});
