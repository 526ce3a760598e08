import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  ConfigEntryNotReady,
  defineIntegration,
  Hub,
  InvalidConfigError,
  InvalidOptionError,
  type Integration,
  sleep,
} from 'rxhome';
import { createTestHub, type TestHub, type TestHubOptions } from 'rxhome/testing';
import { Folder } from '../storage/folder.js';

const KEY = 'core.config_entries';

/** A home that is started with what an earlier run has left in `folder`. */
function home(
  folder: Folder,
  lamp: Partial<Integration<any, any>> | null = {},
  options: TestHubOptions = {},
): TestHub {
  const hub = createTestHub({ configDir: folder.path, ...options });
  if (lamp) hub.configEntries.registerIntegration(lampOf(lamp));
  return hub;
}

function lampOf(lamp: Partial<Integration<any, any>>): Integration<any, any> {
  return defineIntegration<any, any>({ domain: 'lamp', setupEntry: () => undefined, ...lamp });
}

async function run<T>(hub: TestHub, work: () => Promise<T>): Promise<T> {
  await hub.start();
  const result = await work();
  await hub.stop();
  return result;
}

const kitchen = { domain: 'lamp', title: 'Kitchen', data: { host: 'k' }, options: { fast: true } };

describe('an entry that was added to a hub with a folder', () => {
  it('is there again after a restart: same id, title, data and options, and set up', async () => {
    const folder = new Folder();
    const first = home(folder);
    const { entryId } = await run(first, () => first.configEntries.add(kitchen));
    expect(folder.read(KEY)).toEqual({
      version: 1,
      key: KEY,
      data: [{ entryId, ...kitchen }],
    });
    const again = home(folder);
    const states: string[] = [];
    again.bus.listen('homeassistant_started', () => {
      states.push(...again.configEntries.entries().map(({ state }) => state));
    });
    await again.start();
    expect(again.configEntries.entries()).toHaveLength(1);
    expect(again.configEntries.get(entryId)).toMatchObject({ ...kitchen, state: 'loaded' });
    expect(states).toEqual(['loaded']);
  });

  it('is set up by the start of the hub, which waits for it', async () => {
    const folder = new Folder();
    const first = home(folder);
    await run(first, () => first.configEntries.add(kitchen));
    const again = home(folder, { setupEntry: () => sleep(60_000) });
    await again.start();
    expect(again.configEntries.entries()[0]!.state).toBe('setup_in_progress');
    expect(again.log.at(-1)!.message).toMatch(/set up lamp "Kitchen"/);
  });

  it('is written a second later, and what comes meanwhile with it', async () => {
    const folder = new Folder();
    const hub = home(folder);
    await hub.start();
    await hub.configEntries.add(kitchen);
    await hub.advance(999);
    expect(folder.read(KEY)).toBeNull();
    await hub.configEntries.add({ ...kitchen, title: 'Hall' });
    await hub.advance('1s');
    expect(folder.read(KEY)!.data).toHaveLength(2);
  });

  it('is written at the final write when the hub stops before', async () => {
    const folder = new Folder();
    const hub = home(folder);
    await run(hub, () => hub.configEntries.add(kitchen));
    expect(folder.read(KEY)!.data).toHaveLength(1);
  });

  it('is forgotten when it is removed, and stays when it is only unloaded', async () => {
    const folder = new Folder();
    const hub = home(folder);
    await run(hub, async () => {
      const { entryId } = await hub.configEntries.add(kitchen);
      await hub.configEntries.add({ ...kitchen, title: 'Hall' });
      await hub.advance('2s');
      await hub.configEntries.remove(entryId);
      await hub.configEntries.unload(hub.configEntries.entries()[0]!.entryId);
    });
    expect(folder.read(KEY)!.data).toEqual([expect.objectContaining({ title: 'Hall' })]);
  });

  it('is stored as it was given: what the schema makes of it is made again', async () => {
    const folder = new Folder();
    const configSchema = z.object({
      host: z.string().transform((host) => `http://${host}`),
      port: z.number().default(80),
    });
    const hub = home(folder, { configSchema });
    const { data } = await run(hub, () => hub.configEntries.add(kitchen));
    expect(data).toEqual({ host: 'http://k', port: 80 });
    expect(folder.read(KEY)!.data).toEqual([expect.objectContaining({ data: { host: 'k' } })]);
    const again = home(folder, { configSchema });
    await again.start();
    expect(again.configEntries.entries()[0]!.data).toEqual(data);
  });

  it('in setup_error or setup_retry is stored like any other', async () => {
    const folder = new Folder();
    const setupEntry = (): never => {
      throw new ConfigEntryNotReady('dark');
    };
    const hub = home(folder, { setupEntry });
    await run(hub, () => hub.configEntries.add(kitchen));
    expect(folder.read(KEY)!.data).toHaveLength(1);
  });
});

describe('what is not stored', () => {
  it.each<[string, TestHubOptions, boolean | undefined]>([
    ['with `stored: false`', {}, false],
    ['in a hub that was given no folder', { configDir: undefined as never }, undefined],
  ])('an entry %s', async (_, options, stored) => {
    const folder = new Folder();
    const hub = home(folder, {}, options);
    await hub.start();
    await hub.configEntries.add({ ...kitchen, ...(stored !== undefined && { stored }) });
    await hub.advance('2s');
    await hub.stop();
    expect(folder.read(KEY)).toBeNull();
  });

  it('anything of a plain `new Hub()`, which cannot be asked to', async () => {
    const hub = new Hub({ watchdog: false });
    hub.configEntries.registerIntegration(lampOf({}));
    await expect(hub.configEntries.add({ ...kitchen, stored: true })).rejects.toThrow(
      /Kitchen cannot be stored.*configDir/,
    );
    expect(hub.configEntries.entries()).toEqual([]);
    await hub.stop();
  });

  it('anything before the start: nothing is written, but then it is', async () => {
    const folder = new Folder();
    const hub = home(folder);
    await hub.configEntries.add(kitchen);
    await hub.advance('10s');
    expect(folder.read(KEY)).toBeNull();
    await hub.start();
    await hub.advance('1s');
    expect(folder.read(KEY)!.data).toHaveLength(1);
  });

  it.each<[string, Record<string, unknown>]>([
    ['a function', { client: () => 1 }],
    ['a big integer', { n: 1n }],
    ['a date', { list: [new Date(0)] }],
    ['no number', { n: NaN }],
    ['a circle', {}],
  ])('data with %s: it works, and that is said', async (what, data) => {
    if (what === 'a circle') data['self'] = data;
    const folder = new Folder();
    const hub = home(folder);
    await run(hub, async () => {
      await hub.configEntries.add(kitchen);
      expect((await hub.configEntries.add({ ...kitchen, title: 'Odd', data })).state).toBe(
        'loaded',
      );
    });
    expect(folder.read(KEY)!.data).toHaveLength(1);
    expect(hub.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/Odd is lost at the next start/),
    ]);
  });
});

describe('code that adds its entries in every run', () => {
  it.each(['before the start', 'after it'])('has each of them once, added %s', async (when) => {
    const folder = new Folder();
    for (let i = 0; i < 3; i++) {
      const hub = home(folder);
      if (when === 'after it') await hub.start();
      const { state } = await hub.configEntries.add(kitchen);
      await hub.configEntries.add(kitchen); // a second one that is the same is a second one
      if (when !== 'after it') await hub.start();
      expect([state, hub.configEntries.entries().length]).toEqual(['loaded', 2]);
      await hub.stop();
      expect(folder.read(KEY)!.data).toHaveLength(2);
    }
  });

  it('has what is stored beside it, too: each stands for one', async () => {
    const folder = new Folder();
    const data = ['one', 'two'].map((entryId) => ({ entryId, ...kitchen }));
    folder.write(KEY, { version: 1, data });
    const hub = home(folder);
    await hub.configEntries.add(kitchen);
    await hub.start();
    expect(hub.configEntries.entries().map(({ entryId }) => entryId)).toEqual([
      expect.any(String),
      'two',
    ]);
  });

  it('gets the entry that was restored, with its id, once its set-up is over', async () => {
    const folder = new Folder();
    const first = home(folder);
    const { entryId } = await run(first, () => first.configEntries.add(kitchen));
    const hub = home(folder, { setupEntry: () => sleep(20_000) });
    await hub.start();
    const adding = hub.configEntries.add(kitchen);
    await hub.advance('10s');
    const entry = await adding;
    expect([entry.entryId, entry.state]).toEqual([entryId, 'loaded']);
  });

  it('keeps an id of its own, which wins over what is stored', async () => {
    const folder = new Folder();
    const first = home(folder);
    const mine = { ...kitchen, entryId: 'kitchen-lamp' };
    await run(first, () => first.configEntries.add(mine));
    const hub = home(folder);
    await hub.configEntries.add({ ...mine, data: { host: 'moved' } });
    await hub.start();
    expect(hub.configEntries.entries().map(({ data }) => data)).toEqual([{ host: 'moved' }]);
    await expect(hub.configEntries.add({ ...mine, title: 'Other' })).rejects.toThrow(
      /config entry.*kitchen-lamp.*already/,
    );
    await hub.stop();
    expect(folder.read(KEY)!.data).toEqual([expect.objectContaining({ data: { host: 'moved' } })]);
  });

  it.each([
    { entryId: 'a/b' },
    { entryId: '' },
    { entryId: 'x'.repeat(65) },
    { title: 5 },
    { title: '' },
    { data: 'host' },
    { data: null },
    { options: [] },
    { stored: 'yes' },
    { domain: undefined },
  ])('is told of %j', async (wrong) => {
    const hub = home(new Folder());
    const failure = await hub.configEntries
      .add({ ...kitchen, ...wrong } as never)
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidOptionError);
    expect((failure as Error).message).toContain(Object.keys(wrong)[0]!);
  });
});

describe('a restored entry', () => {
  const stored = { entryId: 'one', ...kitchen };

  it('whose integration is not there says so, and is set up when it comes', async () => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data: [stored] });
    const hub = home(folder, null);
    await hub.start();
    const entry = hub.configEntries.get('one');
    expect([entry.state, entry.reason]).toEqual([
      'setup_error',
      'There is no integration `lamp`. Registered: none.',
    ]);
    hub.configEntries.registerIntegration(lampOf({ setupEntry: () => sleep(1000) }));
    hub.configEntries.registerIntegration(lampOf({ domain: 'other' }));
    await hub.advance('1s');
    expect([entry.state, entry.data]).toEqual(['loaded', { host: 'k' }]);
    await hub.stop();
    expect(folder.read(KEY)!.data).toEqual([stored]);
  });

  it('is left alone when its integration is registered once more', async () => {
    const hub = home(new Folder());
    await hub.start();
    const { entryId } = await hub.configEntries.add(kitchen);
    await hub.configEntries.unload(entryId);
    hub.configEntries.registerIntegration(lampOf({}));
    await hub.advance('1s');
    expect(hub.configEntries.get(entryId).state).toBe('not_loaded');
  });

  it('whose data does not fit any more says which path, and is kept', async () => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data: [stored] });
    const configSchema = z.object({ host: z.number() });
    const hub = home(folder, { configSchema });
    await hub.start();
    const entry = hub.configEntries.get('one');
    expect([entry.state, entry.reason]).toEqual([
      'setup_error',
      expect.stringMatching(/lamp "Kitchen" is wrong: `host`/),
    ]);
    expect(hub.errors[0]!.error).toBeInstanceOf(InvalidConfigError);
    expect(await hub.configEntries.reload('one')).toBe(false);
    hub.configEntries.registerIntegration(lampOf({}));
    await hub.advance(0);
    expect(entry.state).toBe('loaded');
  });

  it('that fails does not keep the others', async () => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data: [stored, { ...stored, entryId: 'two', title: 'Hall' }] });
    const hub = home(folder, {
      setupEntry: (_, { title }) => {
        if (title === 'Kitchen') throw new Error('broken');
      },
    });
    await hub.start();
    expect(hub.configEntries.entries().map(({ state }) => state)).toEqual([
      'setup_error',
      'loaded',
    ]);
  });

  it('is not set up by a hub that stops while it reads', async () => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data: [stored] });
    let setups = 0;
    const hub = home(folder, { setupEntry: () => setups++ });
    const starting = hub.start();
    await hub.configEntries.add({ ...kitchen, title: 'Hall' });
    await hub.stop();
    await starting;
    expect(folder.read(KEY)!.data).toContainEqual(stored); // nothing is lost
    expect(hub.errors).toEqual([]);
    expect(setups).toBeLessThan(3);
  });
});

describe('a store that cannot be used', () => {
  it.each<[string, string, string]>([
    ['is no JSON', '{ "version": 1, "data": [', 'STORE_CORRUPT'],
    ['is not UTF-8', '\u0000', 'STORE_CORRUPT'],
  ])('and %s is set aside and reported; the start goes on', async (_, text, code) => {
    const folder = new Folder();
    folder.write(KEY, text);
    const hub = home(folder);
    await hub.start();
    expect(hub.state).toBe('running');
    expect(
      hub.errors.map(({ error, source }) => [(error as { code: string }).code, source]),
    ).toEqual([[code, 'storage']]);
    await hub.configEntries.add(kitchen);
    await hub.stop();
    expect(folder.read(KEY)!.data).toHaveLength(1);
    expect(folder.names).toHaveLength(2);
  });

  it('because it is of newer code is reported, and is never replaced', async () => {
    const folder = new Folder();
    const newer = { version: 2, data: { entries: ['who knows'] } };
    folder.write(KEY, newer);
    const hub = home(folder);
    await run(hub, () => hub.configEntries.add(kitchen));
    expect(folder.read(KEY)).toEqual(newer);
    expect(hub.errors.map(({ error }) => (error as { code: string }).code)).toEqual([
      'STORE_VERSION',
    ]);
  });

  it.each<[string, unknown]>([
    ['no list', { a: 1 }],
    ['text', 'entries'],
  ])('whose data is %s has no entries', async (_, data) => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data });
    const hub = home(folder);
    await hub.start();
    expect([hub.state, hub.configEntries.entries()]).toEqual(['running', []]);
  });

  it.each<[string, unknown]>([
    ['no object', 5],
    ['null', null],
    ['no id', kitchen],
    ['no domain', { entryId: 'x', title: 'x' }],
    ['data that is none', { ...kitchen, entryId: 'x', data: 'host' }],
  ])('in one entry, which is %s, has the others; that one stays in the file', async (_, bad) => {
    const folder = new Folder();
    folder.write(KEY, { version: 1, data: [bad, { entryId: 'one', ...kitchen }] });
    const hub = home(folder);
    await run(hub, () => hub.configEntries.add({ ...kitchen, title: 'Hall' }));
    expect(hub.configEntries.entries().map(({ title }) => title)).toEqual(['Kitchen', 'Hall']);
    expect(
      hub.errors.map(({ error, source }) => [error instanceof InvalidConfigError, source]),
    ).toEqual([[true, 'storage']]);
    expect(folder.read(KEY)!.data).toEqual([bad, expect.anything(), expect.anything()]);
  });
});
