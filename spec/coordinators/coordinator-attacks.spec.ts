import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  CancelledError,
  ConfigEntryAuthFailed,
  ConfigEntryNotReady,
  DataUpdateCoordinator,
  InvalidOptionError,
  Scope,
  ScopeClosedError,
  sleep,
  UpdateFailed,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const realTurn = setImmediate;
const unhandled: unknown[] = [];
const note = (error: unknown): void => void unhandled.push(error);

beforeEach(() => void process.on('unhandledRejection', note));
afterEach(async () => {
  await new Promise((resolve) => realTurn(resolve));
  process.off('unhandledRejection', note);
  expect(unhandled.splice(0)).toEqual([]);
});

/** A source that answers when it is told to. */
class Source {
  readonly asked: { answer(value: number): void; fail(error: unknown): void }[] = [];

  ask(): Promise<number> {
    return new Promise((answer, fail) => this.asked.push({ answer, fail }));
  }
}

type Coordinated = DataUpdateCoordinator<number>;

function coordinate(hub: Pick<TestHub, 'scope'>, options: object = {}): Coordinated {
  return new DataUpdateCoordinator<number>(hub as TestHub, {
    name: 'the source',
    update: () => 1,
    ...options,
  });
}

/** Every promise that is settled has told of it. */
async function settle(hub: TestHub): Promise<void> {
  await hub.advance(0);
}

describe('a refresh', () => {
  it('that never ends keeps nobody: the owner goes on after its time of grace', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather', { graceMs: 1_000 });
    const source = new Source();
    const weather = hub.scoped(scope);
    const coordinator = coordinate(weather, { update: () => source.ask() });
    const refreshed = coordinator.refresh();
    const outcome = expect(refreshed).rejects.toBeInstanceOf(CancelledError);
    const closed = scope.close();
    await hub.advance(1_000);
    await closed;
    source.asked[0]?.answer(5);
    await outcome;
    expect([coordinator.data, hub.errors]).toEqual([undefined, []]);
  });

  it.each([
    ['refresh', (of: Coordinated) => of.refresh()],
    ['requestRefresh', (of: Coordinated) => of.requestRefresh()],
    ['firstRefresh', (of: Coordinated) => of.firstRefresh()],
  ])('by %s that nobody awaits is no unhandled rejection when the owner goes', async (_, begin) => {
    const hub = createTestHub();
    for (const end of ['unload', 'stop']) {
      const scope = new Scope('weather');
      const update = (signal: AbortSignal): Promise<void> => sleep(1_000, { signal });
      void begin(coordinate(hub.scoped(scope), { update }));
      await (end === 'unload' ? scope.close() : hub.stop());
    }
    expect(hub.errors).toEqual([]);
  });

  it('of an unloaded owner is refused, and only told of by the fence', async () => {
    const hub = createTestHub({ strict: false });
    const scope = new Scope('weather');
    let calls = 0;
    const coordinator = coordinate(hub.scoped(scope), { update: () => ++calls });
    await scope.close();
    void coordinator.refresh();
    void coordinator.firstRefresh();
    await coordinator.requestRefresh();
    coordinator.setUpdatedData(5);
    coordinator.setUpdateError(new Error('gone'));
    coordinator.addListener(() => undefined)();
    await expect(coordinator.refresh()).rejects.toBeInstanceOf(ScopeClosedError);
    await expect(coordinator.firstRefresh()).rejects.toBeInstanceOf(ScopeClosedError);
    await settle(hub);
    expect([calls, coordinator.data, coordinator.lastUpdateSuccess]).toEqual([0, undefined, true]);
    expect(hub.errors.every(({ source }) => source === 'fence')).toBe(true);
    expect(hub.errors.length).toBeLessThanOrEqual(3); // each fence tells once
  });

  it('of an unloaded owner is a rejection in strict mode too', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather');
    const coordinator = coordinate(hub.scoped(scope));
    await scope.close();
    await expect(coordinator.refresh()).rejects.toBeInstanceOf(ScopeClosedError);
    await expect(coordinator.firstRefresh()).rejects.toBeInstanceOf(ScopeClosedError);
  });

  it('by hand still works while the hub stops, and a planned one does not', async () => {
    const hub = createTestHub();
    await hub.start();
    let calls = 0;
    const coordinator = coordinate(hub, { update: () => ++calls, updateIntervalMs: 10 });
    coordinator.addListener(() => undefined);
    hub.bus.listen('homeassistant_stop', async () => {
      await coordinator.refresh();
      await sleep(1_000);
    });
    await hub.stop();
    expect(calls).toBe(1);
  });

  it.each([undefined, null, 0, 'no'])('that fails with %p says so', async (reason) => {
    const hub = createTestHub();
    const coordinator = coordinate(hub, { update: () => Promise.reject(reason) });
    await coordinator.refresh();
    expect(coordinator.lastUpdateSuccess).toBe(false);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]?.error).toBe(coordinator.lastException);
    expect(hub.errors[0]?.error ?? null).not.toBeNull();
    await expect(coordinator.firstRefresh()).rejects.toBeInstanceOf(ConfigEntryNotReady);
  });

  it('that asks for another joins itself', async () => {
    const hub = createTestHub();
    let calls = 0;
    const coordinator: Coordinated = coordinate(hub, {
      update: async () => {
        if (++calls > 5) throw new Error('endless');
        await coordinator.refresh();
        await sleep(5);
        await coordinator.refresh();
        return calls;
      },
    });
    const both = Promise.all([coordinator.refresh(), coordinator.refresh()]);
    await hub.advance(5);
    await both;
    expect([calls, coordinator.data]).toEqual([1, 1]);
  });
});

describe('the first refresh', () => {
  it('waits for one that runs, and another for it; the set-up is done once', async () => {
    const hub = createTestHub();
    const source = new Source();
    const steps: string[] = [];
    const coordinator = coordinate(hub, {
      setup: async () => {
        steps.push('setup');
        await sleep(1);
      },
      update: () => (steps.push('update'), source.ask()),
    });
    const refreshed = coordinator.refresh();
    const first = coordinator.firstRefresh();
    const second = coordinator.firstRefresh();
    await hub.advance(10);
    expect(steps).toEqual(['update']);
    source.asked[0]?.answer(1);
    await refreshed;
    await hub.advance(10);
    const joined = coordinator.refresh();
    source.asked[1]?.answer(2);
    await first;
    await hub.advance(10);
    source.asked[2]?.answer(3);
    await Promise.all([second, joined]);
    expect(steps).toEqual(['update', 'setup', 'update', 'update']);
    expect(coordinator.data).toBe(3);
  });

  it('sets up again when the set-up failed', async () => {
    const hub = createTestHub();
    let tries = 0;
    const setup = (): void => {
      if (++tries === 1) throw new UpdateFailed('away');
    };
    const coordinator = coordinate(hub, { setup });
    await expect(coordinator.firstRefresh()).rejects.toThrow('the source: away');
    await coordinator.refresh();
    expect(coordinator.data).toBe(1);
    await coordinator.firstRefresh();
    await coordinator.firstRefresh();
    expect([tries, coordinator.data]).toEqual([2, 1]);
  });

  it('that waits for one which the stop of the hub has left behind ends', async () => {
    const hub = createTestHub({ leaks: 'ignore', stageTimeoutsMs: { stop: 10, close: 10 } });
    const source = new Source();
    const coordinator = coordinate(hub, { update: () => source.ask() });
    void coordinator.refresh();
    const first = expect(coordinator.firstRefresh()).rejects.toBeInstanceOf(CancelledError);
    await hub.stop();
    expect(source.asked).toHaveLength(2);
    for (const { answer } of source.asked) answer(1);
    await first;
  });

  it('that fails and that nobody awaits is reported once', async () => {
    const hub = createTestHub();
    const update = (): never => {
      throw new UpdateFailed('away');
    };
    void coordinate(hub, { update }).firstRefresh();
    await settle(hub);
    expect(hub.errors).toMatchObject([{ owner: 'hub', error: { code: 'CONFIG_ENTRY_NOT_READY' } }]);
  });
});

describe('the schedule', () => {
  function counting(hub: TestHub, options: object = {}): [Coordinated, { calls: number }] {
    const count = { calls: 0 };
    const update = (): number => ++count.calls;
    return [coordinate(hub, { update, updateIntervalMs: 10_000, ...options }), count];
  }

  it('follows the interval: another after the next refresh, none and the first at once', async () => {
    const hub = createTestHub();
    const [coordinator, count] = counting(hub);
    coordinator.addListener(() => undefined);
    coordinator.updateIntervalMs = 1_000;
    await hub.advance('9999ms');
    expect(count.calls).toBe(0);
    await hub.advance('1001ms');
    expect(count.calls).toBe(2);
    coordinator.updateIntervalMs = null;
    await hub.advance('1h');
    expect([count.calls, hub.clock?.pendingCount]).toEqual([2, 0]);
    coordinator.updateIntervalMs = 5_000;
    await hub.advance('5s');
    expect([count.calls, coordinator.updateIntervalMs]).toEqual([3, 5_000]);
    expect(() => (coordinator.updateIntervalMs = 0)).toThrow(InvalidOptionError);
  });

  it.each([NaN, -1, 0, Infinity])(
    'takes %p as retryAfterMs as if it was not said',
    async (retryAfterMs) => {
      const hub = createTestHub();
      let calls = 0;
      const update = (): never => {
        calls++;
        throw new UpdateFailed('away', { retryAfterMs });
      };
      const coordinator = coordinate(hub, { update, updateIntervalMs: 10_000 });
      coordinator.addListener(() => undefined);
      await hub.advance('29999ms');
      expect(calls).toBe(1);
      await hub.advance('1ms');
      expect(calls).toBe(2);
    },
  );

  it('forgets what the source wanted when it answers again', async () => {
    const hub = createTestHub();
    const [coordinator, count] = counting(hub);
    coordinator.addListener(() => undefined);
    coordinator.setUpdateError(new UpdateFailed('slow down', { retryAfterMs: 3_600_000 }));
    await hub.advance('10s');
    await hub.advance('10s');
    expect(count.calls).toBe(2);
  });

  it('ends at once with news that the credentials are refused', async () => {
    const hub = createTestHub();
    const [coordinator, count] = counting(hub);
    coordinator.addListener(() => undefined);
    coordinator.setUpdateError(new ConfigEntryAuthFailed('no'));
    coordinator.addListener(() => undefined);
    await hub.advance('1h');
    expect(count.calls).toBe(0);
    coordinator.setUpdatedData(5);
    await hub.advance('10s');
    expect(count.calls).toBe(1);
  });

  it('goes on when the first listener comes while it fails', async () => {
    const hub = createTestHub();
    let isBroken = true;
    let calls = 0;
    const update = (): number => {
      calls++;
      if (isBroken) throw new UpdateFailed('away');
      return calls;
    };
    const coordinator = coordinate(hub, { update, updateIntervalMs: 10_000 });
    await coordinator.refresh();
    const heard: boolean[] = [];
    coordinator.addListener(() => heard.push(coordinator.lastUpdateSuccess));
    isBroken = false;
    await hub.advance('20s');
    expect([calls, heard]).toEqual([2, [true]]);
  });

  it('is one for each of two coordinators of a source', async () => {
    const hub = createTestHub();
    const [fast, fastCount] = counting(hub);
    const [slow, slowCount] = counting(hub, { updateIntervalMs: 20_000 });
    const end = fast.addListener(() => undefined);
    slow.addListener(() => undefined);
    await hub.advance('20s');
    end();
    await hub.advance('20s');
    expect([fastCount.calls, slowCount.calls]).toEqual([2, 2]);
  });
});

describe('listeners', () => {
  it('hear nothing more once one of them has unloaded the owner', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather');
    const coordinator = coordinate(hub.scoped(scope));
    const heard: string[] = [];
    coordinator.addListener(() => {
      heard.push('first');
      void scope.close();
    });
    coordinator.addListener(() => heard.push('second'));
    await coordinator.refresh().catch(() => undefined);
    await settle(hub);
    expect([heard, hub.errors]).toEqual([['first'], []]);
    expectNoLeaks(hub);
  });

  it('hear of one refresh before any hears of the next', async () => {
    const hub = createTestHub();
    const coordinator = coordinate(hub);
    const streams: unknown[][] = [[], [], []];
    coordinator.data$.subscribe((data) => {
      streams[0]?.push(data);
      if (data < 3) coordinator.setUpdatedData(data + 1);
    });
    coordinator.data$.subscribe((data) => streams[1]?.push(data));
    coordinator.addListener(() => streams[2]?.push(coordinator.data));
    await coordinator.refresh();
    expect(streams).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [2, 3, 3],
    ]);
  });

  it('of `data$` that throw harm nobody else', async () => {
    const hub = createTestHub();
    const coordinator = coordinate(hub);
    const seen: unknown[] = [];
    coordinator.data$.subscribe(() => {
      throw new Error('broken subscriber');
    });
    coordinator.data$.subscribe((data) => seen.push(data));
    await coordinator.refresh();
    await coordinator.refresh();
    await settle(hub);
    expect(seen).toEqual([1, 1]);
    expect(hub.errors[0]?.error).toMatchObject({ message: 'broken subscriber' });
  });

  it.each([undefined, 7, {}])('are functions, and not %p', (fn) => {
    const hub = createTestHub();
    expect(() => coordinate(hub).addListener(fn as never)).toThrow(InvalidOptionError);
  });

  it('by the thousand leave nothing', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather');
    const coordinator = coordinate(hub.scoped(scope), { updateIntervalMs: 10 });
    const ends = Array.from({ length: 1_000 }, () => coordinator.addListener(() => undefined));
    const streams = Array.from({ length: 100 }, () => coordinator.data$.subscribe());
    await hub.advance(20);
    for (const end of ends) end();
    for (const stream of streams) stream.unsubscribe();
    expect([scope.size, hub.clock?.pendingCount]).toEqual([0, 0]);
  });
});

it('takes what is pushed while it fetches, and then what was fetched', async () => {
  const hub = createTestHub();
  const source = new Source();
  const coordinator = coordinate(hub, { update: () => source.ask(), updateIntervalMs: 10_000 });
  const seen: unknown[] = [];
  coordinator.data$.subscribe((data) => seen.push(data));
  const refreshed = coordinator.refresh();
  coordinator.setUpdatedData(77);
  source.asked[0]?.answer(5);
  await refreshed;
  expect(seen).toEqual([77, 5]);
  await hub.advance('10s');
  expect(source.asked).toHaveLength(2);
  source.asked[1]?.answer(6);
  await settle(hub);
});

it.each([
  [{ setup: 7 }, '`setup`'],
  [{ alwaysUpdate: 'no' }, '`alwaysUpdate`'],
  [{ updateIntervalMs: '5' }, '`updateIntervalMs`'],
])('refuses %j', (wrong, named) => {
  const hub = createTestHub();
  expect(() => coordinate(hub, wrong)).toThrow(InvalidOptionError);
  expect(() => coordinate(hub, wrong)).toThrow(named);
});
