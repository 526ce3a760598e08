import { describe, expect, it } from '@jest/globals';
import {
  defineIntegration,
  type Diagnostic,
  type Hub,
  runUncaused,
  sleep,
  trackState,
} from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';
import { alive } from '../garbage.js';

const nothing = (): void => undefined;

/** A hub with two entries of an integration that listens as `listen` says. */
async function home(listen: (mine: Hub, root: TestHub, title: string) => unknown) {
  const hub = createTestHub({ leaks: 'ignore' });
  const found: Diagnostic[] = [];
  hub.diagnostics$.subscribe((finding) => finding.kind === 'leak' && found.push(finding));
  await hub.start();
  hub.configEntries.registerIntegration(
    defineIntegration({
      domain: 'lamp',
      async setupEntry(mine, { title }) {
        await listen(mine, hub, title);
      },
    }),
  );
  const { entryId } = await hub.configEntries.add({ domain: 'lamp', title: 'A' });
  await hub.configEntries.add({ domain: 'lamp', title: 'B' });
  const held = () =>
    hub.snapshot().owners.flatMap(({ owner, holds }) =>
      holds
        .filter(({ kind }) => kind === 'listener')
        .map((row) => {
          const { type, name, count, leaked, madeBy } = row;
          return `${owner}: ${count} ${name} of ${type}${madeBy === null ? '' : ` by ${madeBy}`}${leaked ? ' LEAKED' : ''}`;
        }),
    );
  return { hub, found, held, unload: () => hub.configEntries.unload(entryId) };
}

describe('a listener that code of an entry has made through the hub itself', () => {
  it('says who made it, and has leaked when that entry is gone: told once', async () => {
    const { hub, held, found, unload } = await home((mine, root) => {
      root.bus.listen('press', function onPress() {});
      root.bus.listen('press', function onPress() {});
      root.bus.on('press').subscribe(function look() {});
      root.states.changes('light.a').subscribe(nothing);
      mine.bus.listen('press', function mineToo() {});
    });
    const ofA = 'hub: 2 onPress of press by lamp "A"';
    expect(held()).toContain(ofA);
    expect(held()).toContain('lamp "A": 1 mineToo of press');
    expect(found).toEqual([]);
    await unload();
    expect(held().filter((row) => row.includes('"A"'))).toEqual([
      'hub: 1 nothing of state_changed by lamp "A" LEAKED',
      `${ofA} LEAKED`,
      'hub: 1 look of press by lamp "A" LEAKED',
    ]);
    expect(found).toHaveLength(3);
    expect(found[1]).toMatchObject({
      owner: 'lamp "A"',
      name: 'onPress',
      message:
        'lamp "A" is gone, but left the 2 listeners `onPress` of `press` behind with hub: listen through the hub that its set-up was given.',
      detail: { kind: 'listener', type: 'press', count: 2, heldBy: 'hub', madeBy: 'lamp "A"' },
    });
    await hub.advance('10m');
    await hub.configEntries.reload(hub.configEntries.entries('lamp')[1]!.entryId);
    expect(found.filter(({ owner }) => owner === 'lamp "A"')).toHaveLength(3);
  });

  it('has not leaked if it ended before the entry, or with it', async () => {
    const { found, held, unload } = await home((mine, root) => {
      const end = root.bus.listen('press', nothing);
      mine.scope.own(async () => {
        await Promise.resolve();
        end();
      });
      root.bus.listenOnce('press', nothing)();
    });
    const unloaded = unload();
    await unloaded;
    expect(found).toEqual([]);
    expect(held().filter((row) => row.includes('"A"'))).toEqual([]);
  });

  it('is seen after an await, in tasks, listeners of any kind, entities and services', async () => {
    const { hub, held } = await home(async (mine, root, title) => {
      if (title === 'B') return;
      await Promise.resolve();
      root.bus.listen('set-up', nothing);
      mine.createBackgroundTask(
        async () => {
          await sleep(1);
          root.bus.listen('task', nothing);
        },
        { name: 'later' },
      );
      mine.bus.listen('go', () => void root.bus.listen('inline', nothing));
      mine.bus.listen('go', async () => {
        await sleep(1);
        root.bus.listen('async', nothing);
      });
      mine.bus.on('go').subscribe(() => void root.bus.listen('stream', nothing));
      trackState(mine, 'light.a', () => void root.bus.listen('tracker', nothing));
      mine.services.register('lamp', 'go', () => void root.bus.listen('service', nothing));
    });
    hub.bus.fire('go');
    hub.states.set('light.a', 'on');
    void hub.services.call('lamp', 'go');
    await hub.advance('1s');
    const made = held().filter((row) => row.startsWith('hub: ') && row.endsWith(' by lamp "A"'));
    expect(made.map((row) => row.split(' ')[4]).sort()).toEqual([
      'async',
      'inline',
      'service',
      'set-up',
      'stream',
      'task',
      'tracker',
    ]);
  });
});

describe('a listener that only looks like one', () => {
  it('is of the program, of the part that an integration does once, or of the owner itself', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    hub.scope.child('lamp');
    hub.bus.listen('a', nothing);
    hub.createTask(() => void hub.bus.listen('b', nothing));
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setup: (root) => void root.bus.listen('c', nothing),
        setupEntry: nothing,
      }),
    );
    await hub.configEntries.add({ domain: 'lamp' });
    for (const { madeBy, leaked } of hub.snapshot().owners.flatMap(({ holds }) => holds))
      expect([madeBy, leaked]).toEqual([null, false]);
  });

  it('is of another entry whose service or listener was called', async () => {
    const { hub, held, unload } = await home((mine, _root, title) => {
      if (title === 'A') {
        mine.services.register('b', 'go', () => void mine.bus.listen('service', nothing));
        mine.bus.listen('go', () => void mine.bus.listen('listener', nothing));
      } else {
        mine.bus.fire('go');
        void mine.services.call('b', 'go');
      }
    });
    await unload();
    expect(held().filter((row) => row.includes('by') || row.includes('LEAKED'))).toEqual([]);
    await hub.stop();
  });

  it('is made for the whole hub on purpose: runUncaused, or a scope that is said', async () => {
    const { hub, found, held, unload } = await home((_mine, root, title) => {
      if (title === 'B') return;
      runUncaused(() => root.bus.listen('a', nothing));
      const shared = root.scoped(root.scope.child('shared'));
      shared.scope.child('a part of it');
      shared.bus.listen('b', nothing);
    });
    expect(held()).toEqual(['hub: 1 nothing of a', 'shared: 1 nothing of b']);
    await unload();
    expect(found).toEqual([]);
    expect(hub.bus.listenerCounts()).toEqual({ a: 1, b: 1 });
  });

  it('is what we keep for all: stored waits', async () => {
    const { found, held, unload } = await home((mine, _root, title) => {
      trackState(mine, 'light.a', nothing, { forMs: 5, key: title });
    });
    await unload();
    expect(held().filter((row) => row.includes('homeassistant_final_write'))).toEqual([
      'hub: 1 write held states of homeassistant_final_write',
    ]);
    expect(found).toEqual([]);
  });
});

describe('the end of a hub', () => {
  it('tells of no leaks, and a scope that made listeners for others can be forgotten', async () => {
    const { hub, found, unload } = await home((_mine, root) => void root.bus.listen('a', nothing));
    await hub.stop();
    expect(found).toEqual([]);
    await unload().catch(nothing);
  });

  it('of an entity whose owner lives on is one too', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const found: Diagnostic[] = [];
    hub.diagnostics$.subscribe((finding) => found.push(finding));
    const lamp = hub.scoped(hub.scope.child('lamp'));
    const bulb = hub.scoped(lamp.scope.child('bulb'));
    bulb.createTask(() => void lamp.bus.listen('a', nothing));
    await bulb.scope.close();
    expect(found).toMatchObject([{ kind: 'leak', owner: 'bulb', detail: { heldBy: 'lamp' } }]);
    const other = hub.scoped(lamp.scope.child('other'));
    other.createTask(() => void lamp.bus.listen('b', nothing));
    await lamp.scope.close();
    expect(found).toHaveLength(1); // they have ended with the lamp
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('of a listener forgets who made it', async () => {
    const hub = createTestHub();
    const makeAndEnd = async (): Promise<WeakRef<object>> => {
      const lamp = hub.scoped(hub.scope.child('lamp'));
      await lamp.createTask(() => hub.bus.listen('a', nothing)());
      await lamp.scope.close();
      return new WeakRef(lamp.scope);
    };
    const maker = await makeAndEnd();
    hub.bus.fire('a');
    expect(await alive({ maker })).toEqual([]);
  });
});
