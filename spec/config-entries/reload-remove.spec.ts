import { describe, expect, it } from '@jest/globals';
import { type ConfigEntry, type Hub, OperationNotAllowedError, sleep } from 'rxhome';
import { during, homeWith } from './home.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('reload', () => {
  it('15 at the same time are served one after the other, and end loaded', async () => {
    const running = { now: 0, most: 0, setups: 0 };
    const busy = async (): Promise<void> => {
      running.most = Math.max(running.most, ++running.now);
      await sleep(10);
      running.now--;
    };
    const hub = homeWith({
      setupEntry: () =>
        busy().then(() => {
          running.setups++;
        }),
      unloadEntry: busy,
    });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }));
    const reloads = Array.from({ length: 15 }, () => hub.configEntries.reload(entry.entryId));
    expect(await during(hub, Promise.all(reloads))).toEqual(Array(15).fill(true));
    expect([entry.state, running]).toEqual(['loaded', { now: 0, most: 1, setups: 16 }]);
    expect(hub.scope.children).toHaveLength(1);
  });

  it('brings an entry in setup_error or setup_retry up at once', async () => {
    const results = [false, true];
    const hub = homeWith({ setupEntry: () => results.shift() });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.reload(entry.entryId)).toBe(true);
    expect(entry.state).toBe('loaded');
  });

  it('from a task of the entry does not wait for that task', async () => {
    const results: unknown[] = [];
    const hub = homeWith({
      setupEntry(mine, entry) {
        mine.bus.listen('changed', async () => {
          await sleep(10);
          results.push(await mine.configEntries.reload(entry.entryId), hub.clock!.frame);
        });
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    hub.bus.fire('changed');
    await hub.advance('1m');
    expect([results, entry.state]).toEqual([[true, 10], 'loaded']);
    expect(hub.log).toEqual([]);
  });

  it('from inside set-up or unloading is refused, where it would wait for itself', async () => {
    const refused: unknown[] = [];
    const tryIt = async ({ configEntries }: Hub, { entryId }: ConfigEntry): Promise<void> => {
      for (const method of ['reload', 'unload', 'remove'] as const)
        refused.push(await configEntries[method](entryId).catch((error: unknown) => error));
    };
    const hub = homeWith({ setupEntry: tryIt, unloadEntry: tryIt });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
    expect(refused).toHaveLength(6);
    for (const error of refused) expect(error).toBeInstanceOf(OperationNotAllowedError);
  });
});

describe('remove', () => {
  it.each<[string, () => unknown]>([
    ['that is loaded', () => undefined],
    ['that refuses to be unloaded', () => false],
    ['that fails to unload', () => Promise.reject(new Error('broken'))],
  ])('forgets an entry %s, and closes what it owns', async (_, unloadEntry) => {
    const hub = homeWith({ setupEntry: (mine) => mine.bus.listen('e', never), unloadEntry });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.remove(entryId);
    expect([hub.configEntries.entries(), hub.bus.listenerCounts()]).toEqual([[], {}]);
  });

  it('forgets an entry in failed_unload', async () => {
    const hub = homeWith({ unloadEntry: () => Promise.reject(new Error('broken')) });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.unload(entryId);
    await hub.configEntries.remove(entryId);
    expect(hub.configEntries.entries()).toEqual([]);
  });
});

describe('an entry', () => {
  it('owns its tasks and teardowns, last registered first', async () => {
    const ended: string[] = [];
    const hub = homeWith({
      setupEntry(_, entry) {
        entry.onUnload(() => ended.push('first'));
        expect(entry.createTask(() => sleep(1), { name: 'a' })).toMatchObject({
          owner: 'lamp "Kitchen"',
          kind: 'task',
        });
        const poll = (signal: AbortSignal): Promise<void> => sleep(900_000, { signal });
        expect(entry.createBackgroundTask(poll, { name: 'b' }).kind).toBe('background');
        entry.onUnload(() => ended.push('second'));
      },
    });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp', title: 'Kitchen' }));
    await during(hub, hub.configEntries.unload(entry.entryId));
    expect([entry.state, ended]).toEqual(['not_loaded', ['second', 'first']]);
  });

  it('sees itself loaded in work that its set-up has begun', async () => {
    const seen: string[] = [];
    const hub = homeWith({
      async setupEntry(_, entry) {
        await sleep(10);
        setTimeout(() => seen.push(entry.state), 0);
      },
    });
    await during(hub, hub.configEntries.add({ domain: 'lamp' }));
    expect(seen).toEqual(['loaded']);
  });
});
