import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { sleep, type Unsubscribe } from 'rxhome';
import { marbles } from 'rxhome/testing';

/**
 * What the guide says about zones, millisecond by millisecond. So that no two things fall on one
 * instant: what is done is done at multiples of 4, named zones run out one behind, global ones two.
 */
const ZONES = [null, 'global', 'a', 'b'] as const;
type ZoneName = (typeof ZONES)[number];

type Step = { readonly gap: number } & (
  | {
      readonly do: 'run';
      readonly zone: ZoneName;
      readonly quarters: number;
      readonly cool: number;
    }
  | { readonly do: 'finish' | 'thaw'; readonly which: number }
  | { readonly do: 'freeze'; readonly zone: Exclude<ZoneName, null> }
);

const gap = fc.integer({ min: 1, max: 5 }).map((n) => n * 4);
const which = fc.nat(7);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    gap,
    do: fc.constant('run' as const),
    zone: fc.constantFrom(...ZONES),
    quarters: fc.integer({ min: 1, max: 8 }),
    cool: fc.integer({ min: 0, max: 4 }).map((n) => n * 4 + 1),
  }),
  fc.record({ gap, do: fc.constantFrom('finish' as const, 'thaw' as const), which }),
  fc.record({ gap, do: fc.constant('freeze' as const), zone: fc.constantFrom('global', 'a', 'b') }),
);

const msOf = (zone: ZoneName, quarters: number): number =>
  quarters * 4 + (zone === 'global' ? 2 : 1);
const END = 4000;

interface ModelRun {
  readonly zone: ZoneName;
  readonly cool: number;
  left: number;
  isHeld: boolean;
  endedAt: number | undefined;
}

/** When each run ends, and how. */
function model(steps: readonly Step[]): string[] {
  const runs: ModelRun[] = [];
  const freezes: ZoneName[] = [];
  const named = (): Set<ZoneName> =>
    new Set(
      [
        ...runs.filter(({ endedAt }) => endedAt === undefined).map(({ zone }) => zone),
        ...freezes,
      ].filter((zone) => zone !== null && zone !== 'global'),
    );
  const ends: string[] = [];
  const end = (run: ModelRun, at: number, how: string): void => {
    run.endedAt = at;
    ends[runs.indexOf(run)] = `${how} at ${at}`;
  };
  const cooling = (change: () => void): void => {
    const before = named();
    change();
    if ([...named()].some((zone) => !before.has(zone)))
      for (const run of runs) if (run.isHeld) run.left = run.cool;
  };
  const act = (one: Step, at: number): void => {
    if (one.do === 'run') {
      const { zone, quarters, cool } = one;
      runs.push({ zone, cool, left: msOf(zone, quarters), isHeld: false, endedAt: undefined });
    } else if (one.do === 'freeze') freezes.push(one.zone);
    else if (one.do === 'thaw') freezes.splice(one.which, 1);
    else {
      const run = runs[one.which];
      if (run && run.endedAt === undefined) end(run, at, 'finished');
    }
  };
  let at = 0;
  const pass = (until: number): void => {
    for (; at < until; at++) {
      const counting = runs.filter(
        (run) =>
          run.endedAt === undefined &&
          !freezes.includes('global') &&
          !freezes.includes(run.zone) &&
          !(run.isHeld && named().size > 0),
      );
      for (const run of counting) {
        if (--run.left > 0) continue;
        if (run.zone === 'global' && named().size > 0) {
          run.isHeld = true;
          run.left = run.cool;
        } else end(run, at + 1, 'timed out');
      }
    }
  };
  for (const one of steps) {
    pass(at + one.gap);
    cooling(() => act(one, at));
  }
  pass(END);
  return Array.from(runs, (_, i) => ends[i] ?? 'goes on');
}

it('does what the model does, whatever is frozen, entered and left', () =>
  fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      await marbles(async ({ hub, clock }) => {
        const ends: string[] = [];
        const finish: (() => void)[] = [];
        const freezes: Unsubscribe[] = [];
        const begin = ({ zone, quarters, cool }: Extract<Step, { do: 'run' }>): void => {
          const at = finish.length;
          ends[at] = 'goes on';
          const run = hub.timeout.run(
            msOf(zone, quarters),
            () => new Promise<void>((resolve) => (finish[at] = resolve)),
            { zone: zone ?? undefined, coolDownMs: cool },
          );
          run.then(
            () => (ends[at] = `finished at ${clock.frame}`),
            () => (ends[at] = `timed out at ${clock.frame}`),
          );
        };
        for (const one of steps) {
          await sleep(one.gap);
          if (one.do === 'run') begin(one);
          else if (one.do === 'freeze') freezes.push(hub.timeout.freeze(one.zone));
          else if (one.do === 'thaw') freezes.splice(one.which, 1)[0]?.();
          else finish[one.which]?.();
        }
        await sleep(END - clock.frame);
        expect(ends).toEqual(model(steps));
      });
    }),
    { numRuns: 100 },
  ));
