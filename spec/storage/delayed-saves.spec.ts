import { describe, expect, it } from '@jest/globals';
import { Store } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { Folder } from './folder.js';

const home = async () => {
  const folder = new Folder();
  const hub = createTestHub({ configDir: folder.path });
  await hub.start();
  const store = new Store<string>(hub, { key: 'a', version: 1 });
  const data = (): unknown => folder.read('a')?.data;
  return { folder, hub, store, data };
};

describe('a delayed save', () => {
  it('asks for the data when it is written', async () => {
    const { hub, store, data } = await home();
    let text = 'early';
    let asked = 0;
    store.saveLater(() => (asked++, text), 10_000);
    text = 'late';
    await hub.advance('9999ms');
    expect([asked, data()]).toEqual([0, undefined]);
    await hub.advance('1ms');
    expect([asked, data()]).toEqual([1, 'late']);
    await hub.stop();
    expect([asked, data()]).toEqual([1, 'late']);
    expectNoLeaks(hub);
  });

  it('is put off by a later one, and moved forward by a shorter one', async () => {
    const { hub, store, data } = await home();
    store.saveLater(() => 'one', 10_000);
    await hub.advance('6s');
    store.saveLater(() => 'two', 10_000);
    await hub.advance('9s');
    expect(data()).toBeUndefined();
    await hub.advance('1s');
    expect(data()).toBe('two');
    store.saveLater(() => 'three', 10_000);
    store.saveLater(() => 'four', 1_000);
    await hub.advance('1s');
    expect(data()).toBe('four');
    store.saveLater(() => 'five', 1_000);
    store.saveLater(() => 'six', 10_000);
    await hub.advance('9s');
    expect(data()).toBe('four');
    await hub.advance('1s');
    expect(data()).toBe('six');
  });

  it('keeps one timer, however often it is called', async () => {
    const { hub, store } = await home();
    const before = hub.clock!.pendingCount;
    for (let i = 0; i < 1_000; i++) store.saveLater(() => 'x', 10_000);
    expect(hub.clock!.pendingCount - before).toBe(1);
    expect(hub.scope.size).toBeLessThan(5);
  });

  it('gives its data to a load before it is written, as a copy', async () => {
    const { hub, folder } = await home();
    const store = new Store<{ on: boolean }>(hub, { key: 'b', version: 1 });
    const mine = { on: true };
    store.saveLater(() => mine, 10_000);
    const loaded = await store.load();
    expect(loaded).toEqual({ on: true });
    expect(loaded).not.toBe(mine);
    expect(folder.read('b')).toBeNull();
  });

  it('is superseded by a save', async () => {
    const { hub, store, data } = await home();
    store.saveLater(() => 'later', 1_000);
    await store.save('now');
    await hub.advance('1m');
    expect(data()).toBe('now');
  });

  it('is taken along by a save under way, or written after it', async () => {
    const { hub, store, data } = await home();
    const saved = store.save('now');
    store.saveLater(() => 'later', 1_000);
    await saved;
    await hub.advance('1s');
    expect(data()).toBe('later');
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('that is asked for in the middle of a write comes after it', async () => {
    const { hub, store, data } = await home();
    store.saveLater(() => {
      queueMicrotask(() => store.saveLater(() => 'second', 1_000));
      return 'first';
    }, 0);
    await hub.advance(0);
    expect(data()).toBe('first');
    await hub.advance('1s');
    expect(data()).toBe('second');
  });

  it('is written at the final write, with one listener for all', async () => {
    const { hub, store, folder } = await home();
    const others = ['b', 'c'].map((key) => new Store<string>(hub, { key, version: 1 }));
    for (const one of [store, ...others]) one.saveLater(() => 'x', 3_600_000);
    expect(hub.bus.listenerCounts()).toEqual({ homeassistant_final_write: 1 });
    await hub.stop();
    expect(folder.names).toEqual(['a', 'b', 'c']);
    expectNoLeaks(hub);
  });

  it('waits, while the hub stops, for the final write', async () => {
    const { hub, store, data } = await home();
    const seen: unknown[] = [];
    store.saveLater(() => 'armed before', 5_000);
    hub.bus.listen('homeassistant_stop', async () => {
      const other = new Store<string>(hub, { key: 'b', version: 1 });
      other.saveLater(() => 'asked while stopping', 0);
      await new Promise((resolve) => setTimeout(resolve, 10_000));
      seen.push(data());
    });
    hub.bus.listen('homeassistant_final_write', () => void seen.push(data()));
    await hub.stop();
    expect(seen).toEqual([undefined, undefined]);
    expect(data()).toBe('armed before');
  });

  it('is written when it is asked for at the final write, or in a teardown before that', async () => {
    const { hub, store, folder } = await home();
    const late = new Store<string>(hub, { key: 'late', version: 1 });
    hub.bus.listen('homeassistant_final_write', () => late.saveLater(() => 'x', 3_600_000));
    hub.bus.listen('homeassistant_final_write', () => void store.save('y'));
    await hub.stop();
    expect(folder.names).toEqual(['a', 'late']);
  });

  it('does not hold up a stop with an awaited save', async () => {
    const { hub, store, data } = await home();
    hub.bus.listen('homeassistant_stop', () => store.save('goodbye'));
    const before = hub.clock!.frame;
    await hub.stop();
    expect([data(), hub.clock!.frame - before < 1_000]).toEqual(['goodbye', true]);
  });
});

describe('what an owner asked to save before it is unloaded', () => {
  it('is written, as it was before the teardowns', async () => {
    const { hub, data } = await home();
    const scope = hub.scope.child('lamp');
    const store = new Store<string>(hub.scoped(scope), { key: 'a', version: 1 });
    let text = 'kept';
    store.saveLater(() => text, 3_600_000);
    scope.own(() => (text = 'cleared'));
    await scope.close();
    expect(data()).toBe('kept');
    await hub.stop();
    expect(data()).toBe('kept');
    expectNoLeaks(hub);
  });

  it('is awaited by the unloading, also when it was not awaited by the owner', async () => {
    const { hub, data } = await home();
    const scope = hub.scope.child('lamp');
    const store = new Store<string>(hub.scoped(scope), { key: 'a', version: 1 });
    void store.save('quick');
    await scope.close();
    expect(data()).toBe('quick');
  });

  it('is there for the next life of the entry', async () => {
    const { hub } = await home();
    const scope = hub.scope.child('lamp');
    new Store<string>(hub.scoped(scope), { key: 'a', version: 1 }).saveLater(() => 'x', 1_000);
    const closed = scope.close();
    const next = new Store<string>(hub.scoped(hub.scope.child('lamp')), { key: 'a', version: 1 });
    expect(await next.load()).toBe('x');
    await closed;
    expect(await next.load()).toBe('x');
  });
});
