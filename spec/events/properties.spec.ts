import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MATCH_ALL, type Unsubscribe } from 'rxhome';
import { createTestHub } from 'rxhome/testing';
import { map } from 'rxjs';

const TYPES = ['a', 'b', 'c', 'd', 'e'];
const type = fc.constantFrom(...TYPES);

describe('any program of nested fires', () => {
  it('has one order for all, first in first out', () => {
    // For each type: which later types its listeners fire, and whether a stream or a listener does.
    const program = fc.record({
      first: type,
      effects: fc.array(fc.record({ on: type, fires: type, streams: fc.boolean() }), {
        maxLength: 10,
      }),
      watchersAt: fc.array(fc.nat(10), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(program, ({ first, effects, watchersAt }) => {
        const hub = createTestHub({ causeLogSize: 1 });
        const orders: string[][] = [];
        const watch = (at: number): void => {
          for (const place of watchersAt) {
            if (place % (effects.length + 1) !== at) continue;
            const order: string[] = [];
            orders.push(order);
            if (place % 2) hub.bus.listen(MATCH_ALL, (event) => order.push(event.type));
            else hub.bus.on(MATCH_ALL).subscribe((event) => order.push(event.type));
          }
        };
        // Only later types are fired, so that every program ends.
        const rules = effects.filter(({ on, fires }) => fires > on);
        effects.forEach((effect, at) => {
          watch(at);
          if (!rules.includes(effect)) return;
          const { on, fires, streams } = effect;
          if (streams)
            hub.bus
              .on(on)
              .pipe(map(() => hub.bus.fire(fires)))
              .subscribe();
          else hub.bus.listen(on, () => hub.bus.fire(fires));
        });
        watch(effects.length);
        hub.bus.fire(first);
        const expected = [first];
        for (let i = 0; i < expected.length; i++)
          for (const { on, fires } of rules) if (on === expected[i]) expected.push(fires);
        for (const order of orders) expect(order).toEqual(expected);
        void hub.stop();
      }),
      { numRuns: 150 },
    );
  });
});

describe('unsubscribing in any order', () => {
  it('leaves no listener, and those that are left are called in order', () => {
    const hub = createTestHub();
    const plan = fc.record({
      kinds: fc.array(fc.constantFrom('listen', 'on', 'piped', 'all', 'keyed', 'once'), {
        minLength: 1,
        maxLength: 60,
      }),
      seed: fc.infiniteStream(fc.nat()),
    });
    fc.assert(
      fc.property(plan, ({ kinds, seed }) => {
        const calls: number[] = [];
        const ends = new Map<number, Unsubscribe | (() => void)>();
        kinds.forEach((kind, i) => {
          const note = (): void => void calls.push(i);
          const stream = (subscription: { unsubscribe(): void }) => (): void =>
            subscription.unsubscribe();
          if (kind === 'listen') ends.set(i, hub.bus.listen('state_changed', note));
          else if (kind === 'all') ends.set(i, hub.bus.listen(MATCH_ALL, note));
          else if (kind === 'on') ends.set(i, stream(hub.bus.on('state_changed').subscribe(note)));
          else if (kind === 'piped')
            ends.set(i, stream(hub.bus.on('state_changed').pipe(map(note)).subscribe()));
          else if (kind === 'keyed')
            ends.set(i, stream(hub.states.changes('light.a').subscribe(note)));
          else ends.set(i, hub.bus.listenOnce('never', note));
        });
        while (ends.size > 0) {
          const left = [...ends.keys()];
          const gone = left[seed.next().value! % left.length]!;
          ends.get(gone)!();
          ends.get(gone)!();
          ends.delete(gone);
          if (left.length % 7 !== 0) continue;
          calls.length = 0;
          hub.states.set('light.a', Math.random());
          expect(calls).toEqual([...ends.keys()].filter((i) => kinds[i] !== 'once'));
        }
        expect(hub.bus.listenerCounts()).toEqual({});
      }),
      { numRuns: 60 },
    );
  });
});

describe('the wire form', () => {
  it('of any event with plain data survives JSON', () => {
    const hub = createTestHub();
    const text = fc.string({ minLength: 1, maxLength: 64 }).filter((type) => type !== MATCH_ALL);
    fc.assert(
      fc.property(text, fc.dictionary(fc.string(), fc.jsonValue()), (type, data) => {
        let wire: unknown;
        const end = hub.bus.listen(type, (event) => (wire = JSON.parse(JSON.stringify(event))));
        hub.bus.fire(type, data);
        end();
        expect(wire).toMatchObject({ event_type: type, origin: 'LOCAL' });
        expect((wire as { data: unknown }).data).toEqual(JSON.parse(JSON.stringify(data)));
      }),
      { numRuns: 100 },
    );
  });
});
