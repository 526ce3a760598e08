import { type ReadonlySignal, signal } from '../signals.js';
import { isUpdate, statusOf, unpackRow } from '../../pack-row.js';
import { KEPT_MS, KEPT_ROWS, type PackedRow, type PackedUpdate, type Row } from '../../wire.js';
import { Effects } from './effects.js';
import { TimeList } from './time-list.js';

/** What runs longer than rows are kept is kept beside them, so many at most. */
const KEPT_RUNNING = 1_000;

/** Is told what comes into a store, changes in it and goes. Called while a batch is taken: be quick. */
export interface RowWatcher {
  added(row: Row): void;
  /** `before` is the status that it had. */
  changed?(row: Row, before: Row['status']): void;
  /** It is too old. What still runs is not dropped before it ends. */
  dropped?(row: Row): void;
  cleared(): void;
}

/**
 * The rows of a page: the newest 90,000 of the last five minutes, by time, by id and by cause. What
 * still runs stays for as long as it does.
 */
export class RowStore {
  readonly #rows = new TimeList<Row>();
  readonly #byId = new Map<number, Row>();
  readonly #effects = new Effects();
  /** Too old for the list, and not over yet, or not for long. */
  readonly #outliving = new Set<Row>();
  readonly #watchers = new Set<RowWatcher>();
  readonly #words = new Map<string, string>();
  readonly #version = signal(0);
  #session: string | null = null;
  #taken = 0;
  #newest = 0;

  /** Another number after each batch, and after `clear`. */
  get version(): ReadonlySignal<number> {
    return this.#version;
  }

  /** How many there are. */
  get size(): number {
    return this.#rows.size + this.#outliving.size;
  }

  /** How many came since the session began: it only grows. */
  get taken(): number {
    return this.#taken;
  }

  /** When the newest happened; 0 if there is none. */
  get newest(): number {
    return this.#newest;
  }

  /** Rows of another run of the hub are forgotten. True if they were. */
  begin(session: string): boolean {
    if (session === this.#session) return false;
    const had = this.#session !== null;
    this.#session = session;
    this.clear();
    return had;
  }

  /** Takes what came over the feed. A row that is here already is not taken again. */
  take(batch: readonly (PackedRow | PackedUpdate)[]): void {
    for (const packed of batch) {
      if (isUpdate(packed)) this.#update(packed);
      else this.#add(unpackRow(packed));
    }
    this.#dropOld();
    this.#version.value += 1;
  }

  get(id: number): Row | undefined {
    return this.#byId.get(id);
  }

  /** What a row led to, in the order of time; at most 1,000, `moreEffectsOf` says how many more. */
  effectsOf(id: number): readonly Row[] {
    return this.#effects.of(id);
  }

  moreEffectsOf(id: number): number {
    return this.#effects.moreOf(id);
  }

  /** All there are: what still runs from long ago, then the others, oldest first. */
  all(): readonly Row[] {
    return [...this.#outliving, ...this.#rows.between(-Infinity, Infinity)];
  }

  /** All from the newest to the oldest. */
  *newestFirst(): Generator<Row> {
    for (let index = this.#rows.size - 1; index >= 0; index--) yield this.#rows.at(index) as Row;
  }

  /** Tells what is here already, then what comes. Returns the end of that. */
  watch(watcher: RowWatcher): () => void {
    for (const row of this.all()) watcher.added(row);
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  clear(): void {
    this.#rows.clear();
    this.#byId.clear();
    this.#effects.clear();
    this.#outliving.clear();
    this.#words.clear();
    this.#taken = 0;
    this.#newest = 0;
    for (const watcher of this.#watchers) watcher.cleared();
    this.#version.value += 1;
  }

  #add(row: Row): void {
    if (this.#byId.has(row.id)) return;
    const kept = this.#withOneOfEachWord(row);
    this.#taken += 1;
    this.#newest = Math.max(this.#newest, kept.at);
    this.#byId.set(kept.id, kept);
    this.#rows.add(kept);
    this.#effects.add(kept);
    for (const watcher of this.#watchers) watcher.added(kept);
  }

  #update([, id, status, dur, worker]: PackedUpdate): void {
    const row = this.#byId.get(id);
    if (row === undefined) return;
    const before = row.status;
    row.status = statusOf(status);
    row.dur = dur;
    row.worker = worker;
    for (const watcher of this.#watchers) watcher.changed?.(row, before);
  }

  #dropOld(): void {
    const tooOld = this.#newest - KEPT_MS;
    for (;;) {
      const row = this.#rows.first;
      if (row === undefined || (row.at >= tooOld && this.#rows.size <= KEPT_ROWS)) break;
      this.#rows.shift();
      if (row.status === 'running') this.#outliving.add(row);
      else this.#drop(row);
    }
    let tooMany = this.#outliving.size - KEPT_RUNNING;
    for (const row of this.#outliving) {
      const isOver = row.status !== 'running' && row.at + row.dur < tooOld;
      if (!isOver && tooMany <= 0) continue;
      this.#outliving.delete(row);
      this.#drop(row);
      tooMany -= 1;
    }
  }

  #drop(row: Row): void {
    this.#byId.delete(row.id);
    this.#effects.drop(row, this.#byId.has(row.cause));
    for (const watcher of this.#watchers) watcher.dropped?.(row);
  }

  /** The same names come thousands of times: as one string each they take no room. */
  #withOneOfEachWord(row: Row): Row {
    const one = (word: string): string => this.#oneOf(word);
    return {
      ...row,
      owner: one(row.owner),
      name: one(row.name),
      short: one(row.short),
      entity: row.entity === null ? null : one(row.entity),
    };
  }

  #oneOf(word: string): string {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (this.#words.size >= 5_000) this.#words.clear();
    this.#words.set(word, word);
    return word;
  }
}
