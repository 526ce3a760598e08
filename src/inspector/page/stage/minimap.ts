import type { Row } from '../../wire.js';
import { isFailure } from '../model/buckets.js';
import type { RowStore, RowWatcher } from '../model/row-store.js';
import { box } from './glyphs.js';
import { seenThrough } from './overlay.js';
import type { Scene } from './scene.js';

/** What it shows. */
export const MAP_MS = 5 * 60_000;
const COLUMN_MS = 1_000;
const HEIGHT = 44;
/** Pixels right of now. */
const FUTURE = 26;

interface Column {
  count: number;
  failed: number;
  human: number;
}

/** The last five minutes, second by second, with the window as a brush. */
export class Minimap implements RowWatcher {
  readonly #columns = new Map<number, Column>();

  constructor(store: RowStore) {
    store.watch(this);
  }

  added(row: Row): void {
    const column = this.#columnOf(row.at);
    column.count += 1;
    if (row.human) column.human += 1;
    if (isFailure(row)) column.failed += 1;
  }

  changed(row: Row): void {
    if (row.status === 'failed') this.#columnOf(row.at).failed += 1;
  }

  cleared(): void {
    this.#columns.clear();
  }

  /** The time at a pixel of it. */
  timeAt(x: number, width: number, now: number): number {
    return now - MAP_MS + (x / (width - FUTURE)) * MAP_MS;
  }

  paint(context: CanvasRenderingContext2D, { view, colors }: Scene): void {
    const { width, now } = view;
    const xOf = (at: number): number => ((at - now + MAP_MS) / MAP_MS) * (width - FUTURE);
    box(context, 0, 0, width, HEIGHT, colors['header']);
    let most = 4;
    for (const { count } of this.#columns.values()) most = Math.max(most, count);
    const wide = Math.max(1, ((width - FUTURE) * COLUMN_MS) / MAP_MS - 0.6);
    for (const [key, { count, failed, human }] of this.#columns) {
      const x = xOf(key * COLUMN_MS);
      // A second of which rows are gone already still happened: it stays until it leaves the map.
      if (x < -50) this.#columns.delete(key);
      const height = Math.max(2, Math.sqrt(count / most) * (HEIGHT - 12));
      const top = HEIGHT - 4 - height;
      const color = human > 0 ? colors['human'] : seenThrough(colors['event'], 0.65);
      box(context, x, top, wide, height, color);
      const part = Math.min(height, Math.max(3, height * Math.sqrt(failed / count)));
      if (failed > 0) box(context, x, top, wide, part, colors['error']);
    }
    const from = Math.max(0, xOf(view.left));
    const to = Math.min(width, Math.max(from + 3, xOf(view.right)));
    box(context, from, 2, to - from, HEIGHT - 4, seenThrough(colors['ink'], 0.08));
    for (const edge of [from, to - 1.5])
      box(context, edge, 2, 1.5, HEIGHT - 4, seenThrough(colors['ink'], 0.7));
  }

  #columnOf(at: number): Column {
    const key = Math.floor(at / COLUMN_MS);
    const column = this.#columns.get(key) ?? { count: 0, failed: 0, human: 0 };
    this.#columns.set(key, column);
    return column;
  }
}
