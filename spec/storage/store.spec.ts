import { existsSync, statSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Hub, InvalidOptionError, ScopeClosedError, Store } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { Folder } from './folder.js';

interface Lamps {
  [name: string]: boolean;
}

const home = (): { folder: Folder; hub: ReturnType<typeof createTestHub> } => {
  const folder = new Folder();
  return { folder, hub: createTestHub({ leaks: 'ignore', configDir: folder.path }) };
};

describe('a store', () => {
  it('gives after a restart what was saved', async () => {
    const { folder, hub } = home();
    const store = new Store<Lamps>(hub, { key: 'lamps', version: 1 });
    expect(await store.load()).toBeNull();
    await store.save({ hall: true });
    expect(await store.load()).toEqual({ hall: true });
    await hub.stop();
    const again = createTestHub({ configDir: folder.path });
    expect(await new Store<Lamps>(again, { key: 'lamps', version: 1 }).load()).toEqual({
      hall: true,
    });
    expect(folder.read('lamps')).toEqual({ version: 1, key: 'lamps', data: { hall: true } });
  });

  it('writes a file that only its user may read, and leaves no other', async () => {
    const { folder, hub } = home();
    await new Store(hub, { key: 'lamps', version: 1 }).save(1);
    expect(folder.names).toEqual(['lamps']);
    expect(statSync(folder.file('lamps')).mode & 0o777).toBe(0o600);
    expect(statSync(folder.file('.')).mode & 0o777).toBe(0o700);
  });

  it('touches nothing when it is made, also not at the start of the hub', async () => {
    const { folder, hub } = home();
    new Store(hub, { key: 'lamps', version: 1 });
    await hub.start();
    await hub.stop();
    expect(existsSync(folder.file('.'))).toBe(false);
    expectNoLeaks(hub);
  });

  it('saves what it is given before the hub is started', async () => {
    const { folder, hub } = home();
    const store = new Store(hub, { key: 'lamps', version: 1 });
    await store.save('early');
    expect(folder.read('lamps')?.data).toBe('early');
    store.saveLater(() => 'later', 1_000);
    await hub.advance('1s');
    expect(folder.read('lamps')?.data).toBe('later');
  });

  it('saves the data as it is at the call, whatever becomes of it', async () => {
    const { folder, hub } = home();
    const lamps: Lamps = { hall: true };
    const saved = new Store<Lamps>(hub, { key: 'lamps', version: 1 }).save(lamps);
    lamps['hall'] = false;
    await saved;
    expect(folder.read('lamps')?.data).toEqual({ hall: true });
  });

  it('has all of many saves on the disk when they have resolved, in their order', async () => {
    const { folder, hub } = home();
    const store = new Store<number>(hub, { key: 'count', version: 1 });
    const seen: unknown[] = [];
    const saves = Array.from({ length: 50 }, async (_, i) => {
      await store.save(i);
      seen.push(folder.read('count')?.data);
    });
    await Promise.all(saves);
    expect(folder.read('count')?.data).toBe(49);
    seen.forEach((data, i) => expect(data as number).toBeGreaterThanOrEqual(i));
  });

  it('is work that the hub waits for, also when nobody else does', async () => {
    const { folder, hub } = home();
    const { scope } = hub.scoped(hub.scope.child('lamp'));
    void new Store(hub.scoped(scope), { key: 'lamps', version: 1 }).save('quick');
    expect(hub.snapshot().tasks).toMatchObject([{ name: 'write store lamps', owner: 'lamp' }]);
    await hub.blockTillDone();
    expect(folder.read('lamps')?.data).toBe('quick');
  });

  it('shares one load among those who ask at the same time', async () => {
    const { folder, hub } = home();
    folder.write('lamps', { version: 1, key: 'lamps', data: {} });
    const store = new Store<Lamps>(hub, { key: 'lamps', version: 1 });
    const [one, two] = await Promise.all([store.load(), store.load()]);
    expect(one).toBe(two);
    expect(await store.load()).not.toBe(one);
  });

  it('takes an empty object for nothing', async () => {
    const { folder, hub } = home();
    folder.write('lamps', {});
    expect(await new Store(hub, { key: 'lamps', version: 1 }).load()).toBeNull();
    expect(folder.names).toEqual(['lamps']);
    expect(hub.errors).toEqual([]);
  });

  it('shares the file with other stores of its key', async () => {
    const { hub } = home();
    const one = new Store<string>(hub, { key: 'lamps', version: 1 });
    const two = new Store<string>(hub.scoped(hub.scope.child('b')), { key: 'lamps', version: 1 });
    one.saveLater(() => 'of one', 60_000);
    expect(await two.load()).toBe('of one');
    const saves = [one.save('first'), two.save('second')];
    expect(await one.load()).toBe('second');
    await Promise.all(saves);
    expect(await one.load()).toBe('second');
  });

  it('reads at most six files at once', async () => {
    const { folder, hub } = home();
    const stores = Array.from({ length: 20 }, (_, i) => {
      folder.write(`s${i}`, { version: 1, key: `s${i}`, data: i });
      return new Store<number>(hub, { key: `s${i}`, version: 1 });
    });
    const all = Promise.all(stores.map((store) => store.load()));
    await new Promise((resolve) => process.nextTick(resolve));
    expect(hub.snapshot().io).toEqual({ storage: 6, http: 0 });
    expect(await all).toEqual(stores.map((_, i) => i));
    expect(hub.snapshot().io.storage).toBe(0);
  });

  it('removes the file and what was to be saved, and begins anew', async () => {
    const { folder, hub } = home();
    const store = new Store<number>(hub, { key: 'count', version: 1 });
    await store.remove();
    void store.save(1);
    store.saveLater(() => 2, 1_000);
    await store.remove();
    expect(await store.load()).toBeNull();
    await hub.advance('1h');
    expect(folder.read('count')).toBeNull();
    await store.save(3);
    expect(folder.read('count')?.data).toBe(3);
  });

  it.each(['', '.', '..', '../x', 'a/b', 'a\\b', 'a..b', '.x', 'a b', 'x'.repeat(129), 5, null])(
    'refuses the key %j',
    (key) => {
      const hub = new Hub();
      expect(() => new Store(hub, { key: key as string, version: 1 })).toThrow(InvalidOptionError);
      expect(() => new Store(hub, { key: key as string, version: 1 })).toThrow('as `key`');
    },
  );

  it.each([0, -1, 1.5, '1', undefined])('refuses the version %j', (version) => {
    const options = { key: 'a', version: version as number };
    expect(() => new Store(new Hub(), options)).toThrow('as `version`');
  });

  it('refuses what JSON does not have, and reports it when nobody awaits', async () => {
    const { folder, hub } = home();
    const store = new Store<unknown>(hub, { key: 'a', version: 1 });
    const loop: { self?: unknown } = {};
    loop.self = loop;
    for (const data of [undefined, () => 1, Symbol('s'), 1n, loop, Promise.resolve(1)])
      await expect(store.save(data)).rejects.toThrow(InvalidOptionError);
    void store.save(undefined);
    expect(hub.errors.map(({ source, owner }) => [source, owner])).toEqual(
      Array.from({ length: 7 }, () => ['storage', 'hub']),
    );
    expect(() => store.saveLater('x' as never)).toThrow('a function as `make`');
    expect(() => store.saveLater(() => 1, -1)).toThrow('as `ms`');
    expect(folder.read('a')).toBeNull();
  });

  it('is fenced once its owner is unloaded', async () => {
    const { folder, hub } = home();
    const scope = hub.scope.child('lamp');
    const store = new Store(hub.scoped(scope), { key: 'a', version: 1 });
    await scope.close();
    await expect(store.save(1)).rejects.toThrow(ScopeClosedError);
    await expect(store.load()).rejects.toThrow(ScopeClosedError);
    await expect(store.remove()).rejects.toThrow(ScopeClosedError);
    expect(() => store.saveLater(() => 1, 1)).toThrow(ScopeClosedError);
    await hub.stop();
    expect(folder.read('a')).toBeNull();
  });

  it('tells a hub that is not strict of a call too late, once, and does nothing', async () => {
    const folder = new Folder();
    const hub = createTestHub({ configDir: folder.path, strict: false });
    const scope = hub.scope.child('lamp');
    const store = new Store(hub.scoped(scope), { key: 'a', version: 1 });
    await scope.close();
    store.saveLater(() => 1);
    void store.save(1);
    await hub.stop();
    expect(hub.errors.map(({ source, owner, name }) => [source, owner, name])).toEqual([
      ['fence', 'lamp', 'Store.saveLater'],
    ]);
    expect(folder.read('a')).toBeNull();
  });

  it('ends a load when the owner is unloaded', async () => {
    const { folder, hub } = home();
    folder.write('a', { version: 1, key: 'a', data: 1 });
    const scope = hub.scope.child('lamp');
    const store = new Store(hub.scoped(scope), {
      key: 'a',
      version: 2,
      migrate: () => new Promise<never>(() => undefined),
    });
    const load = store.load();
    const closed = scope.close();
    await expect(load).rejects.toThrow(ScopeClosedError);
    await closed;
    expect(folder.read('a')?.version).toBe(1);
  });
});
