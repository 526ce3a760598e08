import { asyncScheduler } from 'rxjs';
import { packRow, packUpdate } from './pack-row.js';
import { sseFrame } from './sse.js';
import { type Gap, KEPT_MS, KEPT_ROWS, type Row } from './wire.js';

const MAX_BYTES = 48 * 2 ** 20;
// Beyond this many, dropped places in the list are taken away.
const COMPACT_FROM = 1_024;

/** What was sent at once: made once, and the same bytes for all who read. */
export interface KeptFrame {
  readonly at: number;
  readonly rows: number;
  /** Rows up to its end, since the log began. */
  readonly total: number;
  readonly bytes: Buffer;
}

/**
 * The last rows, as they go over the wire: five minutes, 90,000 of them or 48 MB, whichever is less.
 * Frames are numbered from 1; whoever reads keeps the number of the last one he got.
 */
export class RowLog {
  readonly session: string;
  #frames: (KeptFrame | null)[] = [];
  /** How many frames lie before `#frames`. */
  #before = 0;
  #first = 1;
  #rows = 0;
  #bytes = 0;
  #total = 0;

  constructor(session: string) {
    this.session = session;
  }

  /** The number of the oldest frame that is kept; one more than `last` if there is none. */
  get first(): number {
    return this.#first;
  }

  get last(): number {
    return this.#before + this.#frames.length;
  }

  /** `undefined`: not kept any more, or not there yet. */
  get(number: number): KeptFrame | undefined {
    return this.#frames[number - this.#before - 1] ?? undefined;
  }

  /** How many rows came after a frame. */
  rowsSince(number: number): number {
    const next = this.get(Math.max(number + 1, this.#first));
    return next ? this.#total - next.total + next.rows : 0;
  }

  idOf(number: number): string {
    return `${this.session}:${number}`;
  }

  /** The number in an id of this session, if one can go on behind it exactly. */
  resumeAfter(id: string | undefined): number | null {
    const [, session, text] = /^(.{1,64}):(\d{1,15})$/.exec(id ?? '') ?? [];
    const number = Number(text);
    if (session !== this.session || number > this.last || number < this.#first - 1) return null;
    return number;
  }

  addRows(rows: readonly Row[], updates: readonly Row[]): void {
    const packed = [...rows.map(packRow), ...updates.map(packUpdate)];
    if (packed.length > 0) this.#add(packed.length, (id) => sseFrame('rows', packed, id));
  }

  addGap(gap: Gap): void {
    this.#add(1, (id) => sseFrame('gap', gap, id));
  }

  #add(rows: number, frameOf: (id: string) => Buffer): void {
    const bytes = frameOf(this.idOf(this.last + 1));
    this.#rows += rows;
    this.#total += rows;
    this.#bytes += bytes.length;
    this.#frames.push({ at: asyncScheduler.now(), rows, total: this.#total, bytes });
    this.#trim();
  }

  #trim(): void {
    const oldest = asyncScheduler.now() - KEPT_MS;
    for (let frame = this.get(this.#first); frame; frame = this.get(this.#first)) {
      const isTooMuch = this.#rows > KEPT_ROWS || this.#bytes > MAX_BYTES;
      if (!isTooMuch && frame.at >= oldest) break;
      this.#rows -= frame.rows;
      this.#bytes -= frame.bytes.length;
      this.#frames[this.#first - this.#before - 1] = null;
      this.#first++;
    }
    const empty = this.#first - this.#before - 1;
    if (empty < COMPACT_FROM || empty < this.#frames.length / 2) return;
    this.#frames = this.#frames.slice(empty);
    this.#before += empty;
  }
}
