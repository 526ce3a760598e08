import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { getHub, Scope, sleep } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

let hub: TestHub;
beforeEach(() => {
  hub = createTestHub();
});
afterEach(() => hub.stop());

describe('a scope that the user has made', () => {
  it('becomes a child of the hub with its first use: it reports, and closes with the hub', async () => {
    const scope = new Scope('mine');
    const mine = hub.scoped(scope);
    scope.own(() => {
      throw new Error('stuck');
    });
    mine.bus.listen('a', () => undefined);
    expect(hub.scope.children).toContain(scope);
    await hub.stop();
    expect(scope.closed).toBe(true);
    expect(hub.errors).toEqual([
      expect.objectContaining({ source: 'teardown', owner: 'mine', error: new Error('stuck') }),
    ]);
  });

  it('stays where it is when it has a parent', () => {
    const parent = hub.scope.child('parent');
    const child = parent.child('child');
    hub.scoped(child);
    expect(child.parent).toBe(parent);
    expect(hub.scope.children).not.toContain(child);
  });
});

describe('a listener of an owner', () => {
  it('has its own hub behind an await, also when only its promise told that it is async', async () => {
    const mine = hub.scoped(hub.scope.child('mine'));
    const hubs: unknown[] = [];
    mine.bus.listen('a', () => sleep(1).then(() => hubs.push(getHub())));
    hub.bus.fire('a');
    await hub.advance(5);
    hub.bus.fire('a');
    await hub.advance(5);
    expect(hubs).toEqual([mine, mine]);
  });
});
