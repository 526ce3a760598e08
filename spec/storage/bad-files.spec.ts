import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { type HubErrorReport, StorageError, Store, StoreVersionError } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { bundle } from './bundle.js';
import { Folder } from './folder.js';

const home = (): { folder: Folder; hub: ReturnType<typeof createTestHub> } => {
  const folder = new Folder();
  return { folder, hub: createTestHub({ configDir: folder.path }) };
};
const words = ({ error, source, owner, name }: HubErrorReport): unknown[] => [
  source,
  owner,
  name,
  (error as Error).message,
];

describe('a corrupt file', () => {
  it.each([
    ['half of it', '{"version": 1, "data": {"a"'],
    ['nothing', ''],
    ['another thing', '[1, 2]'],
    ['null', 'null'],
    ['no version', '{"key": "a", "data": 1}'],
    ['a version that is none', '{"version": "1", "data": 1}'],
    ['no data', '{"version": 1, "key": "a"}'],
    ['no UTF-8', Uint8Array.from([0x22, 0xff, 0xfe, 0x22])],
  ])('with %s is set aside and reported, and the store begins anew', async (_, content) => {
    const { folder, hub } = home();
    folder.write('a', content);
    const size = statSync(folder.file('a')).size;
    const store = new Store<number>(hub, { key: 'a', version: 1 });
    expect(await store.load()).toBeNull();
    const [aside] = folder.names;
    expect(folder.names).toHaveLength(1);
    expect(aside).toMatch(/^a\.corrupt\.2\d{3}-\d\d-\d\dT\d\d-\d\d-\d\d\.\d{3}Z$/);
    expect(statSync(folder.file(aside!)).size).toBe(size);
    expect(hub.errors).toHaveLength(1);
    expect(words(hub.errors[0]!).slice(0, 3)).toEqual(['storage', 'hub', folder.file('a')]);
    expect(hub.errors[0]!.error).toMatchObject({ code: 'STORE_CORRUPT', path: folder.file('a') });
    expect((hub.errors[0]!.error as Error).message).toContain(folder.file(aside!));
    await store.save(1);
    expect(await store.load()).toBe(1);
  });

  it('is set aside also by a save that nobody has read before, and beside an earlier one', async () => {
    const { folder, hub } = home();
    const store = new Store<number>(hub, { key: 'a', version: 1 });
    folder.write('a', 'one');
    await store.load();
    folder.write('a', 'two');
    await store.load();
    expect(folder.names).toHaveLength(2);
    folder.write('b', 'three');
    await new Store<number>(hub, { key: 'b', version: 1 }).save(5);
    expect(folder.read('b')?.data).toBe(5);
    expect(folder.names).toHaveLength(4);
    expect(hub.errors).toHaveLength(3);
  });
});

describe('versions', () => {
  it('of newer code stay as they are, whatever is asked', async () => {
    const { folder, hub } = home();
    const file = { version: 3, key: 'a', data: 'precious' };
    folder.write('a', file);
    const store = new Store<string>(hub, { key: 'a', version: 2, migrate: () => 'lost' });
    const message = `${folder.file('a')} has version 3, but version 2 was expected`;
    await expect(store.load()).rejects.toThrow(message);
    await expect(store.load()).rejects.toThrow(StoreVersionError);
    const unread = new Store<string>(hub, { key: 'a', version: 1 });
    await expect(unread.save('x')).rejects.toThrow(StoreVersionError);
    store.saveLater(() => 'y', 0);
    await hub.advance('1s');
    await hub.stop();
    expect(folder.read('a')).toEqual(file);
    expect(hub.errors.length).toBeGreaterThanOrEqual(2);
    for (const { error } of hub.errors) expect(error).toBeInstanceOf(StoreVersionError);
  });

  it('of newer code are not replaced by a save that comes first', async () => {
    const { folder, hub } = home();
    folder.write('a', { version: 2, key: 'a', data: 'precious' });
    const store = new Store<string>(hub, { key: 'a', version: 1 });
    await expect(store.save('x')).rejects.toThrow(StoreVersionError);
    expect(folder.read('a')?.data).toBe('precious');
  });

  it('of older code are migrated, and saved at once', async () => {
    const { folder, hub } = home();
    folder.write('a', { version: 1, key: 'a', data: ['x'] });
    const asked: unknown[] = [];
    const migrate = async (...given: unknown[]): Promise<{ names: string[] }> => {
      asked.push(given);
      return { names: given[1] as string[] };
    };
    const store = new Store<{ names: string[] }>(hub, { key: 'a', version: 3, migrate });
    const loads = await Promise.all([store.load(), store.load()]);
    expect(loads).toEqual([{ names: ['x'] }, { names: ['x'] }]);
    expect(asked).toEqual([[1, ['x']]]);
    expect(folder.read('a')).toEqual({ version: 3, key: 'a', data: { names: ['x'] } });
  });

  it('of older code stay when there is no migrate, or it fails', async () => {
    const { folder, hub } = home();
    folder.write('a', { version: 1, key: 'a', data: 1 });
    const without = new Store(hub, { key: 'a', version: 2 });
    await expect(without.load()).rejects.toThrow('no `migrate`');
    const migrate = (): never => {
      throw new RangeError('not that old');
    };
    const failing = new Store(hub, { key: 'a', version: 2, migrate }).load();
    await expect(failing).rejects.toThrow('from version 1 to 2: not that old');
    await expect(failing).rejects.toThrow(StorageError);
    expect(folder.read('a')?.version).toBe(1);
    expect(() => new Store(hub, { key: 'a', version: 2, migrate: 1 as never })).toThrow('migrate');
  });

  it('keep what is saved while the migration goes on', async () => {
    const { folder, hub } = home();
    folder.write('a', { version: 1, key: 'a', data: 'old' });
    let finish: (data: string) => void = () => undefined;
    const migrate = (): Promise<string> => new Promise((resolve) => (finish = resolve));
    const store = new Store<string>(hub, { key: 'a', version: 2, migrate });
    const load = store.load();
    await hub.advance(0);
    await store.save('newer');
    finish('migrated');
    expect(await load).toBe('newer');
    expect(folder.read('a')?.data).toBe('newer');
  });
});

describe('a disk that fails', () => {
  it('is reported with owner and path, rejects, and loses nothing', async () => {
    const { folder, hub } = home();
    await hub.start();
    const scope = hub.scope.child('lamp');
    const store = new Store<string>(hub.scoped(scope), { key: 'a', version: 1 });
    writeFileSync(join(folder.path, '.storage'), 'a file where the folder should be');
    await expect(store.save('kept')).rejects.toThrow(StorageError);
    void store.save('kept');
    await hub.advance('1s');
    expect(hub.errors.map(words)).toEqual(
      Array.from({ length: 2 }, () => [
        'storage',
        'lamp',
        folder.file('a'),
        expect.stringMatching(`^${folder.file('a')} could not be (read|written): E`),
      ]),
    );
    expect(await store.load()).toBe('kept');
    rmSync(join(folder.path, '.storage'));
    await hub.stop();
    expect(folder.read('a')?.data).toBe('kept');
  });

  it('is tried again at the unloading, and at the final write for an owner that is gone', async () => {
    const { folder, hub } = home();
    await hub.start();
    const scope = hub.scope.child('lamp');
    const store = new Store<string>(hub.scoped(scope), { key: 'a', version: 1 });
    writeFileSync(join(folder.path, '.storage'), 'in the way');
    let asked = 0;
    store.saveLater(() => `kept ${++asked}`, 1_000);
    await hub.advance('1s');
    await scope.close();
    expect(hub.errors.map(({ owner }) => owner)).toEqual(['lamp', 'lamp']);
    rmSync(join(folder.path, '.storage'));
    await hub.stop();
    expect(folder.read('a')?.data).toBe('kept 2');
  });

  it('is named when data cannot be had, and the data stays pending', async () => {
    const { folder, hub } = home();
    await hub.start();
    const store = new Store<string>(hub, { key: 'a', version: 1 });
    let isReady = false;
    const make = (): string => {
      if (!isReady) throw new Error('not yet');
      return 'ready';
    };
    store.saveLater(make, 1_000);
    await hub.advance('1s');
    expect(hub.errors).toHaveLength(1);
    expect((hub.errors[0]!.error as Error).message).toContain('not yet');
    await expect(store.load()).rejects.toThrow('not yet');
    isReady = true;
    await hub.stop();
    expect(folder.read('a')?.data).toBe('ready');
  });

  it('does not harm other stores', async () => {
    const { folder, hub } = home();
    mkdirSync(folder.file('a/x'), { recursive: true });
    const [bad, good] = ['a', 'b'].map((key) => new Store<number>(hub, { key, version: 1 }));
    const saves = await Promise.allSettled([bad!.save(1), good!.save(2)]);
    expect(saves.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    await expect(bad!.load()).resolves.toBe(1); // pending
    await expect(bad!.remove()).rejects.toThrow('could not be removed');
    await expect(bad!.load()).rejects.toThrow('could not be read');
  });

  it('that takes only a part keeps the old file whole', async () => {
    const { path } = new Folder();
    const program = await bundle('full-disk.ts', path);
    // Files of this process end at 64 kB: like a full disk, the system writes what fits, then fails.
    const limited = 'ulimit -f 128 && exec "$@"';
    const args = ['-c', limited, 'sh', process.execPath, program, path];
    const told = execFileSync('sh', args, { encoding: 'utf8', timeout: 20_000 });
    expect(JSON.parse(told)).toEqual({
      failure: expect.stringContaining('EFBIG'),
      afterwards: 'small',
      pending: 200_000,
      recovered: 'small again',
    });
  });
});

describe('what a killed process left behind', () => {
  it('is removed, but for what may be somebody else’s', async () => {
    const { folder, hub } = home();
    const old = new Date(1e12);
    const put = (name: string, content: string | object, time = old): void => {
      folder.write(name, content);
      utimesSync(folder.file(name), time, time);
    };
    put('a.1234567890', '{"version": 1, "key": "a", "da');
    put('b.12345678', { version: 1, key: 'b', data: 1 });
    put('own.12345678', { version: 1, key: 'own.12345678', data: 1 });
    put('short.1234', 'x');
    put('new.1234567890', 'x', new Date(4e12));
    await new Store(hub, { key: 'a', version: 1 }).load();
    expect(folder.names).toEqual(['new.1234567890', 'own.12345678', 'short.1234']);
  });
});
