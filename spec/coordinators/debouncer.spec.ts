import { describe, expect, it } from '@jest/globals';
import { Debouncer, InvalidOptionError, Scope, sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

interface Probe {
  readonly hub: ReturnType<typeof createTestHub>;
  readonly runs: number[];
  readonly begin: number;
}

function probe(): Probe & { readonly run: () => void } {
  const hub = createTestHub();
  const begin = hub.clock?.frame ?? 0;
  const runs: number[] = [];
  return { hub, begin, runs, run: () => void runs.push((hub.clock?.frame ?? 0) - begin) };
}

describe('immediate', () => {
  it('runs at once, and what comes in the cool-down once, at its end', async () => {
    const { hub, runs, run } = probe();
    const debouncer = new Debouncer(run, { cooldownMs: 100, scope: hub.scope });
    await debouncer.call();
    await hub.advance(30);
    await debouncer.call();
    await debouncer.call();
    expect([runs, debouncer.isPending]).toEqual([[0], true]);
    await hub.advance(70);
    expect([runs, debouncer.isPending]).toEqual([[0, 100], false]);
    await hub.advance(50);
    await debouncer.call(); // a run of the timer is followed by a cool-down too
    await hub.advance(50);
    expect(runs).toEqual([0, 100, 200]);
    await hub.advance(500);
    expect(hub.clock?.pendingCount).toBe(0);
    await debouncer.call();
    expect(runs).toEqual([0, 100, 200, 700]);
  });

  it('leaves out what comes while it runs', async () => {
    const { hub, runs, run } = probe();
    const slow = async (): Promise<void> => {
      run();
      await sleep(50);
    };
    const debouncer = new Debouncer(slow, { cooldownMs: 100, scope: hub.scope });
    const first = debouncer.call();
    await debouncer.call();
    await hub.advance(50);
    await first;
    await hub.advance(1_000);
    expect(runs).toEqual([0]);
  });

  it('rejects the call that ran, and cools down all the same', async () => {
    const { hub, runs } = probe();
    const fail = (): never => {
      runs.push(1);
      throw new Error('no');
    };
    const debouncer = new Debouncer(fail, { cooldownMs: 100, scope: hub.scope, name: 'asking' });
    await expect(debouncer.call()).rejects.toThrow('no');
    await debouncer.call();
    await hub.advance(100);
    expect(runs).toEqual([1, 1]);
    expect(hub.errors).toMatchObject([{ source: 'timer', owner: 'hub', name: 'asking' }]);
  });
});

it('otherwise waits for the end of a cool-down', async () => {
  const { hub, runs, run } = probe();
  const debouncer = new Debouncer(run, { cooldownMs: 100, immediate: false, scope: hub.scope });
  await debouncer.call();
  await hub.advance(60);
  await debouncer.call();
  expect(runs).toEqual([]);
  await hub.advance(40);
  expect(runs).toEqual([100]);
  await hub.advance(1_000);
  expect(runs).toEqual([100]);
});

it('schedules without anybody waiting', async () => {
  const { hub } = probe();
  const debouncer = new Debouncer(() => Promise.reject(new Error('no')), {
    cooldownMs: 10,
    scope: hub.scope,
  });
  debouncer.schedule();
  await hub.advance(10);
  expect(hub.errors).toHaveLength(1);
});

it('forgets what waits when it is cancelled, and everything once it is shut down', async () => {
  const { hub, runs, run } = probe();
  const debouncer = new Debouncer(run, { cooldownMs: 100, scope: hub.scope });
  await debouncer.call();
  await debouncer.call();
  debouncer.cancel();
  expect([hub.clock?.pendingCount, debouncer.isPending]).toEqual([0, false]);
  await debouncer.call();
  expect(runs).toEqual([0, 0]);
  debouncer[Symbol.dispose]();
  await debouncer.call();
  await hub.advance(1_000);
  expect(runs).toEqual([0, 0]);
});

it('ends with its owner, which it finds by itself', async () => {
  const { hub, runs, run } = probe();
  const scope = new Scope('lamps');
  let debouncer: Debouncer | undefined;
  await hub.scoped(scope).createTask(async () => {
    debouncer = new Debouncer(run, { cooldownMs: 100 });
    await debouncer.call();
    await debouncer.call();
  });
  await scope.close();
  expect(hub.clock?.pendingCount).toBe(0);
  await debouncer?.call();
  expect(runs).toEqual([0]);
});

it.each([
  [{ cooldownMs: -1 }, '-1'],
  [{ cooldownMs: NaN }, 'NaN'],
  [{ cooldownMs: '5' }, '5'],
  [{ cooldownMs: 5, immediate: 1 }, '`immediate`'],
])('refuses %j', (options, named) => {
  const make = (): Debouncer => new Debouncer(() => undefined, options as never);
  expect(make).toThrow(InvalidOptionError);
  expect(make).toThrow(named);
  expect(() => new Debouncer('fn' as never, { cooldownMs: 1 })).toThrow(InvalidOptionError);
});

describe('under attack', () => {
  it('ends while it runs: what runs goes on, and no timer is left', async () => {
    const { hub, runs, run } = probe();
    const slow = async (): Promise<void> => {
      await sleep(50);
      run();
    };
    const debouncer = new Debouncer(slow, { cooldownMs: 100, scope: hub.scope });
    const called = debouncer.call();
    debouncer.shutdown();
    await hub.advance(50);
    await called;
    expect([runs, hub.clock?.pendingCount, hub.scope.size]).toEqual([[50], 0, 0]);
  });

  it('cannot be called by what it runs', async () => {
    const { hub, runs, run } = probe();
    const again = async (): Promise<void> => {
      run();
      await debouncer.call();
    };
    const debouncer: Debouncer = new Debouncer(again, { cooldownMs: 100, scope: hub.scope });
    await debouncer.call();
    await hub.advance('1s');
    expect(runs).toEqual([0]);
  });

  it.each(['call', 'schedule'] as const)(
    'reports what %s fails with and nobody awaits',
    async (way) => {
      const { hub } = probe();
      const fail = (): never => {
        throw new Error('no');
      };
      const debouncer = new Debouncer(fail, { cooldownMs: 10, scope: hub.scope, name: 'asking' });
      void debouncer[way]();
      await hub.advance(1);
      expect(hub.errors).toMatchObject([
        { owner: 'hub', name: 'asking', error: { message: 'no' } },
      ]);
    },
  );

  it('reports nothing that is awaited', async () => {
    const { hub } = probe();
    const debouncer = new Debouncer(() => Promise.reject(new Error('no')), {
      cooldownMs: 10,
      scope: hub.scope,
    });
    await expect(debouncer.call()).rejects.toThrow('no');
    await hub.advance(1);
    expect(hub.errors).toEqual([]);
  });
});
