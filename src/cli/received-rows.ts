import {
  type EntityRow,
  type Hello,
  isUpdate,
  type PackedRow,
  type PackedUpdate,
  type Row,
  statusOf,
  unpackRow,
} from 'rxhome/inspector';

/** Of what runs; of more nobody will learn how it ends. */
const MAX_RUNNING = 20_000;
const MAX_NAMES = 20_000;

/** What came over the feed, put together: rows that have gone on, and the names of entities. */
export class ReceivedRows {
  readonly #running = new Map<number, Row>();
  readonly #names = new Map<string, string>();
  #session = '';
  #since = -Infinity;

  /** From when on rows are taken. */
  get since(): number {
    return this.#since;
  }

  /** Whoever speaks now. @returns whether it is another run of a hub: of the one before nothing goes on */
  hello({ session, at }: Hello): boolean {
    if (session === this.#session) return false;
    // What happened before we came is not asked for; after a restart all of it is new.
    this.#since = this.#session === '' ? at : -Infinity;
    this.#session = session;
    this.#running.clear();
    return true;
  }

  entities(rows: readonly EntityRow[]): void {
    for (const [id, state, name] of rows)
      if (state === null) this.#names.delete(id);
      else if (this.#names.has(id) || this.#names.size < MAX_NAMES) this.#names.set(id, name);
  }

  nameOf(entityId: string): string | undefined {
    return this.#names.get(entityId);
  }

  /** The rows of a message, those that have gone on as they are now. */
  *rows(packed: readonly (PackedRow | PackedUpdate)[]): Generator<Row> {
    for (const one of packed)
      if (isUpdate(one)) {
        const [, id, status, dur, worker] = one;
        const known = this.#running.get(id);
        if (known) yield this.#keep({ ...known, status: statusOf(status), dur, worker });
      } else {
        const row = unpackRow(one);
        if (row.at >= this.#since) yield this.#keep(row);
      }
  }

  #keep(row: Row): Row {
    if (row.status !== 'running') this.#running.delete(row.id);
    else if (this.#running.size < MAX_RUNNING) this.#running.set(row.id, row);
    return row;
  }
}
