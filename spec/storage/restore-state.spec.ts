import { describe, expect, it } from '@jest/globals';
import { restoreState, sleep, StageError } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { Folder } from './folder.js';

const KEY = 'core.restore_state';
const DAY = 86_400_000;

const home = (folder = new Folder()) => {
  const hub = createTestHub({ configDir: folder.path });
  return { folder, hub, last: restoreState(hub) };
};
const stored = (folder: Folder): unknown =>
  (
    folder.read(KEY)?.data as { entityId: string; state: string; extra: unknown }[] | undefined
  )?.map(({ entityId, state, extra }) => [entityId, state, extra]);

describe('the last states', () => {
  it('are there after a restart, with what the entity keeps beside them', async () => {
    const { folder, hub, last } = home();
    await hub.start();
    await last.load();
    last.track('light.hall', () => ({ brightness: 5 }));
    last.track('light.none');
    hub.states.set('light.hall', 'on', { friendly_name: 'Hall' });
    const seen = Date.now();
    await hub.stop();
    expectNoLeaks(hub);
    const again = home(folder);
    await again.last.load();
    expect(again.last.get('light.hall')).toEqual({
      entityId: 'light.hall',
      state: 'on',
      attributes: { friendly_name: 'Hall' },
      lastChanged: seen,
      lastUpdated: seen,
      lastSeen: seen,
      extra: { brightness: 5 },
    });
    expect(again.last.get('light.none')).toBeUndefined();
  });

  it('are one for all owners of a hub, and read once', async () => {
    const { hub, last } = home();
    expect(restoreState(hub.scoped(hub.scope.child('lamp')))).toBe(last);
    expect(last.load()).toBe(last.load());
    expect(() => last.get('light.hall')).toThrow(StageError);
    await last.load();
    expect(last.get('light.hall')).toBeUndefined();
  });

  it('are written every 15 minutes', async () => {
    const { folder, hub, last } = home();
    await hub.start();
    await last.load();
    last.track('light.hall');
    hub.states.set('light.hall', 'on');
    await hub.advance('14m');
    expect(stored(folder)).toBeUndefined();
    await hub.advance('1m');
    expect(stored(folder)).toEqual([['light.hall', 'on', null]]);
    hub.states.set('light.hall', 'off');
    await hub.advance('15m');
    expect(stored(folder)).toEqual([['light.hall', 'off', null]]);
  });

  it('are left to the final write while the hub stops', async () => {
    const { folder, hub, last } = home();
    await hub.start();
    await last.load();
    last.track('light.hall');
    hub.states.set('light.hall', 'on');
    await hub.advance('14m');
    const seen: unknown[] = [];
    hub.bus.listen('homeassistant_stop', async () => {
      await sleep(70_000);
      seen.push(stored(folder));
    });
    await hub.stop();
    expect([seen, stored(folder)]).toEqual([[undefined], [['light.hall', 'on', null]]]);
  });

  it('of what is tracked no more are those of that moment', async () => {
    const { folder, hub, last } = home();
    await hub.start();
    await last.load();
    let extra: unknown = { n: 1 };
    const end = last.track('light.hall', () => extra);
    hub.states.set('light.hall', 'on');
    end();
    end();
    extra = { n: 2 };
    hub.states.remove('light.hall');
    await last.write();
    expect(stored(folder)).toEqual([['light.hall', 'on', { n: 1 }]]);
    expect(last.get('light.hall')?.state).toBe('on');
  });

  it('are forgotten after seven days in which nobody asked for them', async () => {
    const { folder, hub, last } = home();
    const at = Date.now();
    const of = (entityId: string, lastSeen: number): object => ({
      entityId,
      state: 'on',
      attributes: {},
      lastChanged: 0,
      lastUpdated: 0,
      lastSeen,
      extra: null,
    });
    const data = [
      of('light.old', at - 7 * DAY - 1),
      of('light.hall', at - 6.5 * DAY),
      'junk',
      null,
    ];
    folder.write(KEY, { version: 1, key: KEY, data });
    await last.load();
    expect(last.get('light.old')).toBeUndefined();
    expect(last.get('light.hall')?.state).toBe('on');
    await hub.start();
    await hub.advance('11h');
    expect(stored(folder)).toEqual([['light.hall', 'on', null]]);
    await hub.advance('2h');
    expect(stored(folder)).toEqual([]);
  });

  it('survive an entity that cannot say what to keep', async () => {
    const { folder, hub, last } = home();
    await last.load();
    let isBroken = false;
    last.track('light.hall', () => {
      if (isBroken) throw new Error('no idea');
      return 'extra';
    });
    hub.states.set('light.hall', 'on');
    await last.write();
    isBroken = true;
    hub.states.set('light.hall', 'off');
    await last.write();
    expect(stored(folder)).toEqual([['light.hall', 'off', 'extra']]);
    expect(hub.errors.map(({ source, name }) => [source, name])).toEqual([
      ['storage', 'extra data of light.hall'],
    ]);
  });

  it('that cannot be read are reported, and keep nobody from going on', async () => {
    const { folder, hub, last } = home();
    const file = { version: 9, key: KEY, data: [] };
    folder.write(KEY, file);
    await last.load();
    expect(last.get('light.hall')).toBeUndefined();
    last.track('light.hall');
    hub.states.set('light.hall', 'on');
    await hub.start();
    await hub.stop();
    expect(folder.read(KEY)).toEqual(file);
    expect(hub.errors[0]?.error).toHaveProperty('code', 'STORE_VERSION');
  });

  it('write nothing when there is nothing', async () => {
    const { folder, hub, last } = home();
    await last.load();
    await hub.start();
    await hub.advance('1h');
    await hub.stop();
    expect(folder.read(KEY)).toBeNull();
  });
});
