import { describe, expect, it } from '@jest/globals';
import { interval, switchMap } from 'rxjs';
import {
  getHub,
  type Hub,
  OperationNotAllowedError,
  type Scope,
  sleep,
  trackInterval,
} from 'rxhome';
import { expectNoLeaks } from 'rxhome/testing';
import { during, homeWith } from './home.js';

describe('unload', () => {
  it('without unloadEntry closes the scope', async () => {
    const hub = homeWith({});
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
    expect([entry.state, entry.scope.closed]).toEqual(['not_loaded', true]);
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
  });

  it('calls unloadEntry with the same hub and entry, as code of that hub, before it closes', async () => {
    const seen: unknown[] = [];
    const hub = homeWith({
      setupEntry: (mine, entry) => seen.push(mine, entry),
      unloadEntry(mine, entry) {
        seen.push(mine, entry, entry.state, mine.scope.closed, getHub() === mine);
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.unload(entry.entryId);
    const [mine] = seen;
    expect(seen).toEqual([mine, entry, mine, entry, 'unload_in_progress', false, true]);
  });

  it('leaves nothing of the entry behind', async () => {
    const hub = homeWith({
      setupEntry(mine, entry) {
        mine.bus.listen('e', () => undefined);
        mine.bus.listenOnce('e', () => undefined);
        mine.bus
          .on('e')
          .pipe(switchMap(() => interval(10)))
          .subscribe();
        mine.states.changes().subscribe();
        mine.states.watch('light.kitchen').subscribe();
        void mine.bus.waitFor('never').catch(() => undefined);
        mine.addShutdownJob(() => undefined);
        trackInterval(mine, () => undefined, 1000);
        entry.createTask((signal) => sleep(900_000, { signal }));
        entry.createBackgroundTask((signal) => sleep(900_000, { signal }), { name: 'poll' });
        mine.bus.fire('e');
        entry.runtimeData = { client: 'open' };
      },
    });
    const owned = hub.scope.size;
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(() => expectNoLeaks(hub)).toThrow(/poll/);
    for (let i = 0; i < 3; i++) expect(await hub.configEntries.reload(entry.entryId)).toBe(true);
    expect(hub.snapshot().tasks).toHaveLength(2);
    await hub.configEntries.unload(entry.entryId);
    expectNoLeaks(hub);
    expect([hub.clock!.pendingTimers, hub.scope.size]).toEqual([[], owned]);
    expect(entry.runtimeData).toBeUndefined();
    expect(hub.errors).toEqual([]);
  });

  it('that unloadEntry answers with false leaves the entry loaded and working', async () => {
    let isWilling = false;
    const hub = homeWith({ unloadEntry: async () => isWilling });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.unload(entry.entryId)).toBe(false);
    expect([entry.state, entry.scope.closed]).toEqual(['loaded', false]);
    isWilling = true;
    expect(await hub.configEntries.unload(entry.entryId)).toBe(true);
  });

  it('in which unloadEntry throws ends in failed_unload, with the reason, and all is closed', async () => {
    const broken = new Error('the lamp does not let go');
    const hub = homeWith({ unloadEntry: () => Promise.reject(broken) });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.unload(entry.entryId)).toBe(false);
    expect([entry.state, entry.reason]).toEqual(['failed_unload', broken.message]);
    expect(entry.scope.closed).toBe(true);
    expect(hub.errors).toEqual([expect.objectContaining({ error: broken, owner: 'lamp' })]);
    for (const method of ['setup', 'unload', 'reload'] as const)
      await expect(hub.configEntries[method](entry.entryId)).rejects.toBeInstanceOf(
        OperationNotAllowedError,
      );
  });

  it('does not wait for an unloadEntry that hangs: it is named and fenced, and the next life is fresh', async () => {
    const scopes: Scope[] = [];
    const hubs: Hub[] = [];
    const hub = homeWith(
      {
        setupEntry: (mine) => hubs.push(mine) && scopes.push(mine.scope),
        async unloadEntry(mine) {
          await sleep(60_000);
          mine.states.set('light.zombie', 'on');
        },
      },
      { unloadTimeoutMs: 5000, strict: false },
    );
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    const reloading = hub.configEntries.reload(entry.entryId);
    await hub.advance(4999);
    expect(entry.state).toBe('unload_in_progress');
    await hub.advance(1);
    expect(await reloading).toBe(true);
    expect([entry.state, scopes[0]!.closed, scopes[1]!.closed]).toEqual(['loaded', true, false]);
    expect(hub.log.map(({ message }) => message)).toEqual([
      'The unloading goes on without task "unload lamp" of lamp (5.0 s).',
    ]);
    await hub.advance('2m');
    expect(hub.states.all()).toEqual([]);
    expect(hub.errors.map(({ source, owner }) => `${source} ${owner}`)).toEqual(['fence lamp']);
  });

  it('is refused while the entry is being set up', async () => {
    const hub = homeWith({ setupEntry: () => sleep(1000) });
    const adding = hub.configEntries.add({ domain: 'lamp' });
    await hub.advance(500);
    const { entryId } = hub.configEntries.entries()[0]!;
    await expect(hub.configEntries.unload(entryId)).rejects.toBeInstanceOf(
      OperationNotAllowedError,
    );
    expect((await during(hub, adding)).state).toBe('loaded');
  });
});
