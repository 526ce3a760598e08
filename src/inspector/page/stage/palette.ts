import type { Row, RowKind } from '../../wire.js';
import type { Lane, LaneGlyph } from '../model/lane.js';

/** The colours of the page as the canvas needs them. They stand in theme.css. */
export type ColorName = (typeof NAMES)[number];
export type Palette = Readonly<Record<ColorName, string>>;

const NAMES = [
  'stage',
  'header',
  'line',
  'grid',
  'ink',
  'muted',
  'ink-on-mark',
  'event',
  'state',
  'service',
  'automation',
  'timer',
  'error',
  'human',
  'amber',
  'veil',
] as const;

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colors = NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]);
  return Object.fromEntries(colors) as Record<ColorName, string>;
}

const OF_KIND: Readonly<Record<RowKind, ColorName>> = {
  event: 'event',
  state: 'state',
  service: 'service',
  automation: 'automation',
  blocked: 'muted',
  listener: 'automation',
  task: 'automation',
  job: 'automation',
  timer: 'timer',
  timeout: 'timer',
  error: 'error',
  diagnostic: 'amber',
  stage: 'muted',
};

export function colorOf({ kind, human, status }: Row): ColorName {
  if (status === 'failed') return 'error';
  return human ? 'human' : OF_KIND[kind];
}

export function colorOfKind(kind: RowKind): ColorName {
  return OF_KIND[kind];
}

export function colorOfGlyph(glyph: LaneGlyph): ColorName {
  if (glyph === 'human') return 'human';
  return glyph === 'measure' ? 'event' : OF_KIND[glyph];
}

/** A ribbon has the colour of what it is about. */
export function colorOfRibbon({ entity }: Lane): ColorName {
  if (entity?.startsWith('person.')) return 'human';
  return entity?.startsWith('light.') ? 'service' : 'state';
}
