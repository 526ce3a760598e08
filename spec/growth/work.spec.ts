import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { workerModule } from 'rxhome';
import { limitConcurrency } from 'rxhome/operators';
import { createTestHub } from 'rxhome/testing';
import { Subject } from 'rxjs';

// What work costs, in things that can be counted. How long it takes is asked by `npm run bench`.

const RealController = AbortController;

/** Counts the controllers that are made from here on. */
function countControllers(): () => number {
  let made = 0;
  globalThis.AbortController = class extends RealController {
    constructor() {
      super();
      made++;
    }
  };
  return () => made;
}

afterEach(() => {
  globalThis.AbortController = RealController;
  jest.restoreAllMocks();
});

describe('a value of limitConcurrency', () => {
  /** Sends a burst through it, and waits until all is done. */
  async function burst(
    count: number,
    project: (value: number, signal: AbortSignal) => unknown,
  ): Promise<void> {
    const values = new Subject<number>();
    const done = new Promise<void>((complete, error) =>
      values
        .pipe(limitConcurrency(10, project, { maxQueue: Infinity }))
        .subscribe({ complete, error }),
    );
    for (let i = 0; i < count; i++) values.next(i);
    values.complete();
    await done;
  }

  it('has no signal made for it where the project declares none', async () => {
    const made = countControllers();
    await burst(100, async (value) => value);
    await burst(100, (value) => value);
    expect(made()).toBe(0);
    await burst(100, async (value, signal) => signal.aborted || value);
    expect(made()).toBe(100);
  });

  it('has one made where the project does not say what it takes', async () => {
    const project = jest.fn((...args: [number, AbortSignal]) => args[1]);
    const made = countControllers();
    await burst(1, project);
    expect(made()).toBe(1);
    expect(project).toHaveBeenCalledWith(0, expect.any(AbortSignal));
  });

  it('costs two handlers for as many values as run at once, not for each', async () => {
    const handlers = async (count: number): Promise<number> => {
      const seen = new Set<unknown>();
      const then = jest.spyOn(Promise.prototype, 'then');
      const promises = new Set<unknown>();
      await burst(count, (value) => {
        const promise = Promise.resolve(value);
        promises.add(promise);
        return promise;
      });
      then.mock.calls.forEach((given, i) => {
        if (promises.has(then.mock.contexts[i])) for (const one of given) seen.add(one);
      });
      expect(then.mock.contexts.filter((one) => promises.has(one))).toHaveLength(count);
      then.mockRestore();
      return seen.size;
    };
    expect(await handlers(100)).toBe(20);
    expect(await handlers(1_000)).toBe(20);
  });
});

describe('a limit of time', () => {
  it('is one timer, and no signal where the work declares none', async () => {
    const hub = createTestHub();
    const made = countControllers();
    await Promise.all(Array.from({ length: 100 }, () => hub.timeout.run(1_000, async () => 1)));
    expect(made()).toBe(0);
    const signals: AbortSignal[] = [];
    const work = async (signal: AbortSignal): Promise<unknown> => signals.push(signal);
    await Promise.all(Array.from({ length: 100 }, () => hub.timeout.run(1_000, work)));
    expect(made()).toBe(100);
    expect(new Set(signals).size).toBe(100);
    await hub.stop();
  });
});

describe('a task', () => {
  const { add } = workerModule<typeof import('../fixtures/blocking.worker.js')>(
    new URL('../fixtures/blocking.worker.js', import.meta.url),
  );

  it('has a signal made for the function that is given it, not for a job', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const made = countControllers();
    for (let i = 0; i < 10; i++)
      await hub.runJob(async () => {
        await Promise.resolve();
      });
    expect(made()).toBe(0);
    await hub.createTask(async () => undefined);
    expect(made()).toBe(1);
    // Inline, each call is its own thread, which has a signal; in a real one that is elsewhere.
    expect(await hub.addExecutorJob(add, 1, 2)).toBe(3);
    expect(made()).toBe(2);
    await hub.stop();
  });

  it('is awaited in one turn, like any promise', async () => {
    const hub = createTestHub();
    const order: string[] = [];
    const task = hub.createTask(() => 1);
    const promise = Promise.resolve(1);
    const note = async (what: string, one: Promise<number>): Promise<void> => {
      await one;
      order.push(what);
    };
    await Promise.all([note('task', task), note('promise', promise)]);
    expect(order).toEqual(['task', 'promise']);
    await hub.stop();
  });
});
