import { describe, expect, it } from '@jest/globals';
import { type Activity, sleep, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const os = workerModule<typeof import('node:os')>('node:os');

describe('hub.activity$', () => {
  it('pairs the start and the end of what lasts by id, with owner, name and status', async () => {
    const hub = createTestHub();
    const seen: Activity[] = [];
    hub.activity$.subscribe((activity) => seen.push(activity));
    const mine = hub.scoped(hub.scope.child('lamp'));
    mine.createTask(() => sleep(1000), { name: 'done' });
    mine.createTask(() => Promise.reject(new Error('broken')), { name: 'failed' });
    mine.createTask(new Promise(() => undefined), { name: 'cancelled' }).cancel();
    await mine.addExecutorJob(os.hostname);
    await hub.advance('1s');
    for (const name of ['done', 'failed', 'cancelled', 'hostname']) {
      const [start, end, ...more] = seen.filter((activity) => activity.name === name);
      expect([start!.phase, end!.phase, more]).toEqual(['start', 'end', []]);
      expect(end!.id).toBe(start!.id);
      expect([start!.owner, end!.owner]).toEqual(['lamp', 'lamp']);
      expect(end!.detail['status']).toBe(name === 'hostname' ? 'done' : name);
    }
    const ids = seen.filter(({ phase }) => phase !== 'end').map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(seen.find(({ name, phase }) => name === 'done' && phase === 'end')!.at).toBe(
      seen[0]!.at + 1000,
    );
  });

  it('tells what led to what, with contexts', async () => {
    const hub = createTestHub();
    const seen: Activity[] = [];
    hub.activity$.subscribe((activity) => seen.push(activity));
    hub.bus.listen('press', function onPress() {
      hub.createTask(
        async () => {
          await sleep(10);
          hub.states.set('light.kitchen', 'on');
        },
        { name: 'switch on' },
      );
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    const find = (name: string): Activity => seen.find((activity) => activity.name === name)!;
    expect(find('onPress').parent).toBe(find('press').id);
    expect(find('switch on').parent).toBe(find('onPress').id);
    expect(find('state_changed').parent).toBe(find('switch on').id);
    expect(find('state_changed').context!.parentId).toBe(find('press').context!.id);
  });

  it('begins when somebody looks, and ends when nobody looks any more', async () => {
    const hub = createTestHub();
    const seen: Activity[] = [];
    const before = hub.createTask(() => sleep(1000), { name: 'before' });
    const subscription = hub.activity$.subscribe((activity) => seen.push(activity));
    hub.createTask(() => sleep(1000), { name: 'while' });
    await hub.advance('500ms');
    subscription.unsubscribe();
    hub.bus.fire('e');
    await hub.advance('1s');
    await before;
    expect(seen.map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'while start',
      'sleep start',
    ]);
  });

  it('is told to a failing subscriber without harm to the others', () => {
    const hub = createTestHub();
    const seen: Activity[] = [];
    hub.activity$.subscribe(() => {
      throw new Error('broken');
    });
    hub.activity$.subscribe((activity) => seen.push(activity));
    hub.bus.fire('e');
    expect(seen).toHaveLength(1);
    expect(hub.errors).toHaveLength(1);
  });
});
