import { describe, expect, it } from '@jest/globals';
import { type Hub, HubKey, ScopeClosedError, trackInterval, workerModule } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

declare module 'rxhome' {
  interface ExposedFunctions {
    fenceSpec: () => void;
  }
}

const os = workerModule<typeof import('node:os')>('node:os');
const acted: string[] = [];
const act = (): number => acted.push('acted');

/** The ways to act, to listen and to begin something. Those of the first table return at once. */
const VOID_DOORS: readonly [string, (hub: Hub) => unknown][] = [
  ['bus.fire', (hub) => hub.bus.fire('e')],
  ['bus.listen', (hub) => hub.bus.listen('e', act)],
  ['bus.listenOnce', (hub) => hub.bus.listenOnce('e', act)],
  ['bus.on().subscribe', (hub) => hub.bus.on('e').subscribe(act)],
  ['states.set', (hub) => hub.states.set('light.kitchen', 'on')],
  ['states.remove', (hub) => hub.states.remove('light.known')],
  ['states.reserve', (hub) => hub.states.reserve('light.reserved')],
  ['states.changes().subscribe', (hub) => hub.states.changes().subscribe(act)],
  ['states.watch().subscribe', (hub) => hub.states.watch('light.known').subscribe(act)],
  ['runJob', (hub) => hub.runJob(act)],
  ['addShutdownJob', (hub) => hub.addShutdownJob(act)],
  ['expose', (hub) => hub.expose('fenceSpec', act)],
  ['timeout.freeze', (hub) => hub.timeout.freeze()],
  ['trackInterval', (hub) => trackInterval(hub, act, 1000)],
];
const PROMISE_DOORS: readonly [string, (hub: Hub) => PromiseLike<unknown>][] = [
  ['bus.waitFor', (hub) => hub.bus.waitFor('e')],
  ['timeout.run', (hub) => hub.timeout.run(1000, act)],
  ['createTask', (hub) => hub.createTask(act)],
  ['createTask, not eager', (hub) => hub.createTask(act, { eager: false })],
  ['createBackgroundTask', (hub) => hub.createBackgroundTask(act, { name: 'late' })],
  ['addExecutorJob', (hub) => hub.addExecutorJob(os.hostname)],
];

async function closed(strict: boolean) {
  acted.length = 0;
  const hub = createTestHub({ strict });
  hub.states.set('light.known', 'off');
  const scope = hub.scope.child('unloaded');
  const mine = hub.scoped(scope);
  await scope.close();
  const heard: string[] = [];
  hub.bus.listen('*', ({ type }) => heard.push(type));
  return { hub, mine, heard };
}

/** What a call could have changed. */
function traces({ hub }: { hub: Hub }): unknown {
  const { listeners, tasks, timeouts, states, executor } = hub.snapshot();
  return { listeners, tasks, timeouts, states, executor, owned: hub.scope.size };
}

describe.each(VOID_DOORS)('%s of an unloaded owner', (_, call) => {
  it('does nothing', async () => {
    const home = await closed(false);
    const before = traces(home);
    call(home.mine);
    home.hub.bus.fire('e');
    await home.hub.advance('10s');
    expect(traces(home)).toEqual(before);
    expect(home.hub.states.get('light.known')).toBeDefined();
    expect(home.hub.states.available('light.reserved')).toBe(true);
    await home.hub.stop();
    expect(acted).toEqual([]);
  });

  it('reports ScopeClosedError once, with its owner', async () => {
    const { hub, mine } = await closed(false);
    call(mine);
    call(mine);
    expect(hub.errors).toEqual([expect.objectContaining({ source: 'fence', owner: 'unloaded' })]);
    expect(hub.errors[0]!.error).toBeInstanceOf(ScopeClosedError);
    expect(String(hub.errors[0]!.error)).toContain('unloaded');
  });

  it('throws in strict mode', async () => {
    const { mine } = await closed(true);
    expect(() => call(mine)).toThrow(ScopeClosedError);
  });
});

describe.each(PROMISE_DOORS)('%s of an unloaded owner', (_, call) => {
  it('rejects with ScopeClosedError and begins nothing', async () => {
    const home = await closed(false);
    const before = traces(home);
    await expect(call(home.mine)).rejects.toBeInstanceOf(ScopeClosedError);
    await home.hub.advance('10s');
    expect(acted).toEqual([]);
    expect(traces(home)).toEqual(before);
  });

  it('throws or rejects in strict mode', async () => {
    const { mine } = await closed(true);
    await expect((async () => call(mine))()).rejects.toBeInstanceOf(ScopeClosedError);
  });

  it('is no unhandled rejection when nobody awaits it', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): number => unhandled.push(error);
    process.on('unhandledRejection', note);
    const { hub, mine } = await closed(false);
    void call(mine);
    await hub.stop();
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});

describe('the fence', () => {
  it('reports once for an owner, however many doors it tries', async () => {
    const { hub, mine } = await closed(false);
    for (const [, call] of VOID_DOORS) call(mine);
    for (const [, call] of PROMISE_DOORS) await Promise.resolve(call(mine)).catch(() => undefined);
    expect(hub.errors).toHaveLength(1);
  });

  it('lets an unloaded owner read', async () => {
    const { mine } = await closed(true);
    expect(mine.states.is('light.known', 'off')).toBe(true);
    expect(mine.bus.listenerCounts()).toEqual({ '*': 1 });
    expect(mine.data.get(new HubKey('nothing'))).toBeUndefined();
    expect(mine.snapshot().stage).toBe('not_running');
  });

  it('stands before a task that was to start in the next turn', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    acted.length = 0;
    const task = hub.scoped(scope).createTask(act, { eager: false });
    const closing = scope.close();
    await expect(task).rejects.toMatchObject({ code: 'CANCELLED' });
    await closing;
    await hub.advance('1s');
    expect(acted).toEqual([]);
  });

  it('leaves other owners alone', async () => {
    const { hub, heard } = await closed(true);
    hub.scoped(hub.scope.child('other')).bus.fire('e');
    expect(heard).toEqual(['e']);
  });
});
