import { describe, expect, it } from '@jest/globals';
import { ConfigEntryAuthFailed, ConfigEntryError, ConfigEntryNotReady, sleep } from 'rxhome';
import { during, homeWith } from './home.js';

describe('the result of setupEntry', () => {
  it.each<[string, () => unknown]>([
    ['nothing', () => undefined],
    ['true', () => true],
    ['a promise of true', () => sleep(10).then(() => true)],
  ])('%s: loaded', async (_, setupEntry) => {
    const hub = homeWith({ setupEntry });
    const entry = await during(hub, hub.configEntries.add({ domain: 'lamp' }));
    expect([entry.state, entry.reason, entry.scope.closed]).toEqual(['loaded', null, false]);
  });

  it.each<[string, () => unknown, string | RegExp]>([
    ['false', () => false, /false/],
    ['a promise of false', async () => false, /false/],
    ['an error', () => Promise.reject(new Error('no such lamp')), 'no such lamp'],
    ['thrown text', () => Promise.reject('no lamp'), 'no lamp'],
    ['ConfigEntryError', () => Promise.reject(new ConfigEntryError('too old')), 'too old'],
    [
      'ConfigEntryAuthFailed',
      () => Promise.reject(new ConfigEntryAuthFailed('bad key')),
      'bad key',
    ],
    [
      'ConfigEntryAuthFailed without words',
      () => Promise.reject(new ConfigEntryAuthFailed('')),
      'could not authenticate',
    ],
    [
      'an error with words only in its cause',
      () => Promise.reject(new ConfigEntryError('', { cause: new Error('ECONNREFUSED') })),
      'ECONNREFUSED',
    ],
  ])('%s: setup_error with the reason, and nothing is kept', async (_, setupEntry, reason) => {
    const ended: string[] = [];
    const hub = homeWith({
      setupEntry(mine, entry) {
        entry.onUnload(() => ended.push('ended'));
        mine.bus.listen('e', () => undefined);
        return setupEntry();
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(entry.state).toBe('setup_error');
    expect(entry.reason).toEqual(expect.stringMatching(reason));
    expect([ended, entry.scope.closed, hub.bus.listenerCounts()]).toEqual([['ended'], true, {}]);
    await hub.advance('10m');
    expect(entry.state).toBe('setup_error');
  });

  it('is reported once with the entry as owner when it is an error', async () => {
    const broken = new Error('broken');
    const hub = homeWith({ setupEntry: () => Promise.reject(broken) });
    await hub.configEntries.add({ domain: 'lamp', title: 'kitchen' });
    expect(hub.errors).toEqual([
      expect.objectContaining({ error: broken, source: 'integration', owner: 'lamp "kitchen"' }),
    ]);
  });
});

describe('ConfigEntryNotReady', () => {
  it('is tried again after 5, 10, 20, 40, 80 and 80 s, and a little', async () => {
    const tries: number[] = [];
    const hub = homeWith({
      setupEntry() {
        tries.push(Date.now());
        if (tries.length <= 6) throw new ConfigEntryNotReady('lamp is dark');
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect([entry.state, entry.reason]).toEqual(['setup_retry', 'lamp is dark']);
    await hub.advance('10m');
    expect([entry.state, entry.reason]).toEqual(['loaded', null]);
    const waits = tries.slice(1).map((at, i) => at - tries[i]!);
    expect(waits.map((ms) => Math.floor(ms / 1000))).toEqual([5, 10, 20, 40, 80, 80]);
    for (const ms of waits) {
      expect(ms % 1000).toBeGreaterThanOrEqual(50);
      expect(ms % 1000).toBeLessThanOrEqual(500);
    }
    expect(hub.errors).toEqual([]);
    expect(hub.log.filter(({ level }) => level === 'warn')).toHaveLength(6);
  });

  it('has the text of its cause for a reason when it has none of its own', async () => {
    const setupEntry = (): never => {
      throw new ConfigEntryNotReady('', { cause: new Error('ECONNREFUSED') });
    };
    const hub = homeWith({ setupEntry });
    expect((await hub.configEntries.add({ domain: 'lamp' })).reason).toBe('ECONNREFUSED');
  });

  it('begins every try in a fresh scope, and keeps nothing of the last', async () => {
    const scopes = new Set();
    const hub = homeWith({
      setupEntry(mine) {
        scopes.add(mine.scope);
        mine.bus.listen('e', () => undefined);
        if (scopes.size < 4) throw new ConfigEntryNotReady('dark');
      },
    });
    await hub.configEntries.add({ domain: 'lamp' });
    expect(hub.bus.listenerCounts()).toEqual({});
    await hub.advance('5m');
    expect([scopes.size, hub.scope.children.length]).toEqual([4, 1]);
    expect(hub.bus.listenerCounts()).toEqual({ e: 1 });
  });

  it('is not tried again when the entry is unloaded or removed, or the hub stops', async () => {
    let tries = 0;
    const setupEntry = (): never => {
      tries++;
      throw new ConfigEntryNotReady('dark');
    };
    const hub = homeWith({ setupEntry });
    const [one, two] = [
      await hub.configEntries.add({ domain: 'lamp' }),
      await hub.configEntries.add({ domain: 'lamp' }),
    ];
    await hub.configEntries.add({ domain: 'lamp' });
    expect(await hub.configEntries.unload(one.entryId)).toBe(true);
    expect(one.state).toBe('not_loaded');
    await hub.configEntries.remove(two.entryId);
    const { clock } = hub;
    await hub.stop();
    expect([tries, clock!.pendingTimers]).toEqual([3, []]);
  });

  it('starts with 5 s again after the entry was unloaded', async () => {
    const tries: number[] = [];
    const hub = homeWith({
      setupEntry() {
        tries.push(Date.now());
        throw new ConfigEntryNotReady('dark');
      },
    });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('20s');
    await hub.configEntries.unload(entryId);
    const before = tries.length;
    await hub.configEntries.setup(entryId);
    await hub.advance('6s');
    expect(tries.length - before).toBe(2);
  });
});
