import { describe, expect, it } from '@jest/globals';
import {
  ConfigEntryAuthFailed,
  ConfigEntryNotReady,
  DataUpdateCoordinator,
  InvalidOptionError,
  Scope,
  sleep,
  UpdateFailed,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

/** A source that gives 1, 2, 3 … and fails as long as `error` is set. */
class Source {
  calls = 0;
  error: unknown;

  read(): number {
    this.calls++;
    if (this.error !== undefined) throw this.error;
    return this.calls;
  }
}

function coordinate(hub: TestHub, options: object = {}): [DataUpdateCoordinator<number>, Source] {
  const source = new Source();
  const update = (): number => source.read();
  const all = { name: 'the source', updateIntervalMs: 10_000, update, ...options };
  return [new DataUpdateCoordinator<number>(hub, all), source];
}

describe('polling', () => {
  it('lasts while somebody listens', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    await hub.advance('1h');
    expect(source.calls).toBe(0);
    const seen: unknown[] = [];
    const first = coordinator.addListener(() => seen.push(coordinator.data));
    const second = coordinator.addListener(() => undefined);
    await hub.advance('30s');
    expect(seen).toEqual([1, 2, 3]);
    first();
    first();
    await hub.advance('10s');
    expect(source.calls).toBe(4);
    second();
    await hub.advance('1h');
    expect(source.calls).toBe(4);
    expect(seen).toEqual([1, 2, 3]);
    expect(hub.clock?.pendingCount).toBe(0);
  });

  it('waits an interval from the end of a refresh', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub, {
      update: async () => {
        source.calls++;
        await sleep(4_000);
        return 0;
      },
    });
    coordinator.addListener(() => undefined);
    await hub.advance('23s');
    expect(source.calls).toBe(1);
    await hub.advance('1s');
    expect(source.calls).toBe(2);
  });

  it('is put off by a refresh by hand', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    coordinator.addListener(() => undefined);
    await hub.advance('9s');
    await coordinator.refresh();
    await hub.advance('9s');
    expect(source.calls).toBe(1);
    await hub.advance('1s');
    expect(source.calls).toBe(2);
  });

  it('ends when the hub stops and when the owner is unloaded', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather');
    const source = new Source();
    const update = async (signal: AbortSignal): Promise<number> => {
      source.calls++;
      await sleep(60_000, { signal });
      return 1;
    };
    const coordinator = new DataUpdateCoordinator(hub.scoped(scope), {
      name: 'w',
      updateIntervalMs: 10,
      update,
    });
    coordinator.addListener(() => undefined);
    await hub.advance(10);
    expect(hub.snapshot().tasks).toMatchObject([{ name: 'refresh w', owner: 'weather' }]);
    await scope.close();
    await hub.advance('1h');
    expect(source.calls).toBe(1);
    expect(hub.errors).toEqual([]);
    expectNoLeaks(hub);

    const [other, otherSource] = coordinate(hub);
    other.addListener(() => undefined);
    await hub.stop();
    expect(otherSource.calls).toBe(0);
  });
});

describe('failure', () => {
  it('is reported once, and so is the recovery; the data stays', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    const seen: unknown[] = [];
    coordinator.addListener(() => seen.push([coordinator.data, coordinator.lastUpdateSuccess]));
    await hub.advance('10s');
    source.error = new UpdateFailed('the bridge is away');
    await hub.advance('3m');
    expect(coordinator.lastUpdateSuccess).toBe(false);
    expect(coordinator.lastException).toBe(source.error);
    expect(coordinator.data).toBe(1);
    expect(hub.errors).toMatchObject([
      { error: source.error, source: 'integration', owner: 'hub', name: 'refresh the source' },
    ]);
    source.error = undefined;
    await hub.advance('10m');
    expect(hub.errors).toHaveLength(1);
    expect(hub.log.filter(({ level }) => level === 'info')).toMatchObject([
      { message: 'the source can be fetched again.' },
    ]);
    expect(seen.slice(0, 3)).toEqual([
      [1, true],
      [1, false],
      [6, true],
    ]);
  });

  it('makes the interval longer and longer, up to sixteen times', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    source.error = new UpdateFailed('away');
    const at: number[] = [];
    const begin = hub.clock?.frame ?? 0;
    source.read = () => {
      at.push(((hub.clock?.frame ?? 0) - begin) / 1_000);
      throw source.error as Error;
    };
    coordinator.addListener(() => undefined);
    await hub.advance('11m');
    expect(at).toEqual([10, 30, 70, 150, 310, 470, 630]);
  });

  it('is not tried before the source wants it', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    source.error = new UpdateFailed('slow down', { retryAfterMs: 300_000 });
    coordinator.addListener(() => undefined);
    await hub.advance('10s');
    source.error = undefined;
    await hub.advance('299s');
    expect(source.calls).toBe(1);
    await hub.advance('1s');
    expect(source.calls).toBe(2);
    await hub.advance('10s');
    expect(source.calls).toBe(3);
  });

  it('of the credentials ends polling until somebody asks by hand', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    source.error = new ConfigEntryAuthFailed('wrong password');
    coordinator.addListener(() => undefined);
    await hub.advance('1h');
    expect(source.calls).toBe(1);
    source.error = undefined;
    await coordinator.refresh();
    await hub.advance('10s');
    expect(source.calls).toBe(3);
  });
});

describe('listeners', () => {
  it('are called each on its own', async () => {
    const hub = createTestHub();
    const [coordinator] = coordinate(hub);
    const seen: string[] = [];
    coordinator.addListener(function broken() {
      throw new Error('broken listener');
    });
    coordinator.addListener(async () => {
      await sleep(1);
      throw new Error('later');
    });
    coordinator.addListener(() => seen.push('last'));
    await coordinator.refresh();
    await hub.advance(1);
    expect(seen).toEqual(['last']);
    expect(hub.errors.map(({ name, error }) => [name, (error as Error).message])).toEqual([
      ['broken of the source', 'broken listener'],
      ['listener of the source', 'later'],
    ]);
  });

  it('that are removed meanwhile are not called; that are added, the next time', async () => {
    const hub = createTestHub();
    const [coordinator] = coordinate(hub);
    const seen: string[] = [];
    coordinator.addListener(() => {
      seen.push('first');
      second();
      if (seen.length === 1) coordinator.addListener(() => seen.push('third'));
    });
    const second = coordinator.addListener(() => seen.push('second'));
    await coordinator.refresh();
    expect(seen).toEqual(['first']);
    await coordinator.refresh();
    expect(seen).toEqual(['first', 'first', 'third']);
  });

  it('may ask for another refresh', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    let asked: Promise<void> | undefined;
    coordinator.addListener(() => (asked ??= coordinator.refresh()));
    await coordinator.refresh();
    await asked;
    expect(source.calls).toBe(2);
  });

  it('hear of equal data only when they want to', async () => {
    const hub = createTestHub();
    const same = { deep: [1] };
    let calls = 0;
    const [coordinator] = coordinate(hub, {
      update: () => structuredClone(same),
      alwaysUpdate: false,
    });
    coordinator.addListener(() => calls++);
    await coordinator.refresh();
    await coordinator.refresh();
    expect(calls).toBe(1);
    same.deep = [2];
    await coordinator.refresh();
    expect(calls).toBe(2);
  });
});

describe('data$', () => {
  it('begins with what is known, follows, and keeps polling alive', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    const seen: unknown[] = [];
    const subscription = coordinator.data$.subscribe((data) => seen.push(data));
    await hub.advance('20s');
    source.error = new UpdateFailed('away');
    await hub.advance('10s');
    const late: unknown[] = [];
    coordinator.data$.subscribe({
      next: (data) => late.push(data),
      complete: () => late.push('complete'),
    });
    expect(seen).toEqual([1, 2]);
    expect(late).toEqual([2]);
    subscription.unsubscribe();
    await hub.stop();
    expect(late).toEqual([2, 'complete']);
  });

  it('ends with the owner, without completing', async () => {
    const hub = createTestHub();
    const scope = new Scope('weather');
    const [coordinator] = coordinate(hub.scoped(scope) as TestHub);
    const seen: unknown[] = [];
    const subscription = coordinator.data$.subscribe({ complete: () => seen.push('complete') });
    await scope.close();
    expect(subscription.closed).toBe(true);
    expect(seen).toEqual([]);
  });
});

describe('refreshes', () => {
  it('at the same time are one', async () => {
    const hub = createTestHub();
    let calls = 0;
    const [coordinator] = coordinate(hub, {
      update: async () => (await sleep(5), ++calls),
    });
    const both = Promise.all([coordinator.refresh(), coordinator.refresh()]);
    await hub.advance(5);
    await both;
    expect(calls).toBe(1);
  });

  it('on request come at most every ten seconds', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub, { updateIntervalMs: null });
    await coordinator.requestRefresh();
    await coordinator.requestRefresh();
    await coordinator.requestRefresh();
    expect(source.calls).toBe(1);
    await hub.advance('10s');
    expect(source.calls).toBe(2);
    await hub.advance('1h');
    expect(source.calls).toBe(2);
  });

  it('on request do not join one that has read already', async () => {
    const hub = createTestHub();
    let source = 'old';
    const [coordinator] = coordinate(hub, {
      updateIntervalMs: null,
      update: async () => {
        const read = source;
        await sleep(5);
        return read;
      },
    });
    void coordinator.refresh();
    source = 'new';
    const asked = coordinator.requestRefresh();
    await hub.advance(10);
    await asked;
    expect(coordinator.data).toBe('new');
  });

  it('may be the first: then a failure means that the entry is not ready', async () => {
    const hub = createTestHub();
    const steps: string[] = [];
    const [coordinator, source] = coordinate(hub, {
      setup: () => void steps.push('setup'),
    });
    source.error = new UpdateFailed('away');
    const first = coordinator.firstRefresh();
    await expect(first).rejects.toBeInstanceOf(ConfigEntryNotReady);
    await expect(first).rejects.toMatchObject({ cause: source.error });
    source.error = new ConfigEntryAuthFailed('no');
    await expect(coordinator.firstRefresh()).rejects.toBe(source.error);
    source.error = undefined;
    await coordinator.firstRefresh();
    expect(steps).toEqual(['setup']);
    expect(hub.errors).toEqual([]);
    expect(coordinator.lastUpdateSuccess).toBe(true);
  });

  it('can be replaced by data that came by itself', async () => {
    const hub = createTestHub();
    const [coordinator, source] = coordinate(hub);
    const seen: unknown[] = [];
    coordinator.addListener(() => seen.push(coordinator.data));
    await hub.advance('9s');
    coordinator.setUpdatedData(77);
    await hub.advance('9s');
    expect([seen, source.calls]).toEqual([[77], 0]);
    coordinator.setUpdateError(new Error('gone'));
    coordinator.setUpdateError(new Error('gone'));
    expect([coordinator.lastUpdateSuccess, hub.errors.length]).toEqual([false, 1]);
  });
});

it.each([
  [{ name: '' }, '`name`'],
  [{ update: 7 }, '`update`'],
  [{ updateIntervalMs: 0 }, '`updateIntervalMs`'],
  [{ updateIntervalMs: NaN }, 'NaN'],
  [{ requestRefreshCooldownMs: -1 }, '-1'],
])('refuses %j', (wrong, named) => {
  const hub = createTestHub();
  expect(() => coordinate(hub, wrong)).toThrow(InvalidOptionError);
  expect(() => coordinate(hub, wrong)).toThrow(named);
});
