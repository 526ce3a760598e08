import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestHub } from 'rxhome/testing';
import { isDeepStrictEqual } from 'node:util';

const ids = fc.constantFrom('light.a', 'light.b', 'sun.sun');
const value = fc.constantFrom('on', 'off', 1, true);
const leaf = fc.oneof(fc.constantFrom('x', 1, true, null), fc.array(fc.nat(2), { maxLength: 2 }));
const attributes = fc.dictionary(fc.constantFrom('a', 'b', '__proto__', 'toString'), leaf, {
  maxKeys: 3,
});
const command = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      id: ids,
      value,
      attributes,
      force: fc.boolean(),
    }),
  },
  fc.record({ do: fc.constant('remove' as const), id: ids }),
  fc.record({ do: fc.constant('reserve' as const), id: ids }),
);

interface Model {
  text: string;
  attributes: unknown;
  changed: number;
  updated: number;
  reported: number;
}

describe('any sequence of set, remove and reserve', () => {
  it('does what a simple model does', async () => {
    const hub = createTestHub();
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const model = new Map<string, Model>();
        const reserved = new Set<string>();
        const fired: string[] = [];
        const expected: string[] = [];
        const subscription = hub.bus.on('state_changed').subscribe(({ data }) => {
          fired.push(
            `changed ${data.entityId} ${String(data.oldState?.state)} ${String(data.newState?.state)}`,
          );
        });
        subscription.add(
          hub.bus
            .on('state_reported')
            .subscribe(({ data }) => fired.push(`reported ${data.entityId}`)),
        );
        for (const step of commands) {
          await hub.advance(1);
          const now = Date.now();
          const old = model.get(step.id);
          if (step.do === 'set') {
            const text = String(step.value);
            const sameText = old?.text === text && !step.force;
            const plain = { ...step.attributes };
            const sameAttributes = old !== undefined && isDeepStrictEqual(old.attributes, plain);
            hub.states.set(step.id, step.value, step.attributes, { forceUpdate: step.force });
            model.set(step.id, {
              text,
              attributes: plain,
              changed: sameText ? old.changed : now,
              updated: sameText && sameAttributes ? old.updated : now,
              reported: now,
            });
            expected.push(
              sameText && sameAttributes
                ? `reported ${step.id}`
                : `changed ${step.id} ${String(old?.text)} ${text}`,
            );
          } else if (step.do === 'remove') {
            expect(hub.states.remove(step.id)).toBe(old !== undefined);
            reserved.delete(step.id);
            model.delete(step.id);
            if (old) expected.push(`changed ${step.id} ${old.text} undefined`);
          } else if (old || reserved.has(step.id)) {
            expect(() => hub.states.reserve(step.id)).toThrow();
          } else {
            hub.states.reserve(step.id);
            reserved.add(step.id);
          }
          for (const id of ['light.a', 'light.b', 'sun.sun'])
            expect(hub.states.available(id)).toBe(!model.has(id) && !reserved.has(id));
        }
        expect(fired).toEqual(expected);
        expect(hub.states.entityIds()).toEqual([...model.keys()]);
        expect(hub.states.count('light')).toBe(
          [...model.keys()].filter((id) => id !== 'sun.sun').length,
        );
        for (const [id, { text, changed, updated, reported, attributes: own }] of model) {
          const state = hub.states.get(id)!;
          expect([state.state, state.lastChanged, state.lastUpdated, state.lastReported]).toEqual([
            text,
            changed,
            updated,
            reported,
          ]);
          expect(isDeepStrictEqual({ ...state.attributes }, own)).toBe(true);
          expect(JSON.parse(JSON.stringify(state))).toMatchObject({ entity_id: id, state: text });
        }
        subscription.unsubscribe();
        for (const id of ['light.a', 'light.b', 'sun.sun']) hub.states.remove(id);
      }),
      { numRuns: 60 },
    );
  });
});
