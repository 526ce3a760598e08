import type { Row } from '../../wire.js';
import type { Lane } from './lane.js';

/** Pixels; a tile of 240 has 20 of them. */
export const BUCKET = 12;
const PER_CHUNK = 20;
/** Chunks that are kept of a lane: more than a window and what one pans over. */
const CHUNKS = 48;

/** What happened within the same 12 pixels. */
export interface Bucket {
  count: number;
  failed: number;
  human: number;
  /** The newest one. */
  row: Row;
  /** How many of each look, for the colours of what is dense. */
  readonly kinds: Map<Row['kind'], number>;
}

/** How a bucket is drawn. `marble`: with its text. `many`: a pill with their number. */
export type Detail = 'marble' | 'dot' | 'many' | 'dense';

/**
 * The rows of a lane in absolute buckets of 12 pixels: they begin at multiples of 12 pixels since
 * the epoch, so that tiles drawn at different times agree. What lasts longer than a bucket is no
 * part of it in a lane of bars: it is one.
 */
export class Buckets {
  readonly #lane: Lane;
  readonly #msPerBucket: number;
  readonly #chunks = new Map<number, (Bucket | undefined)[]>();

  constructor(lane: Lane, msPerPx: number) {
    this.#lane = lane;
    this.#msPerBucket = msPerPx * BUCKET;
  }

  indexAt(at: number): number {
    return Math.floor(at / this.#msPerBucket);
  }

  at(index: number): Bucket | undefined {
    const chunk = Math.floor(index / PER_CHUNK);
    return this.#chunk(chunk)[index - chunk * PER_CHUNK];
  }

  /** Alone, near others, or in a crowd. */
  detailAt(index: number): Detail {
    const count = this.at(index)?.count ?? 0;
    const near = this.#has(index - 1) || this.#has(index + 1);
    if (count > 1) return near ? 'dense' : 'many';
    return near || this.#has(index - 2) || this.#has(index + 2) ? 'dot' : 'marble';
  }

  /** Counts a row that has come. */
  add(row: Row): void {
    if (!this.#belongs(row)) return;
    const index = this.indexAt(row.at);
    const chunk = Math.floor(index / PER_CHUNK);
    const buckets = this.#chunks.get(chunk);
    if (buckets) count(buckets, index - chunk * PER_CHUNK, row);
  }

  /** A row has changed or gone: its neighbourhood is counted again when somebody looks. */
  forget(row: Row): void {
    this.#chunks.delete(Math.floor(this.indexAt(row.at) / PER_CHUNK));
  }

  #has(index: number): boolean {
    return this.at(index) !== undefined;
  }

  #belongs({ status, dur }: Row): boolean {
    return this.#lane.look !== 'bars' || (status !== 'running' && dur < this.#msPerBucket);
  }

  #chunk(chunk: number): (Bucket | undefined)[] {
    const known = this.#chunks.get(chunk);
    if (known) return known;
    const buckets: (Bucket | undefined)[] = [];
    const from = chunk * PER_CHUNK;
    const ms = this.#msPerBucket;
    for (const row of this.#lane.rows.between(from * ms, (from + PER_CHUNK) * ms)) {
      // Fractions may say that it lies one bucket outside.
      const at = Math.min(PER_CHUNK - 1, Math.max(0, this.indexAt(row.at) - from));
      if (this.#belongs(row)) count(buckets, at, row);
    }
    this.#chunks.set(chunk, buckets);
    if (this.#chunks.size > CHUNKS) {
      const [oldest] = this.#chunks.keys();
      if (oldest !== undefined) this.#chunks.delete(oldest);
    }
    return buckets;
  }
}

function count(buckets: (Bucket | undefined)[], at: number, row: Row): void {
  const bucket = (buckets[at] ??= {
    count: 0,
    failed: 0,
    human: 0,
    row,
    kinds: new Map<Row['kind'], number>(),
  });
  bucket.count += 1;
  if (isFailure(row)) bucket.failed += 1;
  if (row.human) bucket.human += 1;
  if (row.at >= bucket.row.at) bucket.row = row;
  bucket.kinds.set(row.kind, (bucket.kinds.get(row.kind) ?? 0) + 1);
}

export function isFailure({ status, kind }: Row): boolean {
  return status === 'failed' || kind === 'error';
}

/**
 * How high a crowd stands, 0 to 1, on one scale for all lanes. By the root: twice the height is four
 * times as many.
 */
export function crowdHeight(count: number, most: number): number {
  return Math.min(1, Math.sqrt(count / Math.max(1, most)));
}

/** The top of the scale: it grows by halves, so that what is drawn is drawn anew only now and then. */
export function scaleFor(most: number): number {
  return Math.ceil(1.5 ** Math.ceil(Math.log(Math.max(8, most)) / Math.log(1.5)));
}
