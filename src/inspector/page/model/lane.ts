import type { Row, RowKind } from '../../wire.js';
import { TimeList } from './time-list.js';

/** From cause to effect, top to bottom. */
export const GROUPS = ['inputs', 'measures', 'decisions', 'states', 'work', 'health'] as const;
export type Group = (typeof GROUPS)[number];

/** How a lane is drawn. */
export type Look = 'marbles' | 'bars' | 'ribbon' | 'spark';

/** What stands before its name. */
export type LaneGlyph = RowKind | 'human' | 'measure';

/** Enough to make a lane if it is not there. */
export interface LaneOf {
  readonly key: string;
  readonly group: Group;
  readonly name: string;
  readonly look: Look;
  readonly glyph: LaneGlyph;
  readonly entity?: string;
  /** Of lanes such as this one there are at most so many; what is beyond goes into the other one. */
  readonly limit?: { readonly family: string; readonly most: number; readonly other: LaneOf };
}

/** What lasts longer than this is found apart, so that a short window needs to look at few rows. */
const LONG_MS = 2_000;
const SUB_ROWS = 3;

/** Where rows of a sort stand side by side. */
export class Lane {
  readonly key: string;
  readonly group: Group;
  readonly name: string;
  readonly look: Look;
  readonly glyph: LaneGlyph;
  /** The entity of a ribbon and of a sparkline. */
  readonly entity: string | null;
  readonly rows = new TimeList<Row>();
  /** What still runs. */
  readonly running = new Set<Row>();
  /** What lasted long. */
  readonly long = new TimeList<Row>();
  /** The newest row that was dropped: what a state was before the first one that is kept. */
  before: Row | null = null;
  readonly #subRows = new Map<number, number>();
  /** Those that stand over others. */
  readonly #crowded = new Set<number>();
  readonly #freeAt: number[] = [];

  constructor({ key, group, name, look, glyph, entity }: LaneOf) {
    this.key = key;
    this.group = group;
    this.name = name;
    this.look = look;
    this.glyph = glyph;
    this.entity = entity ?? null;
  }

  add(row: Row): void {
    this.rows.add(row);
    if (this.look !== 'bars') return;
    this.#subRows.set(row.id, this.#place(row));
    if (row.status === 'running') this.running.add(row);
    else if (row.dur > LONG_MS) this.long.add(row);
  }

  change(row: Row): void {
    if (this.look !== 'bars' || row.status === 'running') return;
    if (!this.running.delete(row)) return;
    if (row.dur > LONG_MS) this.long.add(row);
    const place = this.#subRows.get(row.id) ?? 0;
    if (this.#freeAt[place] === Infinity) this.#freeAt[place] = row.at + row.dur;
  }

  /** Takes it out, because it is too old or belongs elsewhere now. */
  drop(row: Row, isOld = true): void {
    if (this.rows.first === row) this.rows.shift();
    else this.rows.remove(row);
    if (isOld && (this.before === null || this.before.at <= row.at)) this.before = row;
    this.long.remove(row);
    this.#subRows.delete(row.id);
    this.#crowded.delete(row.id);
    if (!this.running.delete(row) || this.running.size > 0) return;
    this.#freeAt.length = 0;
  }

  /** From 0, the uppermost. What overlaps stands under each other, as long as there is room. */
  subRowOf(row: Row): number {
    return this.#subRows.get(row.id) ?? 0;
  }

  /** Whether its text would not be written over another one. */
  hasRoomFor(row: Row): boolean {
    return !this.#crowded.has(row.id);
  }

  /** Rows of which something lies in [from, to), but for those that still run. */
  lastedIn(from: number, to: number): Row[] {
    const near = this.rows.between(from - LONG_MS, to);
    const long = this.long.between(-Infinity, from - LONG_MS);
    return [...near, ...long].filter((row) => row.status !== 'running' && row.at + row.dur >= from);
  }

  clear(): void {
    this.rows.clear();
    this.running.clear();
    this.long.clear();
    this.#subRows.clear();
    this.#crowded.clear();
    this.#freeAt.length = 0;
    this.before = null;
  }

  #place(row: Row): number {
    const end = row.status === 'running' ? Infinity : row.at + row.dur;
    const free = Array.from({ length: SUB_ROWS }, (_, at) => this.#freeAt[at] ?? -Infinity);
    const empty = free.findIndex((from) => from <= row.at);
    const best = empty < 0 ? free.indexOf(Math.min(...free)) : empty;
    if (empty < 0) this.#crowded.add(row.id);
    this.#freeAt[best] = Math.max(end, free[best] ?? end);
    return best;
  }
}
