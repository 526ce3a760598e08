import type { RowKind } from '../../wire.js';

/** The alphabet: shapes around 0, five pixels to each side, as paths of SVG. */
const CIRCLE = 'M-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0';
const HEXAGON = 'M-5.5 0L-2.7-4.8H2.7L5.5 0L2.7 4.8H-2.7Z';
const BAR = 'M-4.5-3h9v6h-9Z';
const TRIANGLE = 'M0-4.5L4.5 4H-4.5Z';

export const SHAPES: Readonly<Record<RowKind | 'human' | 'measure' | 'ribbon', string>> = {
  event: CIRCLE,
  human: CIRCLE,
  state: CIRCLE,
  service: 'M-4.5-2q0-2.5 2.5-2.5h4q2.5 0 2.5 2.5v4q0 2.5-2.5 2.5h-4q-2.5 0-2.5-2.5Z',
  automation: HEXAGON,
  blocked: `${HEXAGON}M-3 0H3`,
  listener: 'M-5 0L0-5L5 0L0 5Z',
  task: BAR,
  job: BAR,
  timer: BAR,
  timeout: BAR,
  ribbon: BAR,
  error: 'M0-1.6L3-4.6L4.6-3L1.6 0L4.6 3L3 4.6L0 1.6L-3 4.6L-4.6 3L-1.6 0L-4.6-3L-3-4.6Z',
  diagnostic: TRIANGLE,
  stage: TRIANGLE,
  measure: 'M-5 2L-2-2L1 1L5-4V-2L1 3.5L-2 .5L-5 4.5Z',
};

/** Only its outline is drawn. */
export function isHollow(kind: keyof typeof SHAPES): boolean {
  return kind === 'state' || kind === 'blocked';
}
