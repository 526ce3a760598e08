import { describe, expect, it } from '@jest/globals';
import { currentContext, ConfigEntryNotReady, sleep } from 'rxhome';
import type { TestHub } from 'rxhome/testing';
import { homeWith } from './home.js';

interface Home {
  readonly hub: TestHub;
  /** When it was tried, in milliseconds since the first try. */
  readonly tries: number[];
}

/** A home whose lamp is ready at the third try. */
function home(setupEntry?: () => unknown): Home {
  const tries: number[] = [];
  const hub = homeWith({
    setupEntry() {
      tries.push(hub.clock!.frame);
      setupEntry?.();
      if (tries.length < 3) throw new ConfigEntryNotReady('dark');
    },
  });
  return { hub, tries };
}

describe('an entry that is not ready before the hub has started', () => {
  it('is tried again at once when the hub has started, after its event', async () => {
    const { hub, tries } = home();
    const order: string[] = [];
    await hub.configEntries.add({ domain: 'lamp' });
    hub.configEntries.changes$.subscribe(({ state }) => order.push(state));
    hub.bus.listen('homeassistant_started', () => order.push('started'));
    await hub.start();
    await hub.advance(0);
    expect(tries).toEqual([0, 0]);
    expect(order).toEqual(['started', 'setup_in_progress', 'setup_retry']);
    await hub.advance('11s');
    expect(tries).toHaveLength(3);
    expect(Math.floor(tries[2]! / 1000)).toBe(10);
    expect(hub.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/next try in 5 s: dark/),
      expect.stringMatching(/next try in 10 s: dark/),
    ]);
  });

  it('is not tried while the hub starts, however long that takes', async () => {
    const { hub, tries } = home();
    hub.bus.listen('homeassistant_start', async () => {
      await hub.configEntries.add({ domain: 'lamp' });
      await sleep(12_000);
    });
    await hub.start();
    expect(hub.clock!.frame).toBe(12_000);
    expect(hub.log[0]!.message).toMatch(/next try when the hub has started: dark/);
    await hub.advance(0);
    expect(tries).toEqual([0, 12_000]);
  });

  it('is tried without a start, too: nobody knows whether there will be one', async () => {
    const { hub, tries } = home();
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('6s');
    expect(tries).toHaveLength(2);
  });

  it('is tried once, when the time comes while the hub starts', async () => {
    const { hub, tries } = home();
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('4s');
    hub.bus.listen('homeassistant_start', () => sleep(8000));
    await hub.start();
    await hub.advance(0);
    expect(tries).toEqual([0, 12_000]);
  });

  it('leaves nothing behind when it is unloaded before, or the hub stops', async () => {
    const { hub, tries } = home();
    const owned = hub.scope.size;
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.unload(entryId);
    await hub.advance(0);
    expect([hub.clock!.pendingTimers, hub.scope.size]).toEqual([[], owned]);
    await hub.start();
    await hub.advance('1m');
    expect(tries).toHaveLength(1);
  });
});

describe('another try', () => {
  it('has no cause, whatever had asked for the first', async () => {
    const causes: unknown[] = [];
    const { hub } = home(() => causes.push(currentContext()));
    hub.bus.listen('found', () => hub.configEntries.add({ domain: 'lamp' }));
    hub.bus.fire('found');
    await hub.advance('1m');
    expect(causes).toEqual([null, null, null]);
  });

  it('is a background task, for which nobody waits, until its set-up runs', async () => {
    const { hub } = home();
    await hub.start();
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.blockTillDone();
    expect(hub.clock!.frame).toBe(0);
  });

  it('does nothing to an entry that was loaded meanwhile', async () => {
    const { hub, tries } = home();
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.reload(entryId);
    expect(await hub.configEntries.reload(entryId)).toBe(true);
    await hub.advance('10m');
    expect(tries).toEqual([0, 0, 0]);
  });
});
