import { type ComponentChild, type ComponentChildren, h } from 'preact';
import type { Row } from '../../wire.js';
import { isMoving } from '../beat.js';
import type { App } from '../app.js';
import { count } from '../format.js';
import { isHollow, SHAPES } from '../model/shapes.js';
import { colorOf } from '../stage/palette.js';

/** The alphabet of the stage, in lines of text: the shape says what it is, the colour says it again. */
export function Glyph({ row }: { readonly row: Row }) {
  return <Sign kind={row.status === 'failed' ? 'error' : row.kind} color={varOf(row)} />;
}

interface SignProps {
  readonly kind: keyof typeof SHAPES;
  readonly color: string;
}

export function Sign({ kind, color }: SignProps) {
  return (
    <svg
      class={isHollow(kind) ? 'glyph hollow' : 'glyph'}
      viewBox="-6 -6 12 12"
      style={{ color }}
      aria-hidden="true"
    >
      <path d={SHAPES[kind]} />
    </svg>
  );
}

/** The colour of a row, for a style. */
export function varOf(row: Row): string {
  return `var(--${colorOf(row)})`;
}

/** What a row is called where there is little room. */
export function titleOf({ text, name }: Row): string {
  return text || name;
}

/** The newest rows of a sort, at most a hundred. */
export function newestOf(app: App, is: (row: Row) => boolean): readonly Row[] {
  isMoving(app);
  const found: Row[] = [];
  let looked = 0;
  for (const row of app.store.newestFirst()) {
    if (++looked > LOOKED_AT || found.length === SHOWN) break;
    if (is(row)) found.push(row);
  }
  return found;
}

const LOOKED_AT = 30_000;
const SHOWN = 100;

interface CloseProps {
  readonly label: string;
  readonly onClick: () => void;
}

export function Close({ label, onClick }: CloseProps) {
  return (
    <button class="close" aria-label={label} onClick={onClick}>
      <span aria-hidden="true">✕</span>
    </button>
  );
}

/** Why nothing stands here, or how much more there is. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** Two lines of text, and a third one for what is the matter. */
export interface Entry {
  readonly main: ComponentChild;
  /** Short, at the right of it. */
  readonly figure?: ComponentChild;
  readonly below?: ComponentChild;
  readonly belowRight?: ComponentChild;
  readonly more?: ComponentChild;
  /** It leads there. */
  readonly onClick?: () => void;
}

interface ListProps {
  readonly title: string;
  readonly sum: ComponentChild;
  readonly entries: readonly Entry[];
  /** How many there are beyond those. */
  readonly more?: number;
  readonly empty: string;
}

/** A table under its title; an empty one says why it is. */
export function List({ title, sum, entries, more = 0, empty }: ListProps) {
  return (
    <section aria-label={title}>
      <h2 class="title">
        {title} <span class="muted">{sum}</span>
      </h2>
      {entries.length === 0 && <Empty>{empty}</Empty>}
      <ol>
        {entries.map((entry, index) => (
          <li key={index}>
            <Line {...entry} />
          </li>
        ))}
      </ol>
      {more > 0 && <Empty>and {count(more)} more</Empty>}
    </section>
  );
}

function Line({ main, figure, below, belowRight, more, onClick }: Entry) {
  const Tag = onClick === undefined ? 'div' : 'button';
  return (
    <Tag class="entry" onClick={onClick}>
      <span class="main">{main}</span>
      <span class="figure mono">{figure}</span>
      {below !== undefined && <span class="below">{below}</span>}
      {belowRight !== undefined && <span class="figure mono">{belowRight}</span>}
      {more}
    </Tag>
  );
}
