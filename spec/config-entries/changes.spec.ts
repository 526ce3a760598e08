import { describe, expect, it } from '@jest/globals';
import {
  type ConfigEntryChange,
  ConfigEntryNotReady,
  type Hub,
  OperationNotAllowedError,
  sleep,
} from 'rxhome';
import { expectNoLeaks } from 'rxhome/testing';
import { during, homeWith } from './home.js';

const words = ({ change, entry, state, reason }: ConfigEntryChange): string =>
  `${entry.title} ${change}: ${state}${reason === null ? '' : ` (${reason})`}`;

describe('changes$', () => {
  it('tells every step of an entry, in order', async () => {
    let tries = 0;
    const hub = homeWith({
      setupEntry() {
        if (++tries === 1) throw new ConfigEntryNotReady('dark');
      },
    });
    const seen: string[] = [];
    hub.configEntries.changes$.subscribe((change) => seen.push(words(change)));
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('6s');
    await hub.configEntries.remove(entryId);
    expect(seen).toEqual([
      'lamp added: not_loaded',
      'lamp updated: setup_in_progress',
      'lamp updated: setup_retry (dark)',
      'lamp updated: setup_in_progress',
      'lamp updated: loaded',
      'lamp updated: unload_in_progress',
      'lamp updated: not_loaded',
      'lamp removed: not_loaded',
    ]);
  });

  it('tells a subscriber that acts in it in the order in which things happen', async () => {
    const hub = homeWith({});
    const seen: string[] = [];
    hub.configEntries.changes$.subscribe(({ entry, state }) => {
      if (state === 'loaded') void hub.configEntries.unload(entry.entryId);
    });
    hub.configEntries.changes$.subscribe((change) => seen.push(words(change)));
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance(0);
    expect(seen.slice(2)).toEqual([
      'lamp updated: loaded',
      'lamp updated: unload_in_progress',
      'lamp updated: not_loaded',
    ]);
  });

  it('isolates a subscriber that throws, and completes when the hub has stopped', async () => {
    const hub = homeWith({});
    const seen: string[] = [];
    hub.configEntries.changes$.subscribe(() => {
      throw new Error('broken');
    });
    hub.configEntries.changes$.subscribe({
      next: (change) => seen.push(words(change)),
      complete: () => seen.push('complete'),
    });
    await hub.configEntries.add({ domain: 'lamp' });
    expect(hub.errors).toHaveLength(3);
    await hub.stop();
    expect(seen.at(-2)).toBe('lamp updated: not_loaded (The hub has stopped.)');
    expect(seen.at(-1)).toBe('complete');
    let hasCompleted = false;
    hub.configEntries.changes$.subscribe({ complete: () => (hasCompleted = true) });
    expect(hasCompleted).toBe(true);
  });

  it('ends with the owner that looks', async () => {
    const seen: string[] = [];
    const hub = homeWith({
      setupEntry: (mine: Hub, { title }) => {
        if (title === 'watcher')
          mine.configEntries.changes$.subscribe((change) => seen.push(words(change)));
      },
    });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp', title: 'watcher' });
    await hub.configEntries.unload(entryId);
    const before = seen.length;
    await hub.configEntries.add({ domain: 'lamp' });
    expect(seen).toHaveLength(before);
  });
});

describe('a step that the state does not allow', () => {
  it('is refused at once, also from inside: it would wait for itself', async () => {
    const refused: unknown[] = [];
    const setUpAgain = async ({ configEntries }: Hub, { entryId }: { entryId: string }) => {
      refused.push(await configEntries.setup(entryId).catch((error: unknown) => error));
    };
    const hub = homeWith({ setupEntry: setUpAgain, unloadEntry: setUpAgain });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.unload(entryId);
    expect(refused).toEqual(Array(2).fill(expect.any(OperationNotAllowedError)));
  });

  it('is refused to the second of two', async () => {
    const hub = homeWith({ setupEntry: () => sleep(1000) });
    const { entryId } = await during(hub, hub.configEntries.add({ domain: 'lamp' }));
    const { configEntries } = hub;
    expect(
      await Promise.all([configEntries.unload(entryId), configEntries.unload(entryId)]),
    ).toEqual([true, true]);
    const both = [configEntries.setup(entryId), configEntries.setup(entryId)];
    const ends = during(hub, Promise.allSettled(both));
    expect((await ends).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  });

  it('is no unhandled rejection when nobody awaits it, but a report with its owner', async () => {
    const hub = homeWith({});
    void hub.configEntries.reload('nobody');
    void hub.configEntries.add({ domain: 'lmap' });
    await hub.advance(0);
    expect(hub.errors.map(({ source, owner, name }) => [source, owner, name])).toEqual([
      ['integration', 'hub', 'configEntries.reload'],
      ['integration', 'hub', 'configEntries.add'],
    ]);
  });

  it('removing it twice at the same time is fine', async () => {
    const hub = homeWith({ unloadEntry: () => sleep(100) });
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const { configEntries } = hub;
    const seen: string[] = [];
    configEntries.changes$.subscribe(({ change }) => seen.push(change));
    const removals = [configEntries.remove(entryId), configEntries.remove(entryId)];
    await during(hub, Promise.all(removals));
    expect(configEntries.entries()).toEqual([]);
    expect(seen.filter((change) => change === 'removed')).toHaveLength(1);
    expectNoLeaks(hub);
  });
});
