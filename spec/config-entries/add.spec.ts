import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import {
  getHub,
  InvalidConfigError,
  InvalidOptionError,
  OperationNotAllowedError,
  ShutdownError,
  sleep,
  UnknownEntryError,
  UnknownIntegrationError,
} from 'rxhome';
import { createTestHub, recordEvents } from 'rxhome/testing';
import { during, homeWith } from './home.js';

describe('add', () => {
  it('gives the entry with what the user configured, frozen, and keeps the rest out of it', async () => {
    const hub = homeWith({});
    const data = { host: 'lamp.local' };
    const entry = await hub.configEntries.add({ domain: 'lamp', title: 'Kitchen', data });
    expect(entry).toMatchObject({ domain: 'lamp', title: 'Kitchen', data, options: {} });
    expect(entry.entryId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect([Object.isFrozen(entry.data), Object.isFrozen(data)]).toEqual([true, false]);
    expect(hub.configEntries.get(entry.entryId)).toBe(entry);
    expect(hub.configEntries.entries('lamp')).toEqual([entry]);
    expect(hub.configEntries.entries('other')).toEqual([]);
  });

  it('rejects data that does not fit the schema, naming every path, and adds nothing', async () => {
    const configSchema = z.object({
      host: z.string(),
      ports: z.array(z.object({ id: z.number() })),
    });
    const hub = homeWith({ configSchema });
    const data = { host: 1, ports: [{ id: 1 }, { id: 'two' }] };
    const failure = await hub.configEntries.add({ domain: 'lamp', data }).catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(InvalidConfigError);
    expect((failure as Error).message).toMatch(/lamp.*`host`.*`ports\.1\.id`/);
    expect(hub.configEntries.entries()).toEqual([]);
  });

  it('fills in the defaults of the schema', async () => {
    const hub = homeWith({ configSchema: z.object({ port: z.number().default(80) }) });
    expect((await hub.configEntries.add({ domain: 'lamp' })).data).toEqual({ port: 80 });
  });

  it('rejects an unknown integration, naming those that are known', async () => {
    const failure = await homeWith({})
      .configEntries.add({ domain: 'lmap' })
      .catch((e: unknown) => e);
    expect(failure).toBeInstanceOf(UnknownIntegrationError);
    expect((failure as Error).message).toMatch(/lmap.*lamp/);
  });

  it('is refused while the hub stops, and leaves no entry behind', async () => {
    const hub = homeWith({});
    const failures: unknown[] = [];
    hub.bus.listen('homeassistant_stop', async () => {
      failures.push(await hub.configEntries.add({ domain: 'lamp' }).catch((e: unknown) => e));
    });
    await hub.start();
    await hub.stop();
    expect(failures).toEqual([expect.any(ShutdownError)]);
    expect(hub.configEntries.entries()).toEqual([]);
  });

  it('sets up two entries side by side', async () => {
    const hub = homeWith({ setupEntry: () => sleep(1000) });
    const both = [1, 2].map(() => hub.configEntries.add({ domain: 'lamp' }));
    await hub.advance('1s');
    expect((await Promise.all(both)).map(({ state }) => state)).toEqual(['loaded', 'loaded']);
    expect(hub.clock!.frame).toBe(1000);
  });

  it('is waited for by the start of the hub, which names it if it is late', async () => {
    const hub = homeWith({ setupEntry: () => sleep(60_000) });
    void hub.configEntries.add({ domain: 'lamp', title: 'Kitchen' });
    await hub.start();
    expect(hub.clock!.frame).toBe(15_000);
    expect(hub.log.at(-1)!.message).toMatch(/set up lamp "Kitchen".*15\.0 s/);
  });
});

describe('an integration', () => {
  it('is set up once per hub, before its first entry; the others wait for that', async () => {
    const order: string[] = [];
    const hub = homeWith({
      async setup(root) {
        order.push(root === hub ? 'with the root hub' : 'wrong hub');
        expect(getHub()).toBe(hub);
        await sleep(1000);
        order.push('setup');
      },
      setupEntry: (_, { title }) => order.push(title),
    });
    const loaded = recordEvents(hub, 'component_loaded');
    await during(
      hub,
      Promise.all(['a', 'b'].map((title) => hub.configEntries.add({ domain: 'lamp', title }))),
    );
    await hub.configEntries.add({ domain: 'lamp', title: 'c' });
    expect(order).toEqual(['with the root hub', 'setup', 'a', 'b', 'c']);
    expect(loaded.types).toEqual(['component_loaded']);
  });

  it('whose setup fails fails the entry; the next one tries again', async () => {
    let tries = 0;
    const hub = homeWith({
      setup: () => {
        if (tries++ === 0) throw new Error('no bridge');
      },
    });
    const first = await hub.configEntries.add({ domain: 'lamp' });
    expect([first.state, first.reason]).toEqual(['setup_error', 'no bridge']);
    expect((await hub.configEntries.add({ domain: 'lamp' })).state).toBe('loaded');
  });

  it.each([['Lamp'], ['my-lamp'], ['1lamp'], [''], [undefined], ['lamp.one']])(
    'is refused with %p for a domain',
    (domain) => {
      const register = (): void =>
        createTestHub().configEntries.registerIntegration({
          domain: domain as string,
          setupEntry: () => undefined,
        });
      expect(register).toThrow(InvalidOptionError);
    },
  );
});

describe('setup', () => {
  it('is refused unless the entry is not loaded', async () => {
    const results: unknown[] = [true, false];
    const hub = homeWith({ setupEntry: () => results.shift() });
    const loaded = await hub.configEntries.add({ domain: 'lamp' });
    const failed = await hub.configEntries.add({ domain: 'lamp' });
    for (const { entryId } of [loaded, failed])
      await expect(hub.configEntries.setup(entryId)).rejects.toBeInstanceOf(
        OperationNotAllowedError,
      );
    await hub.configEntries.unload(loaded.entryId);
    expect(await hub.configEntries.setup(loaded.entryId)).toBe(true);
  });

  it('and its relatives reject an unknown id, naming it', async () => {
    const { configEntries } = homeWith({});
    for (const method of ['setup', 'unload', 'reload', 'remove'] as const)
      await expect(configEntries[method]('nobody')).rejects.toMatchObject({
        name: 'UnknownEntryError',
        message: expect.stringContaining('nobody'),
      });
    expect(() => configEntries.get('nobody')).toThrow(UnknownEntryError);
  });
});
