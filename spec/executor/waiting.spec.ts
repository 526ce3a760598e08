import { describe, expect, it } from '@jest/globals';
import { ShutdownError } from '../../src/errors/work-errors.js';
import { workerModule } from '../../src/executor/worker-module.js';
import { attack, blocking, outcome, runFor, threadsOfASpec, until } from './harness.js';

const create = threadsOfASpec();

/** Threads whose code waits for the loop, while the loop waits for threads. */
describe('a call that waits for another call', () => {
  it('does not hang with one thread, however deep', async () => {
    const executor = create();
    const nest = (depth: number): Promise<unknown> =>
      executor.run(attack.ask, [() => (depth === 0 ? 'the bottom' : nest(depth - 1))], runFor());
    expect(await nest(4)).toBe('the bottom');
    await until(() => executor.stats.threads === 1);
  });

  it('comes before what waits already, and needs one thread more, not many', async () => {
    const executor = create({ maxQueue: 100 });
    let most = 0;
    const order: string[] = [];
    const inner = async (n: number): Promise<number> => {
      most = Math.max(most, executor.stats.threads);
      const value = await executor.run(attack.take, [n], runFor());
      order.push(`inner ${n}`);
      return value as number;
    };
    const outer = Array.from({ length: 20 }, async (_, n) => {
      expect(await executor.run(attack.ask, [() => inner(n)], runFor())).toBe(n);
      order.push(`outer ${n}`);
    });
    await Promise.all(outer);
    expect(order.slice(0, 2)).toEqual(['inner 0', 'outer 0']);
    expect(most).toBeLessThan(12);
  });

  it('may come from something that the callback started and left', async () => {
    const executor = create();
    let later: Promise<unknown> = Promise.resolve();
    const started: number[] = [];
    const run = runFor({ onStart: (worker) => started.push(worker) });
    await executor.run(
      attack.ask,
      [() => void (later = executor.run(attack.take, ['later'], run))],
      runFor(),
    );
    expect(await later).toBe('later');
    expect(started).toEqual([1]);
  });

  it('has no precedence any more when nobody waits for it', async () => {
    const executor = create();
    const order: unknown[] = [];
    const call = (value: string): Promise<unknown> =>
      executor.run(attack.take, [value], runFor()).then((taken) => order.push(taken));
    let left: Promise<unknown> | undefined;
    let goOn = (): void => undefined;
    const later = new Promise<void>((resolve) => (goOn = resolve));
    const leave = (): void => {
      void later.then(() => {
        left = call('left behind');
      });
    };
    await executor.run(attack.ask, [leave], runFor());
    const blocked = executor.run(attack.block, [20], runFor());
    const waiting = call('waiting');
    goOn();
    await later;
    expect(left).toBeDefined();
    expect(executor.stats.queued).toBe(2); // all in the same turn of the loop
    await Promise.all([blocked, waiting, left]);
    expect(order).toEqual(['waiting', 'left behind']);
  });

  it('waits for a result that somebody else asked for', async () => {
    const executor = create();
    const waiting = executor.run(attack.ask, [() => shared], runFor());
    const shared: Promise<unknown> = executor.run(attack.take, ['shared'], runFor());
    expect(await waiting).toBe('shared');
  });

  it('gives a long queue of calls that all wait for the loop a limited number of threads', async () => {
    const executor = create({ maxQueue: 100 });
    let open: (value: string) => void = () => undefined;
    const gate = new Promise<string>((resolve) => (open = resolve));
    let asked = 0;
    // Once the gate is open, each of those that wait needs a thread more to come to an end.
    const ask = async (): Promise<unknown> => {
      asked++;
      return executor.run(attack.take, [await gate], runFor());
    };
    const calls = Array.from({ length: 60 }, () => executor.run(attack.ask, [ask], runFor()));
    const most = 17;
    await until(() => asked === most, 100);
    expect(executor.stats).toMatchObject({ running: most, queued: 60 - most, threads: most });
    open('go');
    expect(await Promise.all(calls)).toEqual(Array.from({ length: 60 }, () => 'go'));
    await until(() => executor.stats.threads === 1);
  }, 120_000); // seventeen threads learn TypeScript

  it('of a dedicated module waits for its turn', async () => {
    const executor = create();
    const own = workerModule<typeof import('../fixtures/attack.worker.js')>(
      new URL('../fixtures/attack.worker.js', import.meta.url),
      { dedicated: true },
    );
    const steps: string[] = [];
    const first = executor
      .run(own.ask, [() => executor.run(attack.take, [1], runFor())], runFor())
      .then(() => steps.push('first'));
    const second = executor.run(own.take, [2], runFor()).then(() => steps.push('second'));
    await Promise.all([first, second]);
    expect(steps).toEqual(['first', 'second']);
  });

  it('ends with ShutdownError when the hub stops, all the way down', async () => {
    const executor = create();
    const never = new Promise<never>(() => undefined);
    let isDeep = false;
    const inner = (): Promise<unknown> =>
      executor.run(attack.ask, [() => ((isDeep = true), never)], runFor());
    const call = outcome(executor.run(attack.ask, [inner], runFor()));
    await until(() => isDeep);
    const closed = executor.close(10_000);
    expect(await call).toBeInstanceOf(ShutdownError);
    expect(await closed).toEqual([]);
  });

  it('leaves its place in the queue when it is aborted', async () => {
    const executor = create({ maxQueue: 1 });
    const controller = new AbortController();
    const first = executor.run(attack.block, [100], runFor());
    const { signal } = controller;
    const aborted = outcome(executor.run(blocking.add, [1, 1], runFor({ signal })));
    controller.abort('enough');
    expect(await aborted).toBe('enough');
    expect(await executor.run(attack.take, ['in its place'], runFor())).toBe('in its place');
    await first;
  });
});
