import { type ReadonlySignal, signal } from '../signals.js';
import type { EntityRow, Row } from '../../wire.js';
import { GROUPS, Lane, type LaneOf } from './lane.js';
import {
  isMeasure,
  isOther,
  laneOf,
  laneRank,
  MOST,
  measureRank,
  ribbonOf,
  ribbonRank,
  sparkOf,
} from './lane-of.js';
import { LaneOrder } from './lane-order.js';
import { textMatcher } from './matches.js';
import type { RowStore, RowWatcher } from './row-store.js';

/** Is told where something is to be drawn anew. */
export interface LaneWatcher {
  /** A row came into a lane, changed there or left it. */
  touched(lane: Lane, row: Row): void;
  /** Everything may look different. */
  reset(): void;
}

/** The lanes of a page. One that is there stays where it is; nobody sees one without anything in it. */
export class Lanes implements RowWatcher {
  readonly #store: RowStore;
  readonly #order: LaneOrder;
  #watcher: LaneWatcher | null = null;
  readonly #byKey = new Map<string, Lane>();
  /** Those beyond a limit, and where their rows go. */
  readonly #elsewhere = new Map<string, Lane>();
  readonly #families = new Map<string, number>();
  #entities: ReadonlyMap<string, EntityRow> = new Map();
  #filter = '';
  #matches = textMatcher('');
  readonly #list = signal<readonly Lane[]>([]);

  constructor(store: RowStore, order = new LaneOrder()) {
    this.#store = store;
    this.#order = order;
    store.watch(this);
  }

  /** Tells this one from now on. */
  tell(watcher: LaneWatcher): void {
    this.#watcher = watcher;
  }

  /** Top to bottom. Another list when one came, moved or went. */
  get list(): ReadonlySignal<readonly Lane[]> {
    return this.#list;
  }

  /** Where a row stands; `undefined`: it is filtered out, or gone. */
  of(row: Row): Lane | undefined {
    const lane = this.#find(laneOf(row, this.#entityOf(row)));
    return lane && lane.rows.indexOf(row) >= 0 ? lane : undefined;
  }

  /** What is now: it says what is measured, and what acts in this home. */
  setEntities(entities: ReadonlyMap<string, EntityRow>): void {
    const before = this.#entities;
    this.#entities = entities;
    let isOtherLane = false;
    for (const [id, entity] of entities) {
      const known = before.get(id);
      if (known === entity) continue;
      isOtherLane ||= known === undefined || isMeasure(known) !== isMeasure(entity);
    }
    if (isOtherLane) this.rebuild();
  }

  /** Only rows, and lanes, in which all of this stands. */
  setFilter(filter: string): void {
    if (filter.trim() === this.#filter) return;
    this.#filter = filter.trim();
    this.#matches = textMatcher(this.#filter);
    this.rebuild();
  }

  /** Puts a lane higher or lower among those of its group. */
  move(key: string, by: number): void {
    const lane = this.#byKey.get(key);
    if (lane === undefined) return;
    const group = this.#list.value.filter((one) => one.group === lane.group && !isOther(one.key));
    this.#order.move(
      key,
      by,
      group.map((one) => one.key),
    );
    this.#sort();
    this.#watcher?.reset();
  }

  /** Sorts all rows into their lanes again. Lanes that were there stay. */
  rebuild(): void {
    for (const lane of this.#byKey.values()) lane.clear();
    this.#addKnown();
    for (const row of this.#store.all()) this.#put(row);
    this.#sort();
    this.#watcher?.reset();
  }

  added(row: Row): void {
    const lane = this.#put(row);
    if (lane) this.#watcher?.touched(lane, row);
  }

  changed(row: Row): void {
    const lane = this.#find(laneOf(row, this.#entityOf(row)));
    if (row.kind === 'job' && row.worker !== null) this.#leaveTheQueue(row, lane);
    const now = this.#find(laneOf(row, this.#entityOf(row)));
    now?.change(row);
    if (now) this.#watcher?.touched(now, row);
  }

  dropped(row: Row): void {
    const lane = this.#find(laneOf(row, this.#entityOf(row)));
    if (!lane || !this.#isShown(row, lane)) return;
    lane.drop(row);
    this.#watcher?.touched(lane, row);
  }

  cleared(): void {
    this.#byKey.clear();
    this.#elsewhere.clear();
    this.#families.clear();
    this.#entities = new Map();
    this.#sort();
    this.#watcher?.reset();
  }

  #put(row: Row): Lane | undefined {
    const lane = this.#make(laneOf(row, this.#entityOf(row)));
    if (!this.#isShown(row, lane)) return undefined;
    const wasEmpty = lane.rows.size === 0;
    lane.add(row);
    if (wasEmpty && !this.#list.value.includes(lane)) this.#sort();
    return lane;
  }

  #isShown(row: Row, lane: Lane): boolean {
    return (
      this.#filter === '' ||
      this.#matches(
        `${lane.group} ${lane.name} ${row.kind} ${row.owner} ${row.name} ${row.entity ?? ''} ${row.text} ${row.status}`,
      )
    );
  }

  /** A job that waited has found its worker. */
  #leaveTheQueue(row: Row, lane: Lane | undefined): void {
    const queue = this.#byKey.get('work/tasks');
    if (queue === undefined || queue === lane || queue.rows.indexOf(row) < 0) return;
    queue.drop(row, false);
    this.#watcher?.touched(queue, row);
    this.#put(row);
  }

  #find(of: LaneOf): Lane | undefined {
    return this.#byKey.get(of.key) ?? this.#elsewhere.get(of.key);
  }

  #make(of: LaneOf): Lane {
    const known = this.#find(of);
    if (known) return known;
    if (of.limit) {
      const { family, most, other } = of.limit;
      const there = this.#families.get(family) ?? 0;
      if (there >= most) {
        const lane = this.#make(other);
        // Names may come without end; their lane is found again without this.
        if (this.#elsewhere.size < 5_000) this.#elsewhere.set(of.key, lane);
        return lane;
      }
      this.#families.set(family, there + 1);
    }
    const lane = new Lane(of);
    this.#byKey.set(of.key, lane);
    return lane;
  }

  /** What acts in a home has its ribbon before it changes for the first time. */
  #addKnown(): void {
    const entities = [...this.#entities.values()];
    const acting = entities.filter((entity) => !isMeasure(entity) && ribbonRank(entity[0]) < 9);
    acting.sort(([a], [b]) => ribbonRank(a) - ribbonRank(b) || (a < b ? -1 : 1));
    for (const [id, , name] of acting.slice(0, MOST.ribbons)) this.#make(ribbonOf(id, name));
    const measured = entities.filter(isMeasure);
    measured.sort((a, b) => measureRank(a) - measureRank(b) || (a[0] < b[0] ? -1 : 1));
    for (const [id, , name] of measured.slice(0, MOST.measures)) this.#make(sparkOf(id, name));
  }

  #sort(): void {
    const shown = [...this.#byKey.values()].filter((lane) => this.#isVisible(lane));
    // What comes in any order, workers, stands by its name.
    const byRank = shown.sort(
      (a, b) =>
        laneRank(a.key) - laneRank(b.key) || (a.group === 'work' ? a.key.localeCompare(b.key) : 0),
    );
    const rank = (lane: Lane): number =>
      GROUPS.indexOf(lane.group) * 2 + (isOther(lane.key) ? 1 : 0);
    const sorted = this.#order.sorted(byRank).sort((a, b) => rank(a) - rank(b));
    const before = this.#list.value;
    if (sorted.length === before.length && sorted.every((lane, at) => lane === before[at])) return;
    this.#list.value = sorted;
  }

  #isVisible(lane: Lane): boolean {
    if (lane.rows.size > 0) return true;
    if (lane.entity !== null && this.#entities.has(lane.entity)) {
      return this.#filter === '' || this.#matches(`${lane.group} ${lane.name} ${lane.entity}`);
    }
    return this.#filter === '';
  }

  #entityOf({ entity }: Row): EntityRow | undefined {
    return entity === null ? undefined : this.#entities.get(entity);
  }
}
