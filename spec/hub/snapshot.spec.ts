import { describe, expect, it } from '@jest/globals';
import { defineIntegration, sleep } from 'rxhome';
import { runAction } from 'rxhome/operators';
import { createTestHub } from 'rxhome/testing';

describe('hub.snapshot()', () => {
  it('is plain data that survives JSON whole, with everything that is going on', async () => {
    const hub = createTestHub();
    await hub.start();
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry(mine, entry) {
          mine.bus.listen('e', () => undefined);
          mine.bus
            .on('e')
            .pipe(runAction(() => sleep(1000)))
            .subscribe();
          entry.createBackgroundTask((signal) => sleep(900_000, { signal }), { name: 'poll' });
        },
      }),
    );
    await hub.configEntries.add({ domain: 'lamp', title: 'Kitchen' });
    hub.states.set('light.kitchen', 'on');
    await hub.advance('5s');

    const snapshot = hub.snapshot();
    expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
    expect(snapshot).toMatchObject({
      stage: 'running',
      listeners: { e: 2 },
      events: { queued: 0, dropped: 0 },
      states: 1,
      tasks: [{ name: 'poll', owner: 'lamp "Kitchen"', kind: 'background', ageMs: 5000 }],
      entries: [{ domain: 'lamp', title: 'Kitchen', state: 'loaded', reason: null }],
      executor: { running: 0, queued: 0 },
    });
    expect(snapshot.flows).toHaveLength(1);
    expect(snapshot.entries[0]!.owns).toBeGreaterThanOrEqual(3);
  });

  it('is a picture: it does not change afterwards', () => {
    const hub = createTestHub();
    const before = hub.snapshot();
    hub.bus.listen('e', () => undefined);
    hub.createTask(() => sleep(10));
    expect([before.listeners, before.tasks]).toEqual([{}, []]);
  });
});
