import { describe, expect, it } from '@jest/globals';
import { Hub } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';

declare module 'rxhome' {
  interface ExposedFunctions {
    scopedHubSpec: () => void;
  }
}

describe('hub.scoped(scope)', () => {
  it('is a Hub with the same interface, and always the same for a scope', () => {
    const hub = new Hub();
    const scope = hub.scope.child('lamp');
    const mine = hub.scoped(scope);
    expect(mine).toBeInstanceOf(Hub);
    expect(hub.scoped(scope)).toBe(mine);
    expect(hub.scoped(hub.scope)).toBe(hub);
    expect({}).not.toBeInstanceOf(Hub);
    const prototype = Object.getPrototypeOf(mine) as object;
    for (const name of Object.getOwnPropertyNames(prototype)) expect(name in hub).toBe(true);
  });

  it('shares everything but the owner', async () => {
    const hub = createTestHub();
    const mine = hub.scoped(hub.scope.child('lamp'));
    hub.states.set('light.kitchen', 'on');
    expect(mine.states.is('light.kitchen', 'on')).toBe(true);
    expect(mine.data).toBe(hub.data);
    await hub.start();
    expect(mine.state).toBe('running');
    expect([mine.scope.name, mine.scope.parent]).toEqual(['lamp', hub.scope]);
  });

  it('owns what is begun through it, and nothing else', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    hub.bus.listen('e', () => undefined);
    hub.scoped(scope).bus.listen('e', () => undefined);
    hub.scoped(scope.child('rule')).bus.listen('e', () => undefined);
    await scope.close();
    expect(hub.bus.listenerCounts()).toEqual({ e: 1 });
  });

  it('gives back what unsubscribed has owned', () => {
    const hub = createTestHub();
    const scope = hub.scope.child('lamp');
    const mine = hub.scoped(scope);
    for (let i = 0; i < 10; i++) {
      mine.expose('scopedHubSpec', () => undefined)();
      mine.addShutdownJob(() => undefined)();
      mine.bus.listen('e', () => undefined)();
      mine.bus.on('e').subscribe().unsubscribe();
    }
    expect(scope.size).toBe(0);
  });

  it('stays usable with `using`', () => {
    const hub = createTestHub();
    {
      using held = hub.bus.listen('e', () => undefined);
      expect(held).toBeDefined();
      expect(hub.bus.listenerCounts()).toEqual({ e: 1 });
    }
    expectNoLeaks(hub);
  });
});
