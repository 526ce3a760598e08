import type { Row } from '../../wire.js';
import type { RowStore } from './row-store.js';

/** So many rows of a chain are shown; how many more there are is said. */
export const LONGEST_CHAIN = 500;
/** And so many are counted at most. */
const MOST_COUNTED = 20_000;

/** What a chain reads rows from. */
export type Rows = Pick<RowStore, 'get' | 'effectsOf' | 'moreEffectsOf'>;

export interface ChainRow {
  readonly row: Row;
  /** 0 for the root. */
  readonly depth: number;
  /** From the beginning of the root to the beginning of this; milliseconds. */
  readonly ms: number;
  /** `pending`: it still runs, there may come more. `owner-gone`: it runs, and nobody waits for it. */
  readonly end: null | 'pending' | 'owner-gone';
}

/** What one cause led to, as a tree written down from the top. */
export interface Chain {
  readonly root: Row;
  readonly rows: readonly ChainRow[];
  /** How many rows it has beyond those. */
  readonly more: number;
  /** Something led to the root, and is not kept any more. */
  readonly isCut: boolean;
  /** From the beginning of the root to the last thing that began or ended; milliseconds. */
  readonly lastsMs: number;
}

/**
 * The whole chain that a row belongs to; `null` if the row is not kept. Always with the row itself
 * and all that led to it, however many others there are.
 */
export function chainOf(
  rows: Rows,
  id: number,
  isOwnerGone: (owner: string) => boolean = () => false,
): Chain | null {
  const path = pathTo(rows, id);
  const root = path[0];
  if (root === undefined) return null;
  const { taken, more } = membersOf(rows, root, path);
  const chain: ChainRow[] = [];
  let last = root.at;
  const stack: [row: Row, depth: number][] = [[root, 0]];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const [row, depth] = next;
    const isRunning = row.status === 'running';
    const end = !isRunning ? null : isOwnerGone(row.owner) ? 'owner-gone' : 'pending';
    chain.push({ row, depth, ms: row.at - root.at, end });
    last = Math.max(last, row.at + row.dur);
    const effects = rows.effectsOf(row.id);
    for (let index = effects.length - 1; index >= 0; index--) {
      const effect = effects[index] as Row;
      // Once each: what says that it led to itself does not go round.
      if (taken.delete(effect)) stack.push([effect, depth + 1]);
    }
  }
  return { root, rows: chain, more, isCut: root.cause !== 0, lastsMs: last - root.at };
}

/** What led to a row, from the first cause to the row itself. Empty if the row is not kept. */
export function pathTo(rows: Rows, id: number): Row[] {
  const path: Row[] = [];
  const seen = new Set<number>();
  for (let row = rows.get(id); row !== undefined && !seen.has(row.id); row = rows.get(row.cause)) {
    seen.add(row.id);
    path.push(row);
  }
  return path.reverse();
}

/** The rows below a root, the nearest first, and how many are left out. */
function membersOf(rows: Rows, root: Row, path: readonly Row[]): { taken: Set<Row>; more: number } {
  const taken = new Set(path);
  const seen = new Set<Row>([root]);
  const queue = [root];
  let more = 0;
  for (let index = 0; index < queue.length && seen.size < MOST_COUNTED; index++) {
    const { id } = queue[index] as Row;
    more += rows.moreEffectsOf(id);
    for (const effect of rows.effectsOf(id)) {
      if (seen.has(effect)) continue;
      seen.add(effect);
      queue.push(effect);
      if (taken.size < LONGEST_CHAIN) taken.add(effect);
      else if (!taken.has(effect)) more += 1;
    }
  }
  taken.delete(root);
  return { taken, more };
}
