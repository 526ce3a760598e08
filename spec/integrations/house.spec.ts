import { mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ConfigEntry } from 'rxhome';
import { builtInIntegrations } from 'rxhome/integrations';
import { createTestHub, expectNoLeaks, type TestHub, type TestHubOptions } from 'rxhome/testing';
import { ButtonRegistry } from '../../src/inspector/buttons.js';
import { until } from './until.js';

const LOOKS = { page: 'p1', pages: 1 };
let hub: TestHub;

afterEach(async () => {
  await hub.stop();
  expectNoLeaks(hub);
});

async function add(data = {}, options: TestHubOptions = {}): Promise<ConfigEntry> {
  hub = createTestHub(options);
  for (const integration of builtInIntegrations) hub.configEntries.registerIntegration(integration);
  return hub.configEntries.add({ domain: 'house', data });
}

const buttons = (): string[] => ButtonRegistry.of(hub).all.map(({ id }) => id);
const press = (button: string): void => hub.bus.fire('inspector_button', { button, label: button });
const you = (): unknown => {
  const { state, attributes } = hub.states.get('person.you')!;
  return [state, attributes['pages']];
};

describe('person.you', () => {
  it('is at home while a page is open, and knows since when', async () => {
    await add();
    expect(you()).toEqual(['away', 0]);
    await hub.advance('1m');
    hub.bus.fire('inspector_opened', LOOKS);
    const since = hub.states.get('person.you')?.attributes['since'];
    expect(since).toBe(new Date().toISOString());
    await hub.advance('1m');
    hub.bus.fire('inspector_opened', { page: 'p2', pages: 2 });
    expect(you()).toEqual(['home', 2]);
    hub.bus.fire('inspector_closed', { page: 'p1', pages: 1 });
    expect(you()).toEqual(['home', 1]);
    expect(hub.states.get('person.you')?.attributes['since']).toBe(since);
    hub.bus.fire('inspector_closed', { page: 'p2', pages: 0 });
    expect(you()).toEqual(['away', 0]);
    expect(hub.states.get('person.you')?.attributes['since']).toBe(new Date().toISOString());
  });

  it('is there because the page was opened', async () => {
    await add();
    hub.bus.fire('inspector_opened', LOOKS);
    expect(hub.why('person.you').steps.map(({ type }) => type)).toEqual([
      'inspector_opened',
      'state_changed',
    ]);
  });

  it('stays at home when the house is loaded anew', async () => {
    const entry = await add();
    hub.bus.fire('inspector_opened', LOOKS);
    await hub.configEntries.unload(entry.entryId);
    expect(hub.states.get('person.you')).toBeUndefined();
    hub.bus.fire('inspector_opened', { page: 'p2', pages: 2 });
    await hub.configEntries.setup(entry.entryId);
    expect(you()).toEqual(['home', 2]);
  });
});

describe('light.page', () => {
  it('is a light like others', async () => {
    await add();
    const target = { entityId: 'light.page' };
    await hub.services.call('light', 'turn_on', { brightness: 100 }, { target });
    expect(hub.states.get('light.page')).toMatchObject({
      state: 'on',
      attributes: { brightness: 100, color_mode: 'brightness' },
    });
    await hub.services.call('light', 'toggle', {}, { target });
    expect(hub.states.get('light.page')?.state).toBe('off');
    expect(hub.states.get('light.page')?.attributes['brightness']).toBeUndefined();
    await hub.services.call('light', 'toggle', {}, { target });
    expect(hub.states.get('light.page')?.attributes['brightness']).toBe(100); // as it was
    await hub.services.call('light', 'turn_off', {}, { target });
    expect(hub.states.get('light.page')?.state).toBe('off');
  });

  it('obeys the same service as the lights of others', async () => {
    await add();
    await hub.configEntries.add({ domain: 'simulated_home', data: { rooms: ['hall'] } });
    await hub.services.call('light', 'turn_on', { entityId: ['light.page', 'light.hall'] });
    expect(hub.states.all('light').map(({ state }) => state)).toEqual(['on', 'on']);
  });
});

describe('house.count_primes', () => {
  it('counts in a worker, shows and answers', async () => {
    await add();
    const counts = [];
    for (const below of [2, 3, 10, 100, 20_000])
      counts.push(
        await hub.services.call('house', 'count_primes', { below }, { returnResponse: true }),
      );
    expect(counts.map(({ count }) => count)).toEqual([0, 1, 4, 25, 2262]);
    expect(hub.states.get('sensor.primes')).toMatchObject({
      state: '2262',
      attributes: { below: 20_000 },
    });
  });

  it('begins as unknown, and refuses what is no number for it', async () => {
    await add();
    expect(hub.states.get('sensor.primes')?.state).toBe('unknown');
    for (const below of [1, 2.5, '10', 1e9])
      await expect(hub.services.call('house', 'count_primes', { below })).rejects.toThrow(
        '`below`: expected a whole number from 2 to 20000000',
      );
  });

  it('runs in a thread, and ends with its caller', async () => {
    await add({}, { time: 'real', executor: { maxThreads: 1 } });
    const call = hub.services.call(
      'house',
      'count_primes',
      { below: 20_000_000 },
      { timeoutMs: 300 },
    );
    await expect(call).rejects.toMatchObject({ code: 'TIMEOUT' });
    // To the end it would count for longer than that.
    await until('the thread', () => hub.snapshot().executor.running === 0, 4_000);
    expect(hub.states.get('sensor.primes')?.state).toBe('unknown');
  });
});

describe('the buttons', () => {
  it('are those that are wanted, and go with the house', async () => {
    const entry = await add({ buttons: ['stall', 'press', 'stall'], person: false, light: false });
    expect(buttons()).toEqual(['stall', 'press']);
    expect(hub.states.get('person.you')).toBeUndefined();
    expect(hub.states.get('light.page')).toBeUndefined();
    await hub.configEntries.unload(entry.entryId);
    expect(buttons()).toEqual([]);
    expect(hub.states.all()).toEqual([]);
  });

  it.each([
    [{ buttons: ['explode'] }, 'expected one of press, drop, stall, break, leak'],
    [{ buttons: 'press' }, 'expected a list of'],
    [{ person: 'yes' }, 'expected `true` or `false`'],
    [{ lamp: true }, 'lamp'],
  ])('refuse %p', async (data, words) => {
    await expect(add(data)).rejects.toThrow(words);
  });

  it('press: does nothing by itself', async () => {
    await add();
    const before = hub.states.all().length;
    press('press');
    await hub.advance('1m');
    expect(hub.states.all()).toHaveLength(before);
    expect(hub.errors).toEqual([]);
  });

  it('stall: computes on the loop until 0.4 s are over', async () => {
    await add();
    const begun = process.hrtime.bigint();
    press('stall');
    expect(Number(process.hrtime.bigint() - begun) / 1e6).toBeGreaterThanOrEqual(400);
  });

  it('break: a task fails, by its name', async () => {
    await add();
    press('break');
    expect(hub.errors).toEqual([]);
    await hub.advance('1s');
    expect(hub.errors).toMatchObject([
      {
        source: 'task',
        owner: 'house',
        name: 'read the thermometer',
        error: { name: 'SyntaxError' },
      },
    ]);
  });

  it('leak: listeners stay when their guests are gone, ten at most, until the house goes', async () => {
    const entry = await add();
    const leaked = (): string[] =>
      hub
        .snapshot()
        .owners.flatMap(({ holds }) => holds)
        .filter((held) => held.leaked)
        .map(({ name, madeBy }) => `${name} by ${String(madeBy)}`);
    press('leak');
    await hub.advance(1);
    expect(leaked()).toEqual(['guest 1 listens by guest 1']);
    for (let n = 0; n < 15; n++) press('leak');
    await hub.advance(1);
    expect(leaked()).toHaveLength(10);
    expect(hub.bus.listenerCounts()['doorbell']).toBe(10);
    expect(hub.log.map(({ message }) => message).join()).toContain('10 guests have left');
    await hub.configEntries.unload(entry.entryId);
    expect(leaked()).toEqual([]);
    expect(hub.bus.listenerCounts()['doorbell']).toBeUndefined();
    expect(hub.errors).toEqual([]);
  });
});

describe('drop', () => {
  it('is there while a folder is watched; five files are kept, and those of others', async () => {
    const dir = await realpath(await mkdtemp(join(tmpdir(), 'rxhome-house-')));
    try {
      await add({}, { time: 'real' });
      expect(buttons()).toEqual(['press', 'stall', 'break', 'leak']);
      const watcher = await hub.configEntries.add({
        domain: 'folder_watcher',
        data: { folder: dir, settle_ms: 20 },
      });
      expect(buttons()).toContain('drop');
      await hub.configEntries.add({ domain: 'file_hasher', data: {} });
      await writeFile(join(dir, 'dropped-mine.txt'), 'mine');
      for (let n = 1; n <= 7; n++) {
        press('drop');
        const name = `dropped-${n}.txt`;
        await until(name, () => hub.states.get(`sensor.dropped_${n}_txt_sha256`) !== undefined);
      }
      for (const n of [1, 2])
        await until(`the end of ${n}`, () => !hub.states.get(`sensor.dropped_${n}_txt_sha256`));
      expect((await readdir(dir)).sort()).toEqual([
        ...[3, 4, 5, 6, 7].map((n) => `dropped-${n}.txt`),
        'dropped-mine.txt',
      ]);
      const [six, seven] = await Promise.all(
        [6, 7].map((n) => readFile(join(dir, `dropped-${n}.txt`), 'utf8')),
      );
      expect(six).not.toBe(seven);
      expect(six).toMatch(/^Dropped from the page, \d{4}-/);
      await hub.configEntries.unload(watcher.entryId);
      expect(buttons()).not.toContain('drop');
      expect(hub.errors).toEqual([]);
    } finally {
      await hub.stop();
      await rm(dir, { recursive: true });
    }
  });
});
