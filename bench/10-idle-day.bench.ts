import { inProcess, program, survey } from './harness/survey.js';

const day = (kind: string) => () =>
  inProcess('--expose-gc', '--import', 'tsx', program('idle-day.ts'), kind);

const NOISE_BYTES = 50_000; // code that V8 compiles meanwhile; a leak of one thing a minute is more

export default survey({
  name: 'what grows in 24 hours of a hub with 100 entities, in virtual time',
  work: 'start',
  rounds: 3,
  columns: [
    { key: 'bytes', title: 'B on the heap', unit: 'B' },
    { key: 'handles', title: 'handles', unit: '' },
    { key: 'held', title: 'listeners and owned', unit: '' },
  ],
  goals: (['idle', '100 entities polled every 30 s'] as const).flatMap((rival) => [
    { what: `24 h ${rival}, heap`, rival, atMost: NOISE_BYTES },
    { what: `24 h ${rival}, handles`, rival, figure: 'handles', atMost: 0 },
    { what: `24 h ${rival}, held`, rival, figure: 'held', atMost: 0 },
  ]),
  variants: { idle: day(''), '100 entities polled every 30 s': day('polled') },
  note: `The median of 14 days, each from one midnight to the next, after garbage was collected. Up to
${NOISE_BYTES / 1000} kB is what V8 keeps for itself.`,
});
