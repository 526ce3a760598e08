import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { createTestHub, expectNoLeaks, marbles } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';

describe('waitFor', () => {
  it('resolves with the first event that fits, and with nothing of the past', async () => {
    const hub = createTestHub();
    hub.bus.fire('a', { n: 0 });
    const first = hub.bus.waitFor('a', { filter: ({ data }) => data['n'] !== 1 });
    for (const n of [1, 2, 3]) hub.bus.fire('a', { n });
    expect((await first).data).toEqual({ n: 2 });
    expectNoLeaks(hub);
  });

  it('hears any type with MATCH_ALL', async () => {
    const hub = createTestHub();
    const first = hub.bus.waitFor('*');
    hub.bus.fire('b');
    expect((await first).type).toBe('b');
  });

  it('rejects with TimeoutError in time, and keeps no timer when the event came', () =>
    marbles(async ({ hub, clock }) => {
      const timeout = hub.bus.waitFor('a', { timeoutMs: 50 });
      await expect(timeout).rejects.toMatchObject({
        name: 'TimeoutError',
        code: 'TIMEOUT',
        message: expect.stringContaining('`a`'),
      });
      expect(clock.frame).toBe(50);
      const came = hub.bus.waitFor('a', { timeoutMs: 50 });
      hub.bus.fire('a');
      await came;
      expect(clock.pendingCount).toBe(0);
      expectNoLeaks(hub);
    }));

  it('rejects with the reason of the signal itself, at once if it has aborted', async () => {
    const hub = createTestHub();
    const reason = { my: 'reason' };
    const controller = new AbortController();
    const waiting = hub.bus.waitFor('a', { signal: controller.signal, timeoutMs: 1_000 });
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(hub.bus.waitFor('a', { signal: controller.signal })).rejects.toBe(reason);
    expect(hub.clock!.pendingCount).toBe(0);
    expectNoLeaks(hub);
  });

  it('leaves nothing on a long-lived signal, however it ends', async () => {
    const hub = createTestHub();
    const { signal } = new AbortController();
    for (let i = 0; i < 500; i++) {
      const came = hub.bus.waitFor('a', { signal });
      hub.bus.fire('a');
      await came;
    }
    const late = hub.bus.waitFor('a', { signal, timeoutMs: 5 }).catch(() => undefined);
    await hub.advance(10);
    await late;
    await expect(hub.bus.waitFor('', { signal })).rejects.toMatchObject({
      code: 'INVALID_EVENT_TYPE',
    });
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    expectNoLeaks(hub);
  });

  it('rejects when its owner is unloaded, and when the hub stops', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    const entry = hub.scoped(scope);
    const [waiting, root] = [entry.bus.waitFor('a'), hub.bus.waitFor('a')];
    const closed = expect.objectContaining({ code: 'SCOPE_CLOSED' });
    await scope.close();
    await expect(waiting).rejects.toEqual(closed);
    await expect(entry.bus.waitFor('a')).rejects.toEqual(closed);
    await hub.stop();
    await expect(root).rejects.toEqual(closed);
    await expect(hub.bus.waitFor('a')).rejects.toEqual(closed);
    expectNoLeaks(hub);
  });

  it('inside a listener waits for the next event, not for the current one', async () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.bus.listenOnce('a', async () => {
      const { data } = await hub.bus.waitFor('a');
      seen.push(data['n']);
    });
    hub.bus.fire('a', { n: 1 });
    await hub.advance(0);
    expect(seen).toEqual([]);
    hub.bus.fire('a', { n: 2 });
    await hub.blockTillDone();
    expect(seen).toEqual([2]);
  });

  it('is no unhandled rejection when nobody awaits it', async () => {
    const hub = createTestHub();
    void hub.bus.waitFor('a', { timeoutMs: 5 });
    void hub.bus.waitFor('a', { signal: AbortSignal.abort(new Error('x')) });
    void hub.bus.waitFor('');
    await hub.advance(10);
    await realTurn();
    expect(hub.errors).toEqual([]);
  });

  it('reports a filter that throws, and goes on waiting', async () => {
    const hub = createTestHub();
    const waiting = hub.bus.waitFor('a', {
      filter: ({ data }) => {
        if (data['n'] === 1) throw new Error('oops');
        return true;
      },
    });
    hub.bus.fire('a', { n: 1 });
    hub.bus.fire('a', { n: 2 });
    expect((await waiting).data).toEqual({ n: 2 });
    expect(hub.errors).toEqual([expect.objectContaining({ source: 'filter', name: 'waitFor a' })]);
  });

  it.each([
    ['a time that is no number', { timeoutMs: '5s' }],
    ['a time that is NaN', { timeoutMs: NaN }],
    ['a negative time', { timeoutMs: -1 }],
    ['a filter that is no function', { filter: 'yes' }],
    ['a signal that is none', { signal: 'soon' }],
  ])('refuses %s, and nothing is left', async (_, options) => {
    const hub = createTestHub();
    await expect(hub.bus.waitFor('a', options as never)).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    expect(hub.clock!.pendingCount).toBe(0);
    expectNoLeaks(hub);
  });
});
