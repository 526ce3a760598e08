import { describe, expect, it, jest } from '@jest/globals';
import * as theirs from '@preact/signals-core';
import fc from 'fast-check';
import * as ours from '../../../src/inspector/page/signals.js';

type Kind = Pick<typeof ours, 'signal' | 'computed' | 'effect' | 'batch' | 'untracked'>;

const CELLS = 4;

/** A computed value or an effect: what it reads, in which way. */
interface Formula {
  /** If the first of these is even the second is read, else the third. */
  readonly reads: readonly [number, number, number];
  readonly peeks: boolean;
  /** Only so many different ones. */
  readonly modulo: number;
}

type Step =
  | { readonly do: 'set'; readonly values: readonly (readonly [cell: number, value: number])[] }
  | { readonly do: 'end' | 'read'; readonly at: number };

const formula = fc.record({
  reads: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)),
  peeks: fc.boolean(),
  modulo: fc.integer({ min: 1, max: 5 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('set' as const),
      values: fc.array(fc.tuple(fc.nat(CELLS - 1), fc.nat(5)), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom('end' as const, 'read' as const), at: fc.nat(5) }),
  },
);

/** What each effect has seen, and each read has given, step by step. */
function run(
  { signal, computed, effect, batch }: Kind,
  made: readonly Formula[],
  effects: readonly Formula[],
  steps: readonly Step[],
): readonly string[] {
  const log: string[] = [];
  const cells = Array.from({ length: CELLS }, (_, index) => signal(index));
  const all: ours.ReadonlySignal<number>[] = [...cells];
  const valueOf = ({ reads, peeks, modulo }: Formula, from: readonly (typeof all)[number][]) => {
    const [first, second, third] = reads.map((index) => from[index % from.length]!);
    const rest = first!.value % 2 === 0 ? second! : third!;
    return (first!.value + (peeks ? rest.peek() : rest.value)) % modulo;
  };
  for (const one of made) {
    const before = [...all];
    // A value made of what it does not follow may be as old as it likes.
    all.push(computed(() => valueOf({ ...one, peeks: false }, before)));
  }
  const ends = effects.map((one, index) =>
    effect(() => {
      log.push(`effect ${index}: ${valueOf(one, all)}`);
      return () => log.push(`effect ${index}: cleaned`);
    }),
  );
  for (const [index, one] of steps.entries()) {
    const told = log.splice(0);
    if (one.do === 'set')
      batch(() => one.values.forEach(([at, value]) => (cells[at]!.value = value)));
    else if (one.do === 'end') ends[one.at % ends.length]?.();
    else log.push(`read: ${all[one.at % all.length]!.value}`);
    // Effects of one step may run in any order.
    log.sort();
    log.unshift(...told, `step ${index}`);
  }
  return log;
}

describe('signals', () => {
  it('do what those of preact do, whatever is made of them', () => {
    const some = fc.array(formula, { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(some, some, fc.array(step, { maxLength: 20 }), (made, effects, steps) => {
        expect(run(ours, made, effects, steps)).toEqual(run(theirs as Kind, made, effects, steps));
      }),
      { numRuns: 2_000 },
    );
  });

  describe.each([
    ['ours', ours],
    ['theirs', theirs as Kind],
  ] as const)('%s', (_, { signal, computed, effect, batch, untracked }) => {
    it('a computed value is made once, when it is read, and not before', () => {
      let made = 0;
      const one = signal(1);
      const double = computed(() => {
        made += 1;
        return one.value * 2;
      });
      one.value = 2;
      expect(made).toBe(0);
      expect([double.value, double.peek(), made]).toEqual([4, 4, 1]);
      one.value = 3;
      one.value = 2;
      expect([double.value, made]).toEqual([4, expect.any(Number)]);
      expect(made).toBeLessThan(3);
    });

    it('a computed value is not made again if what it was made of is as before', () => {
      const made: number[] = [];
      const [one, other] = [signal(1), signal(10)];
      const isOdd = computed(() => one.value % 2 === 1);
      const size = computed(() => made.push(isOdd.value ? 0 : other.value));
      expect(size.value).toBe(1);
      one.value = 3;
      other.value = 20;
      expect(size.value).toBe(1);
      one.value = 4;
      expect([size.value, made]).toEqual([2, [0, 20]]);
      one.value = 5;
      expect(size.value).toBe(3);
      other.value = 30; // it is not read any more
      expect([size.value, made]).toEqual([3, [0, 20, 0]]);
    });

    it('a value that could be made once, and not any more, fails each time', () => {
      const one = signal(1);
      const positive = computed(() => {
        if (one.value < 0) throw new Error('negative');
        return one.value;
      });
      expect(positive.value).toBe(1);
      one.value = -1;
      expect(() => positive.value).toThrow('negative');
      expect(() => positive.value).toThrow('negative');
      one.value = 2;
      expect(positive.value).toBe(2);
    });

    it('what an effect reads when it ends is not followed', () => {
      let runs = 0;
      const [one, other] = [signal(1), signal(1)];
      const end = effect(() => () => other.value);
      effect(() => {
        runs += 1;
        if (one.value === 2) end();
      });
      one.value = 2;
      other.value = 2;
      expect(runs).toBe(2);
    });

    it('an effect does not run if what it reads came out as before', () => {
      const seen: boolean[] = [];
      const one = signal(1);
      const isOdd = computed(() => one.value % 2 === 1);
      effect(() => void seen.push(isOdd.value));
      one.value = 3;
      one.value = 4;
      expect(seen).toEqual([true, false]);
    });

    it('what an effect sets is seen by others behind it', () => {
      const seen: number[] = [];
      const [one, next] = [signal(1), signal(0)];
      effect(() => void seen.push(next.value));
      effect(() => void (next.value = one.value + 1));
      one.value = 5;
      expect(seen).toEqual([0, 2, 6]);
    });

    it('an effect that sets what it reads runs until that stands', () => {
      const one = signal(9);
      effect(() => {
        if (one.value < 5) one.value += 1;
      });
      one.value = 1;
      expect(one.value).toBe(5);
    });

    it('an effect may end itself while it runs', () => {
      const seen: number[] = [];
      const one = signal(0);
      const end: () => void = effect(() => {
        if (one.value === 1) end();
        seen.push(one.value);
      });
      one.value = 1;
      one.value = 2;
      expect(seen).toEqual([0, 1]);
    });

    it('an effect that fails at first is none', () => {
      const one = signal(0);
      let runs = 0;
      const fail = (): void => {
        runs += 1;
        throw new Error(`at ${one.value}`);
      };
      expect(() => effect(fail)).toThrow('at 0');
      one.value = 1;
      expect(runs).toBe(1);
    });

    it('a value that cannot be made fails for who reads it, and is followed until it can', () => {
      const one = signal(0);
      const half = computed(() => {
        if (one.value === 0) throw new Error('zero');
        return 1 / one.value;
      });
      expect(() => half.value).toThrow('zero');
      const seen: unknown[] = [];
      effect(() => {
        try {
          seen.push(half.value);
        } catch {
          seen.push('failed');
        }
      });
      one.value = 2;
      expect(seen).toEqual(['failed', 0.5]);
    });

    it('subscribers hear of the value at once and then of others, and follow nothing else', () => {
      const seen: number[] = [];
      const [one, other] = [signal(1), signal(10)];
      const end = one.subscribe((value) => void seen.push(value + other.value));
      other.value = 20;
      one.value = 2;
      end();
      one.value = 3;
      expect(seen).toEqual([11, 22]);
    });

    it('nothing is followed that is read untracked', () => {
      let runs = 0;
      const one = signal(1);
      effect(() => {
        runs += 1;
        return void untracked(() => one.value);
      });
      one.value = 2;
      expect(runs).toBe(1);
    });

    it('a batch gives back what it returns, also if it sets nothing', () => {
      expect(batch(() => 7)).toBe(7);
    });
  });

  it('nobody is kept who does not read any more', () => {
    const one = ours.signal(0);
    const { readers } = one as unknown as { readonly readers: ReadonlySet<unknown> };
    const end = ours.effect(() => one.value);
    const ended = ours.effect(() => one.peek() === 0 && one.value);
    one.value = 1;
    expect(readers.size).toBe(1);
    end();
    ended();
    expect(readers.size).toBe(0);
  });

  it('an effect that fails later harms no other, is reported, and goes on', () => {
    const one = ours.signal(0);
    const seen: number[] = [];
    ours.effect(() => {
      if (one.value === 1) throw new Error('one');
      seen.push(one.value);
    });
    ours.effect(() => void seen.push(one.value * 10));
    const later = jest.spyOn(globalThis, 'queueMicrotask').mockReturnValue();
    one.value = 1;
    one.value = 2;
    const reports = later.mock.calls.map(([report]) => report);
    later.mockRestore();
    expect(seen).toEqual([0, 0, 10, 2, 20]);
    expect(reports).toHaveLength(1);
    expect(reports[0]).toThrow('one');
  });
});
