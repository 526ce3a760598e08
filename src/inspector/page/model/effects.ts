import type { Row } from '../../wire.js';

/** A burst may set off more than anybody reads: of one row so many are known one by one. */
const KNOWN = 1_000;

/** What led to what: the rows that a row set off, also if they came before it. */
export class Effects {
  readonly #byCause = new Map<number, Row[]>();
  readonly #more = new Map<number, number>();

  of(id: number): readonly Row[] {
    return this.#byCause.get(id) ?? [];
  }

  /** How many it set off beyond those. */
  moreOf(id: number): number {
    return this.#more.get(id) ?? 0;
  }

  add(row: Row): void {
    if (row.cause === 0) return;
    const rows = this.#byCause.get(row.cause);
    if (rows === undefined) {
      this.#byCause.set(row.cause, [row]);
    } else if (rows.length >= KNOWN) {
      this.#more.set(row.cause, this.moreOf(row.cause) + 1);
    } else {
      rows.push(row);
      for (let index = rows.length - 1; index > 0; index--) {
        const before = rows[index - 1] as Row;
        if (before.at <= row.at) break;
        rows[index] = before;
        rows[index - 1] = row;
      }
    }
  }

  /** A row is gone, and with it what is known only of it. */
  drop(row: Row, isCauseKept: boolean): void {
    this.#byCause.delete(row.id);
    this.#more.delete(row.id);
    const rows = this.#byCause.get(row.cause);
    if (rows === undefined) return;
    const index = rows.indexOf(row);
    if (index >= 0) rows.splice(index, 1);
    if (rows.length === 0 && !isCauseKept) this.#forget(row.cause);
  }

  clear(): void {
    this.#byCause.clear();
    this.#more.clear();
  }

  #forget(cause: number): void {
    this.#byCause.delete(cause);
    this.#more.delete(cause);
  }
}
