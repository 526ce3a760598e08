import { describe, expect, it } from '@jest/globals';
import { Scope, ScopeClosedError, sleep, TeardownError } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

/** Whether a promise has settled by now. */
function watch(promise: Promise<unknown>): { readonly isSettled: boolean } {
  const seen = { isSettled: false };
  const settled = (): boolean => (seen.isSettled = true);
  promise.then(settled, settled);
  return seen;
}

describe('the first step of closing', () => {
  it('is synchronous: fence, signal and silence, in the scopes below as well', async () => {
    const hub = createTestHub({ strict: false });
    const scope = hub.scope.child('automation');
    const below = scope.child('rule').child('step');
    const mine = hub.scoped(below);
    const heard: string[] = [];
    mine.bus.listen('e', () => heard.push('listener'));
    mine.bus.on('e').subscribe(() => heard.push('subscriber'));
    hub.bus.fire('e');
    expect(heard).toEqual(['listener', 'subscriber']);

    const closing = scope.close();
    expect([scope, below].map(({ closed, signal }) => [closed, signal.aborted])).toEqual([
      [true, true],
      [true, true],
    ]);
    hub.bus.fire('e');
    mine.bus.fire('e');
    expect(heard).toHaveLength(2);
    await closing;
  });

  it('aborts each signal with a ScopeClosedError that names the scope', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const below = scope.child('rule');
    await scope.close();
    expect(scope.signal.reason).toBeInstanceOf(ScopeClosedError);
    expect(scope.signal.reason.message).toContain('automation');
    expect(below.signal.reason.message).toContain('rule');
  });

  it('has reached all scopes below before the first teardown of any runs', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const below = ['one', 'two', 'three'].map((name) => scope.child(name));
    const seen: boolean[][] = [];
    for (const child of below) child.own(() => seen.push(below.map(({ closed }) => closed)));
    await scope.close();
    expect(seen).toEqual(Array(3).fill([true, true, true]));
  });

  it('aborts the signals of its tasks before any teardown runs', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const order: string[] = [];
    const task = hub.scoped(scope).createTask(async (signal) => {
      signal.addEventListener('abort', () => order.push('task told'));
      await sleep(60_000, { signal });
    });
    task.catch(() => undefined);
    scope.own(() => order.push('teardown'));
    await scope.close();
    expect(order).toEqual(['task told', 'teardown']);
  });
});

describe('closing', () => {
  it('ends children first, then what it owns, last in first out, one after the other', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const order: string[] = [];
    scope.own(() => order.push('first'));
    scope.own(async () => {
      order.push('second begins');
      await sleep(1000);
      order.push('second has ended');
    });
    scope.own(() => order.push('third'));
    scope.child('rule').own(async () => {
      await sleep(500);
      order.push('child');
    });
    const closing = scope.close();
    await hub.advance('1500ms');
    await closing;
    expect(order).toEqual(['child', 'third', 'second begins', 'second has ended', 'first']);
  });

  it('ends everything although some fail, and rejects with one TeardownError of all failures', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const ended: string[] = [];
    scope.own(() => ended.push('first'));
    scope.own(function second() {
      throw new Error('sync failure');
    });
    scope.own(async function third() {
      throw new Error('async failure');
    });
    scope.own(() => ended.push('last'));

    const failure = await scope.close().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TeardownError);
    expect((failure as TeardownError).errors.map(String)).toEqual([
      'Error: async failure',
      'Error: sync failure',
    ]);
    expect(String(failure)).toMatch(/automation.*async failure.*sync failure/);
    expect(ended).toEqual(['last', 'first']);
    expect(hub.errors).toEqual([
      expect.objectContaining({ source: 'teardown', owner: 'automation', name: 'third' }),
      expect.objectContaining({ source: 'teardown', owner: 'automation', name: 'second' }),
    ]);
  });

  it('reports the failure of a child once, and passes it on to who closes the parent', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const broken = new Error('broken');
    scope.child('rule').own(() => {
      throw broken;
    });
    const failure = (await scope.close().catch((error: unknown) => error)) as TeardownError;
    expect(failure).toBeInstanceOf(TeardownError);
    expect((failure.errors[0] as TeardownError).errors).toEqual([broken]);
    expect(hub.errors.map(({ error, owner }) => [error, owner])).toEqual([[broken, 'rule']]);
  });

  it('happens once: later calls join the first', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    let count = 0;
    scope.own(async () => {
      count++;
      await sleep(1000);
    });
    const first = scope.close();
    const later = watch(scope.close());
    await hub.advance(999);
    expect(later.isSettled).toBe(false);
    await hub.advance(1);
    expect(later.isSettled).toBe(true);
    await first;
    await scope.close();
    expect(count).toBe(1);
  });

  it('names all that is late after the grace time, and goes on', async () => {
    const hub = createTestHub({ unloadTimeoutMs: 5000, leaks: 'ignore' });
    const scope = hub.scope.child('automation');
    const ended: string[] = [];
    scope.own(() => ended.push('first'));
    scope.own(async () => ended.push('quick'), 'quick');
    scope.own(function goodbye() {
      return never();
    });
    hub.scoped(scope).createTask(never, { name: 'deaf' });
    const closing = scope.close();
    const closed = watch(closing);
    await hub.advance(4999);
    expect(closed.isSettled).toBe(false);
    await hub.advance(1);
    expect(closed.isSettled).toBe(true);
    await closing;
    expect(ended).toEqual(['quick', 'first']);
    const warnings = hub.log.filter(({ fields }) => fields?.['kind'] === 'late');
    const late = hub.snapshot().diagnostics.filter(({ kind }) => kind === 'late');
    expect(warnings.map(({ message }) => message)).toEqual([
      'The unloading goes on without task "deaf" of automation (5.0 s).',
      'The unloading goes on without teardown "goodbye" of automation (0.0 s).', // it came last
    ]);
    expect(late).toMatchObject([
      { kind: 'late', owner: 'automation', name: 'deaf', durationMs: 5000 },
      { kind: 'late', owner: 'automation', name: 'goodbye', durationMs: 0 },
    ]);
    expect(late.map(({ detail }) => detail)).toEqual([
      { stage: 'unload', what: 'task', limitMs: 5000 },
      { stage: 'unload', what: 'teardown', limitMs: 5000 },
    ]);
  });

  it('waits 10 s unless told otherwise', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    scope.own(never, 'hangs');
    const closed = watch(scope.close());
    await hub.advance(9_999);
    expect(closed.isSettled).toBe(false);
    await hub.advance(1);
    expect(closed.isSettled).toBe(true);
  });

  it('reports what fails after the grace time was over', async () => {
    const hub = createTestHub({ unloadTimeoutMs: 1000 });
    const scope = hub.scope.child('automation');
    scope.own(async function slow() {
      await sleep(2000);
      throw new Error('too late, and broken');
    });
    const closing = scope.close();
    await hub.advance('3s');
    await closing;
    expect(hub.errors).toEqual([expect.objectContaining({ owner: 'automation', name: 'slow' })]);
  });

  it('leaves nothing behind, in the scope and in its parent', async () => {
    const hub = createTestHub();
    const before = hub.scope.size;
    for (let i = 0; i < 100; i++) {
      const scope = hub.scope.child(`rule ${i}`);
      scope.own(() => undefined);
      hub.scoped(scope).bus.listen('e', () => undefined);
      await scope.close();
      expect(scope.size).toBe(0);
    }
    expect(hub.scope.children).toEqual([]);
    expect(hub.scope.size).toBe(before);
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('also ends a scope of no hub, and gives all its failures', async () => {
    const scope = new Scope('alone', { graceMs: 10 });
    const ended: string[] = [];
    scope.own(() => ended.push('one'));
    scope.own(() => {
      throw new Error('broken');
    });
    await expect(scope.close()).rejects.toBeInstanceOf(TeardownError);
    expect(ended).toEqual(['one']);
  });
});

describe('a child', () => {
  it('closes alone, without its parent', async () => {
    const hub = createTestHub();
    const parent = hub.scope.child('automation');
    const child = parent.child('rule');
    await child.close();
    expect([parent.closed, child.closed, parent.children]).toEqual([false, true, []]);
  });

  it('of a closed scope is closed from the start', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    await scope.close();
    const child = scope.child('too late');
    expect([child.closed, child.signal.aborted]).toEqual([true, true]);
  });
});
