import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  callback,
  CallbackReturnedPromiseError,
  InvalidOptionError,
  Job,
  sleep,
  type Task,
  workerModule,
} from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const path = workerModule<typeof import('node:path')>('node:path');

describe('Job', () => {
  it.each<[string, ConstructorParameters<typeof Job>[0], string]>([
    ['a marked function', callback(() => undefined), 'callback'],
    ['a plain function', () => undefined, 'callback'],
    ['an async function', async () => undefined, 'coroutine'],
    ['a bound async function', (async () => undefined).bind(null), 'coroutine'],
    ['a worker function', path.basename as never, 'executor'],
  ])('has the type of %s', (_, target, type) => {
    expect(new Job(target).type).toBe(type);
  });

  it('has the name of its function, or the one it is given', () => {
    expect(new Job(function poll() {}).name).toBe('poll');
    expect(new Job(function poll() {}, { name: 'read the meter' }).name).toBe('read the meter');
    expect(new Job(path.basename).name).toBe('basename');
    expect(new Job(() => undefined).name).not.toBe('');
  });

  it('is not ended by the shutdown unless it says so', () => {
    expect(new Job(() => undefined).cancelOnShutdown).toBe(false);
    expect(new Job(() => undefined, { cancelOnShutdown: true }).cancelOnShutdown).toBe(true);
  });

  it.each([[undefined], [42], ['text'], [{}], [Promise.resolve()]])('refuses %p', (junk) => {
    expect(() => new Job(junk as never)).toThrow(InvalidOptionError);
  });
});

describe('callback', () => {
  it('gives back the function it marks', () => {
    const add = (a: number, b: number): number => a + b;
    expect(callback(add)).toBe(add);
    expect(callback(add)(1, 2)).toBe(3);
    expectTypeOf(callback(add)).toEqualTypeOf<(a: number, b: number) => number>();
  });

  it('takes no async function: a type error', () => {
    // @ts-expect-error It returns a promise.
    callback(async () => 42);
    // @ts-expect-error So does this.
    callback(() => Promise.resolve(42));
  });

  it('reports a marked function that returns a promise, by runJob and by a listener', async () => {
    const hub = createTestHub();
    const liar = callback(
      // @ts-expect-error It returns a promise.
      async function liar() {
        await sleep(1000);
      },
    );
    void hub.runJob(new Job(liar));
    hub.scoped(hub.scope.child('lamp')).bus.listen('e', liar);
    hub.bus.fire('e');
    await hub.advance('2s');
    expect(hub.errors.map(({ owner, name }) => `${name} of ${owner}`)).toEqual([
      'liar of hub',
      'liar of lamp',
    ]);
    for (const { error } of hub.errors) expect(error).toBeInstanceOf(CallbackReturnedPromiseError);
  });
});

describe('runJob', () => {
  it('calls a function inline, with its arguments, and gives undefined', () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    expect(hub.runJob((...args: unknown[]) => seen.push(args), 1, 'two')).toBeUndefined();
    expect(hub.runJob(callback(() => seen.push('marked')))).toBeUndefined();
    expect(seen).toEqual([[1, 'two'], 'marked']);
    expect(hub.snapshot().tasks).toEqual([]);
  });

  it('gives a tracked task for an async function', async () => {
    const hub = createTestHub();
    const mine = hub.scoped(hub.scope.child('lamp'));
    const task = mine.runJob(async (ms: number) => {
      await sleep(ms);
      return 42;
    }, 1000);
    expect(task).toMatchObject({ owner: 'lamp', status: 'running' });
    await hub.blockTillDone();
    expect(hub.clock!.frame).toBe(1000);
    expect(await task).toBe(42);
    expectTypeOf(task).toEqualTypeOf<Task<number> | undefined>();
  });

  it('gives a tracked task for a plain function that returns a promise', async () => {
    const hub = createTestHub();
    const task = hub.runJob(new Job((ms: number) => sleep(ms), { name: 'wait' }), 1000);
    expect(task).toMatchObject({ name: 'wait', status: 'running' });
    await hub.blockTillDone();
    expect([hub.clock!.frame, task!.status]).toEqual([1000, 'done']);
  });

  it('gives a task for a worker function, with typed arguments', async () => {
    const hub = createTestHub();
    const task = hub.runJob(path.basename, '/a/b.txt');
    expect(task).toMatchObject({ name: 'basename', kind: 'job' });
    expect(await task).toBe('b.txt');
    // @ts-expect-error It takes text.
    void hub.runJob(path.basename, 42)?.catch(() => undefined);
  });

  it('reports what a function throws inline, and does not throw it', () => {
    const hub = createTestHub();
    const broken = new Error('broken');
    const throwing = (): never => {
      throw broken;
    };
    expect(hub.runJob(throwing)).toBeUndefined();
    expect(hub.errors).toEqual([
      expect.objectContaining({ error: broken, source: 'job', owner: 'hub', name: 'throwing' }),
    ]);
  });

  it('cancels what a job with cancelOnShutdown has begun when the hub begins to stop', async () => {
    const hub = createTestHub();
    await hub.start();
    const endedAt: string[] = [];
    const work = async (): Promise<void> => {
      await sleep(50_000);
      endedAt.push(hub.state);
    };
    const marked = hub.runJob(new Job(work, { cancelOnShutdown: true }))!;
    const plain = hub.runJob(new Job(() => work(), { cancelOnShutdown: true }))!;
    const kept = hub.runJob(new Job(work))!;
    const told: string[] = [];
    for (const task of [marked, plain])
      task.signal.addEventListener('abort', () => told.push(hub.state));
    await hub.stop();
    expect(told).toEqual(['stopping', 'stopping']);
    expect([marked.status, plain.status, kept.status]).toEqual(['cancelled', 'cancelled', 'done']);
  });
});
