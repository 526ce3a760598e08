import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type Hub, InvalidOptionError, sleep, type Task } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

/** The two ways to start a task that differ only in who waits for it. */
const WAYS = [
  { kind: 'task', start: (hub: Hub) => hub.createTask.bind(hub) },
  { kind: 'background', start: (hub: Hub) => hub.createBackgroundTask.bind(hub) },
] as const;

function names(hub: Hub): readonly string[] {
  return hub.snapshot().tasks.map(({ name }) => name);
}

describe('a task', () => {
  it('is a promise of what its body gives', async () => {
    const hub = createTestHub();
    const task = hub.createTask(async () => 42);
    expect(task).toBeInstanceOf(Promise);
    expect(await task).toBe(42);
    expect(await task.then((value) => value + 1)).toBe(43);
    expect(await Promise.all([task, task.finally(() => undefined)])).toEqual([42, 42]);
  });

  it('gives ordinary promises by then, catch and finally', () => {
    const hub = createTestHub();
    const task = hub.createTask(async () => 42);
    for (const derived of [task.then(), task.catch(() => 0), task.finally(() => undefined)])
      expect(derived.constructor).toBe(Promise);
  });

  it('knows its name, owner, kind, signal, status and when it was started', async () => {
    const hub = createTestHub();
    const mine = hub.scoped(hub.scope.child('automation'));
    await hub.advance('5s');
    const startedAt = Date.now();
    let given: AbortSignal | undefined;
    const task = mine.createTask(
      async (signal) => {
        given = signal;
        await sleep(1000);
      },
      { name: 'poll' },
    );
    expect(task).toMatchObject({ name: 'poll', owner: 'automation', kind: 'task', startedAt });
    expect(task.signal).toBe(given);
    expect(task.status).toBe('running');
    await hub.advance('1s');
    expect(task.status).toBe('done');
    expect(task.startedAt).toBe(startedAt);
  });

  it('is called like its function when no name is given', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    expect(hub.createTask(async function poll() {}).name).toBe('poll');
    expect(hub.createTask(never).name).toBe('never');
    expect(hub.createTask(never, { name: 'given' }).name).toBe('given');
  });

  it('has the type of what its body gives', () => {
    const hub = createTestHub();
    expectTypeOf(hub.createTask(async () => 42)).toEqualTypeOf<Task<number>>();
    expectTypeOf(hub.createTask(() => 'text')).toEqualTypeOf<Task<string>>();
    expectTypeOf(hub.createTask(Promise.resolve(true))).toEqualTypeOf<Task<boolean>>();
    expectTypeOf(hub.createTask)
      .parameter(0)
      .extract<(signal: AbortSignal) => unknown>()
      .toBeFunction();
  });
});

describe.each(WAYS)('a new $kind', ({ kind, start }) => {
  const options = { name: 'work' };

  it('runs to its first await before the call returns, and is known then', async () => {
    const hub = createTestHub();
    const order: string[] = [];
    const task = start(hub)(async () => {
      order.push('begins');
      await sleep(1000);
      order.push('ends');
    }, options);
    order.push('returned');
    expect(task.kind).toBe(kind);
    expect(names(hub)).toEqual(['work']);
    await hub.advance('1s');
    expect(order).toEqual(['begins', 'returned', 'ends']);
    expect(names(hub)).toEqual([]);
  });

  it('that is not eager starts in the next turn, and is known before', async () => {
    const hub = createTestHub();
    const order: string[] = [];
    const task = start(hub)(
      async () => {
        order.push('begins');
        await sleep(1000);
      },
      { ...options, eager: false },
    );
    order.push('returned');
    await Promise.resolve();
    expect(task.status).toBe('pending');
    expect(names(hub)).toEqual(['work']);
    await hub.advance(0);
    expect(order).toEqual(['returned', 'begins']);
    expect(task.status).toBe('running');
    await hub.advance('1s');
    expect(task.status).toBe('done');
    expect(names(hub)).toEqual([]);
  });

  it('without a promise has ended when the call returns, and was never tracked', () => {
    const hub = createTestHub();
    let tracked: readonly string[] = ['not looked at'];
    const task = start(hub)(() => {
      tracked = names(hub);
      return 42;
    }, options);
    expect(task.status).toBe('done');
    expect(tracked).toEqual([]);
    expect(names(hub)).toEqual([]);
    expect(hub.scope.size).toBe(0);
  });

  it('that throws rejects, and throws nothing at its starter', async () => {
    const hub = createTestHub();
    const broken = new Error('broken');
    const task = start(hub)(() => {
      throw broken;
    }, options);
    expect(task.status).toBe('failed');
    await expect(task).rejects.toBe(broken);
    expect(names(hub)).toEqual([]);
  });

  it('belongs to its owner until it has ended', async () => {
    const hub = createTestHub();
    start(hub)(() => sleep(1000), options);
    expect(hub.scope.size).toBe(1);
    await hub.advance('1s');
    expect(hub.scope.size).toBe(0);
  });
});

describe('a task of a promise', () => {
  it('ends with it, and is tracked meanwhile', async () => {
    const hub = createTestHub();
    const task = hub.createTask(
      sleep(1000).then(() => 42),
      { name: 'wait' },
    );
    expect([task.status, names(hub)]).toEqual(['running', ['wait']]);
    await hub.advance('1s');
    expect([task.status, names(hub)]).toEqual(['done', []]);
    expect(await task).toBe(42);
  });

  it('fails with it', async () => {
    const hub = createTestHub();
    const broken = new Error('broken');
    await expect(hub.createTask(Promise.reject(broken))).rejects.toBe(broken);
  });

  it('takes anything that can be awaited', async () => {
    const hub = createTestHub();
    const thenable: PromiseLike<number> = {
      then: (resolve: any) => resolve(42),
    };
    expect(await hub.createTask(thenable)).toBe(42);
    const broken = new Error('broken then');
    const worse = {
      then: () => {
        throw broken;
      },
    };
    await expect(hub.createTask(worse as PromiseLike<never>)).rejects.toBe(broken);
    expect(names(hub)).toEqual([]);
  });

  it.each([[undefined], [null], [42], ['text'], [{}]])('refuses %p, and tracks nothing', (junk) => {
    const hub = createTestHub();
    expect(() => hub.createTask(junk as never)).toThrow(InvalidOptionError);
    expect(names(hub)).toEqual([]);
  });
});
