import { describe, expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { filter, map } from 'rxjs';
import { realTurn } from './real-turn.js';
import { collectGarbage } from '../garbage.js';

async function heapUsed(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    await realTurn();
    collectGarbage();
  }
  return process.memoryUsage().heapUsed;
}

describe('a million events with 10,000 cycles of subscribing', () => {
  it('leave listeners, the scope and the heap where they were', async () => {
    const hub = createTestHub({ causeLogSize: 100 });
    let heard = 0;
    hub.bus.listen('a', () => heard++);
    hub.states.changes('sensor.n').subscribe(() => heard++);
    const { signal } = new AbortController();
    const cycle = (n: number): void => {
      const ends = [
        hub.bus.listen('a', () => heard++, { signal }),
        hub.bus.listenOnce(`type_${n}`, () => heard++),
      ];
      const subscriptions = [
        hub.bus.on('a').subscribe(() => heard++),
        hub.bus
          .on('*')
          .pipe(
            filter(Boolean),
            map(() => heard++),
          )
          .subscribe(),
        hub.states.changes(`light.nr_${n}`).subscribe(),
        hub.states.watch('sensor.n').subscribe(() => heard++),
      ];
      for (let i = 0; i < 80; i++) hub.bus.fire('a', { i });
      for (let i = 0; i < 20; i++) hub.states.set('sensor.n', n * 20 + i);
      for (const end of ends) end();
      for (const subscription of subscriptions) subscription.unsubscribe();
    };
    for (let n = 0; n < 200; n++) cycle(n);
    const counts = hub.bus.listenerCounts();
    const owned = hub.scope.size;
    const before = await heapUsed();
    for (let n = 0; n < 10_000; n++) cycle(n);
    const after = await heapUsed();
    expect(hub.bus.listenerCounts()).toEqual(counts);
    expect(counts).toEqual({ a: 1, state_changed: 1 });
    expect(hub.scope.size).toBe(owned);
    expect(after - before).toBeLessThan(1_500_000);
    expect(heard).toBeGreaterThan(2_000_000);
  }, 60_000);
});
