import { describe, expect, it } from '@jest/globals';
import {
  ConfigEntryAuthFailed,
  type ConfigEntry,
  ConfigEntryError,
  ConfigEntryNotReady,
  Entity,
  type Hub,
  InvalidOptionError,
  OperationNotAllowedError,
  type Platform,
  ScopeClosedError,
  sleep,
} from 'rxhome';
import { expectNoLeaks, type TestHub } from 'rxhome/testing';
import { during, homeWith } from './home.js';

class Reading extends Entity {
  override readonly uniqueId: string;
  override readonly name: string;
  readonly #removed: string[];

  constructor(name: string, removed: string[] = []) {
    super();
    this.uniqueId = name;
    this.name = name;
    this.#removed = removed;
  }

  override get state(): string {
    return `state of ${this.name}`;
  }

  override onRemoved(): void {
    this.#removed.push(this.name);
  }
}

const add =
  (...names: string[]): Platform<any, any>['setupEntry'] =>
  (_, _entry, { addEntities }) =>
    addEntities(names.map((name) => new Reading(name)));

/** A home whose lamp forwards its set-up to all of `platforms`, or to those that are named. */
function homeOf(
  platforms: Record<string, Platform<any, any>['setupEntry']>,
  forward = Object.keys(platforms),
): TestHub {
  return homeWith({
    platforms: Object.fromEntries(
      Object.entries(platforms).map(([name, setupEntry]) => [name, { setupEntry }]),
    ),
    setupEntry: (hub, entry) => hub.configEntries.forwardEntrySetups(entry, forward),
  });
}

const addTo = (hub: TestHub, title = 'Kitchen'): Promise<ConfigEntry> =>
  during(hub, hub.configEntries.add({ domain: 'lamp', title }), 120_000);

describe('forwardEntrySetups', () => {
  it('sets the platforms up side by side, with the hub and the entry, and waits for all', async () => {
    const seen: unknown[] = [];
    const slow: Platform<any, any>['setupEntry'] = async (mine, entry, { domain }) => {
      await sleep(1000);
      seen.push([domain, mine.scope.name, entry.title, entry.state, hub.clock!.frame]);
    };
    const hub = homeOf({ sensor: slow, light: slow });
    const entry = await addTo(hub);
    expect(seen).toEqual(
      ['sensor', 'light'].map((domain) => [
        domain,
        'lamp "Kitchen"',
        'Kitchen',
        'setup_in_progress',
        1000,
      ]),
    );
    expect(entry.state).toBe('loaded');
  });

  it('adds the entities of each kind, of the integration of the entry', async () => {
    const hub = homeOf({ sensor: add('Power', 'Heat'), light: add('Bulb') });
    await addTo(hub);
    expect(hub.states.entityIds().sort()).toEqual(['light.bulb', 'sensor.heat', 'sensor.power']);
    // Another entry of the same integration: unique ids are unique in it.
    await addTo(hub, 'Hall');
    expect(hub.states.count()).toBe(3);
    expect(hub.errors.map(({ owner }) => owner)).toEqual(Array(3).fill('lamp "Hall"'));
  });

  it('hands on how its entities are polled', async () => {
    const updates: number[] = [];
    class Polled extends Reading {
      override readonly shouldPoll = true;
      override update(): void {
        updates.push(hub.clock!.frame);
      }
    }
    const setupEntry: Platform['setupEntry'] = (_, _entry, { addEntities }) =>
      addEntities([new Polled('Power')]);
    const hub = homeWith({
      platforms: { sensor: { setupEntry, scanIntervalMs: 7000 } },
      setupEntry: (mine, entry) => mine.configEntries.forwardEntrySetups(entry, ['sensor']),
    });
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('20s');
    expect(updates).toEqual([7000, 14_000]);
  });

  it('reports a platform that fails; the others and the entry are there', async () => {
    const broken = new Error('no such sensor');
    const hub = homeOf({ sensor: () => Promise.reject(broken), light: add('Bulb') });
    const entry = await addTo(hub);
    expect([entry.state, hub.states.entityIds()]).toEqual(['loaded', ['light.bulb']]);
    expect(hub.errors).toEqual([
      expect.objectContaining({
        error: broken,
        source: 'integration',
        owner: 'lamp "Kitchen"',
        name: 'platform sensor',
      }),
    ]);
  });

  it.each([ConfigEntryNotReady, ConfigEntryAuthFailed, ConfigEntryError])(
    'says that a platform throws %p too late, and does not try again',
    async (Thrown) => {
      let tries = 0;
      const hub = homeOf({
        sensor() {
          tries++;
          throw new Thrown('dark');
        },
      });
      const entry = await addTo(hub);
      await hub.advance('10m');
      expect([entry.state, tries, hub.errors.length]).toEqual(['loaded', 1, 1]);
      const { message, cause } = hub.errors[0]!.error as Error;
      expect(message).toMatch(new RegExp(`sensor.*${Thrown.name}.*dark.*before`));
      expect(cause).toBeInstanceOf(Thrown);
    },
  );

  it('names a platform that hangs after 60 s, and the entry is loaded without it', async () => {
    let wake = (): void => undefined;
    const hub = homeOf({
      async sensor(_, _entry, { addEntities }) {
        await new Promise<void>((resolve) => (wake = resolve));
        await addEntities([new Reading('Late')]);
      },
      light: add('Bulb'),
    });
    const adding = hub.configEntries.add({ domain: 'lamp' });
    await hub.advance(59_999);
    expect(hub.configEntries.entries()[0]!.state).toBe('setup_in_progress');
    await hub.advance(1);
    expect((await adding).state).toBe('loaded');
    expect(hub.errors.map(({ error, name }) => [name, (error as Error).message])).toEqual([
      ['platform sensor', expect.stringMatching(/sensor of lamp took longer than 60 s/)],
    ]);
    wake();
    await hub.advance(1);
    expect(hub.states.entityIds()).toEqual(['light.bulb', 'sensor.late']);
  });

  it('ends a platform that hangs with the entry: what it does later has no effect', async () => {
    let wake = (): void => undefined;
    const late: unknown[] = [];
    const hub = homeOf({
      async sensor(_, _entry, { addEntities }) {
        await new Promise<void>((resolve) => (wake = resolve));
        const adding = (async () => addEntities([new Reading('Late')]))();
        late.push(await adding.catch((error: unknown) => error));
      },
    });
    const entry = await addTo(hub);
    const errors = hub.errors.length;
    await during(hub, hub.configEntries.unload(entry.entryId));
    wake();
    await hub.advance(1);
    expect(late).toEqual([expect.any(ScopeClosedError)]);
    expect([hub.states.entityIds(), hub.errors.length]).toEqual([[], errors]);
    expectNoLeaks(hub);
  });

  it('rejects an unknown platform, naming those that are known, and sets up none', async () => {
    const hub = homeOf({ sensor: add('Power'), light: add('Bulb') }, ['sensor', 'sensr']);
    const entry = await addTo(hub);
    expect(entry.state).toBe('setup_error');
    expect(entry.reason).toMatch(/lamp has no platform.*sensr.*sensor, light/);
    expect(hub.errors[0]!.error).toBeInstanceOf(InvalidOptionError);
    expect(hub.states.entityIds()).toEqual([]);
  });

  it.each([['toString'], [undefined], [5]])('rejects %p for a platform', async (name) => {
    const hub = homeOf({ sensor: add('Power') }, [name as string]);
    expect((await addTo(hub)).reason).toMatch(/has no platform/);
  });

  it('rejects what is no list', async () => {
    const hub = homeOf({ sensor: add('Power') }, 'sensor' as never);
    expect((await addTo(hub)).reason).toMatch(/list of platforms.*sensor/);
  });

  it('sets up a platform once in a life, however often it is named', async () => {
    const hub = homeOf({ sensor: add('Power') }, ['sensor', 'sensor']);
    const entry = await addTo(hub);
    expect(hub.states.entityIds()).toEqual(['sensor.power']);
    const again = hub.configEntries.forwardEntrySetups(entry, ['sensor']);
    await expect(again).rejects.toThrow(/sensor of lamp "Kitchen" was set up already/);
    expect(await hub.configEntries.reload(entry.entryId)).toBe(true);
    expect(hub.states.entityIds()).toEqual(['sensor.power']);
  });

  it('works later too, while the entry is loaded, and in no other state', async () => {
    const hub = homeOf({ sensor: add('Power'), light: add('Bulb') }, ['sensor']);
    const entry = await addTo(hub);
    await hub.configEntries.forwardEntrySetups(entry, ['light']);
    expect(hub.states.entityIds()).toEqual(['sensor.power', 'light.bulb']);
    await hub.configEntries.unload(entry.entryId);
    expect(hub.states.entityIds()).toEqual([]);
    const late = hub.configEntries.forwardEntrySetups(entry, ['light']);
    await expect(late).rejects.toBeInstanceOf(OperationNotAllowedError);
    await expect(hub.configEntries.forwardEntrySetups(entry, [])).rejects.toThrow(/not_loaded/);
  });

  it('that nobody awaits is named, and goes on with the entry', async () => {
    const hub = homeWith({
      platforms: {
        sensor: {
          async setupEntry(_, _entry, { addEntities }) {
            await sleep(1000);
            await addEntities([new Reading('Power')]);
          },
        },
      },
      setupEntry(mine, entry) {
        void mine.configEntries.forwardEntrySetups(entry, ['sensor']);
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect(entry.state).toBe('loaded');
    expect(hub.log.map(({ message }) => message)).toEqual([
      expect.stringMatching(/lamp is loaded before its platforms are \(sensor\).*await/),
    ]);
    await hub.advance('1s');
    expect(hub.states.entityIds()).toEqual(['sensor.power']);
  });

  it('that nobody awaits and that fails is reported, and no unhandled rejection', async () => {
    const hub = homeWith({
      setupEntry(mine, entry) {
        void mine.configEntries.forwardEntrySetups(entry, ['sensor']);
      },
    });
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.advance(0);
    expect(hub.errors.map(({ name, owner }) => [name, owner])).toEqual([
      ['configEntries.forwardEntrySetups', 'lamp'],
    ]);
  });

  it('does not report a platform that ends because its entry is unloaded', async () => {
    const hub = homeWith({
      platforms: {
        sensor: { setupEntry: (_, { scope }) => sleep(900_000, { signal: scope.signal }) },
      },
      setupEntry(mine, entry) {
        void mine.configEntries.forwardEntrySetups(entry, ['sensor']).catch(() => undefined);
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    await during(hub, hub.configEntries.unload(entry.entryId), 30_000);
    expect([entry.state, hub.errors]).toEqual(['not_loaded', []]);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });
});

describe('the entities of an entry', () => {
  function homeWithOrder(order: string[]): TestHub {
    const setupEntry: Platform['setupEntry'] = (_, _entry, { addEntities }) =>
      addEntities(['A', 'B', 'C'].map((name) => new Reading(name, order)));
    return homeWith({
      platforms: { sensor: { setupEntry } },
      async setupEntry(mine: Hub, entry) {
        entry.onUnload(() => order.push('first teardown'));
        await mine.configEntries.forwardEntrySetups(entry, ['sensor']);
        entry.onUnload(() => order.push('last teardown'));
      },
      unloadEntry: () => order.push('unloadEntry'),
    });
  }

  it('go after unloadEntry and before the teardowns, last first, and take their states', async () => {
    const order: string[] = [];
    const hub = homeWithOrder(order);
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    expect(hub.states.count()).toBe(3);
    await hub.configEntries.unload(entryId);
    expect(order).toEqual(['unloadEntry', 'C', 'B', 'A', 'last teardown', 'first teardown']);
    expect(hub.states.all()).toEqual([]);
    expectNoLeaks(hub);
  });

  it('have the same ids after a reload, also when others have taken their names', async () => {
    const hub = homeWithOrder([]);
    hub.states.set('sensor.b', 'of somebody else');
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    const before = hub.states.entityIds();
    expect(before).toEqual(['sensor.b', 'sensor.a', 'sensor.b_2', 'sensor.c']);
    hub.states.remove('sensor.b');
    for (let i = 0; i < 3; i++) expect(await hub.configEntries.reload(entryId)).toBe(true);
    expect(hub.states.entityIds()).toEqual(['sensor.a', 'sensor.b_2', 'sensor.c']);
  });

  it('are gone when a set-up fails after they were added', async () => {
    const hub = homeWith({
      platforms: { sensor: { setupEntry: add('Power') } },
      async setupEntry(mine, entry) {
        await mine.configEntries.forwardEntrySetups(entry, ['sensor']);
        throw new ConfigEntryNotReady('dark');
      },
    });
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    expect([entry.state, hub.states.all()]).toEqual(['setup_retry', []]);
  });
});
