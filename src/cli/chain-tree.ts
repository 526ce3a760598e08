import type { Row } from 'rxhome/inspector';
import type { Chain } from './chains.js';

/** A row with what it led to. */
export interface Branch {
  readonly row: Row;
  readonly led: readonly Branch[];
}

/**
 * How much a chain has to say. `story`: something led to something, or failed. `values`: somebody
 * only wrote down what he measured. `nothing`: work of its own, waiting, stages.
 */
export type Mood = 'story' | 'values' | 'nothing';

const TELLING: readonly Row['kind'][] = [
  'event',
  'service',
  'automation',
  'listener',
  'error',
  'diagnostic',
];

export function moodOf(branches: readonly Branch[]): Mood {
  const rows = branches.flatMap(flat);
  const isStory = rows.some(
    ({ kind, status }) =>
      TELLING.includes(kind) ||
      // A failure alone is told of as an error.
      (status === 'failed' && rows.length > 1),
  );
  if (isStory) return 'story';
  return rows.some(({ kind }) => kind === 'state') ? 'values' : 'nothing';
}

/**
 * The rows of a chain as a tree, in the order in which they began. What says nothing is left out:
 * listeners and waiting that led to nothing, limits of time that were kept, and what only does what
 * the one before it or behind it tells already.
 */
export function treeOf({ rows }: Pick<Chain, 'rows'>): Branch[] {
  const ids = new Set(rows.map(({ id }) => id));
  const below = new Map<number, Row[]>();
  // By time, and not by id: what is told late may have begun early.
  for (const row of [...rows].sort((a, b) => a.at - b.at)) {
    const place = row.cause !== row.id && ids.has(row.cause) ? row.cause : 0;
    below.set(place, [...(below.get(place) ?? []), row]);
  }
  const branch = (row: Row, from: Row | null): Branch[] => {
    const isToldAbove = isEcho(row, from);
    const next = below.get(row.id) ?? [];
    const led = next.flatMap((one) => branch(one, isToldAbove ? from : row));
    if (isIdle(row, led)) return [];
    return isToldAbove || isTrigger(row, led) ? led : [{ row, led }];
  };
  return (below.get(0) ?? []).flatMap((row) => branch(row, null));
}

function isIdle({ kind, status }: Row, led: readonly Branch[]): boolean {
  const isOver = status === 'done' || status === 'point';
  return (kind === 'listener' || kind === 'timer') && isOver && led.length === 0;
}

/** Whether what led to it tells it already: an automation has a listener and a task of its own. */
function isEcho({ kind, status, name }: Row, from: Row | null): boolean {
  if (status === 'failed') return false;
  if (kind === 'timeout') return true;
  if (status === 'cancelled') return false;
  if (kind === 'listener') return from?.kind === 'automation';
  if (kind !== 'task' || from === null) return false;
  return (
    (from.kind === 'service' && name.startsWith(from.name)) ||
    (from.kind === 'automation' && name === from.name)
  );
}

/** Whether it only triggered automations, which stand behind it. */
function isTrigger({ kind, status }: Row, led: readonly Branch[]): boolean {
  return (
    kind === 'listener' &&
    status !== 'failed' &&
    led.length > 0 &&
    led.every(({ row }) => row.kind === 'automation' || row.kind === 'blocked')
  );
}

function flat({ row, led }: Branch): Row[] {
  return [row, ...led.flatMap(flat)];
}
