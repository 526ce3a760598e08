import { describe, expect, it } from '@jest/globals';
import { defineIntegration, MATCH_ALL, sleep } from 'rxhome';
import { debounceTime } from 'rxjs';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const nothing = (): void => undefined;
const never = (): Promise<void> => new Promise(nothing);
const held = (type: string | null, name: string, count = 1) => ({
  kind: type === null ? 'task' : 'listener',
  type,
  name,
  count,
  leaked: false,
  madeBy: null,
});
const owner = (hub: TestHub, name: string) =>
  hub.snapshot().owners.find((row) => row.owner === name);

describe('hub.snapshot().owners', () => {
  it('says who holds what: listeners and subscribers by event type, tasks by name', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const lamp = hub.scoped(hub.scope.child('lamp'));
    hub.bus.listen('a', nothing);
    lamp.bus.listen('a', nothing);
    lamp.bus.listen('a', nothing, { filter: () => false });
    lamp.bus.listen(MATCH_ALL, nothing);
    lamp.bus.on('a').subscribe();
    lamp.bus.on('b').pipe(debounceTime(5)).subscribe();
    lamp.states.changes('light.a').subscribe();
    lamp.states.changes({ domain: 'light' }).subscribe();
    lamp.createTask(never, { name: 'poll' });
    lamp.createTask(never, { name: 'poll' });
    lamp.createBackgroundTask(never, { name: 'watch' });
    const { owners, listeners } = hub.snapshot();
    expect(owners).toHaveLength(2);
    expect(owner(hub, 'hub')).toEqual({
      owner: 'hub',
      closed: false,
      listeners: { a: 1 },
      tasks: {},
      holds: [held('a', 'nothing')],
      growing: [],
    });
    expect(owner(hub, 'lamp')).toEqual({
      owner: 'lamp',
      closed: false,
      listeners: { a: 3, '*': 1, b: 1, state_changed: 2 },
      tasks: { poll: 2, watch: 1 },
      holds: [
        held('*', 'nothing'),
        held('state_changed', 'subscriber', 2),
        held('a', 'nothing', 2),
        held('a', 'subscriber'),
        held('b', 'pipe'),
        held(null, 'poll', 2),
        held(null, 'watch'),
      ],
      growing: [],
    });
    expect(listeners).toEqual({ a: 4, '*': 1, b: 1, state_changed: 2 });
    expect(JSON.parse(JSON.stringify(owners))).toEqual(owners);
  });

  it('follows what ends, however it ends', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const lamp = hub.scoped(hub.scope.child('lamp'));
    const controller = new AbortController();
    const end = lamp.bus.listen('a', nothing);
    lamp.bus.listen('b', nothing, { signal: controller.signal });
    lamp.bus.listenOnce('c', nothing);
    const subscription = lamp.bus.on('d').subscribe();
    const task = lamp.createTask(() => sleep(10), { name: 'short' });
    end();
    controller.abort();
    hub.bus.fire('c');
    subscription.unsubscribe();
    expect(owner(hub, 'lamp')).toMatchObject({ listeners: {}, tasks: { short: 1 } });
    await hub.advance('1s');
    await task;
    expect(hub.snapshot().owners).toEqual([]);
  });

  it('counts many removed listeners as none', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const ends = Array.from({ length: 100 }, () => hub.bus.listen('e', nothing));
    for (const end of ends.slice(0, 97)) end();
    expect(owner(hub, 'hub')!.listeners).toEqual({ e: 3 });
  });

  it('takes names of any kind', () => {
    const hub = createTestHub({ leaks: 'ignore' });
    hub.bus.listen('__proto__', nothing);
    hub.bus.listen('constructor', nothing);
    hub.bus.on('constructor').subscribe();
    hub.createTask(never, { name: 'toString' });
    const { listeners, tasks } = owner(hub, 'hub')!;
    expect(Object.entries(hub.bus.listenerCounts())).toEqual(Object.entries(listeners));
    expect(Object.entries(listeners)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
    expect(Object.entries(tasks)).toEqual([['toString', 1]]);
  });

  it('has one row for each life of an owner, and marks what is closed', async () => {
    const hub = createTestHub({ leaks: 'ignore', unloadTimeoutMs: 10 });
    await hub.start();
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry(mine) {
          mine.bus.listen('e', nothing);
          mine.createTask(never, { name: 'deaf' });
        },
      }),
    );
    const adding = hub.configEntries.add({ domain: 'lamp' });
    await hub.advance('1s');
    const { entryId } = await adding;
    const reloading = hub.configEntries.reload(entryId);
    await hub.advance('1m');
    await reloading;
    expect(hub.snapshot().owners).toEqual([
      {
        owner: 'lamp',
        closed: false,
        listeners: { e: 1 },
        tasks: { deaf: 1 },
        holds: [held('e', 'nothing'), held(null, 'deaf')],
        growing: [],
      },
      {
        owner: 'lamp',
        closed: true,
        listeners: {},
        tasks: { deaf: 1 },
        holds: [{ ...held(null, 'deaf'), leaked: true }],
        growing: [],
      },
    ]);
  });
});

describe('expectNoLeaks', () => {
  it('names listeners by owner', () => {
    const hub = createTestHub();
    hub.bus.listen('a', nothing);
    const lamp = hub.scoped(hub.scope.child('lamp'));
    lamp.bus.listen('a', nothing);
    lamp.bus.on('a').subscribe();
    expect(() => expectNoLeaks(hub)).toThrow(
      /1 listener\(s\) of hub for `a`, 2 listener\(s\) of lamp for `a`/,
    );
  });
});
