import type { Row } from '../../wire.js';
import { BUCKET } from '../model/buckets.js';
import { barBox, type Box, type Place } from '../model/layout.js';
import { box, FONT, mark, pill, shape, withAlpha, write } from './glyphs.js';
import { colorOf } from './palette.js';
import { type Piece, xIn } from './piece.js';
import type { Scene } from './scene.js';

const REACH = 30;

/** What lasted, and is over. What still runs is drawn over the tiles in each frame. */
export function paintBars(piece: Piece, place: Place, scene: Scene): void {
  const shortest = BUCKET * piece.msPerPx;
  const reach = REACH * piece.msPerPx;
  const { lane } = place;
  for (const row of lane.lastedIn(piece.from - reach, piece.to + reach)) {
    if (row.dur < shortest) continue;
    const x = xIn(piece, row.at);
    const width = row.dur / piece.msPerPx;
    const text = lane.hasRoomFor(row) ? row.text || row.name : '';
    paintBar(piece.context, row, x, width, barBox(place, row), scene, text);
  }
}

/** A bar with its caps and its name. A failed one ends in an X, a cancelled one with `!`. */
export function paintBar(
  context: CanvasRenderingContext2D,
  row: Row,
  x: number,
  width: number,
  { y, height }: Box,
  { colors }: Scene,
  text: string,
): void {
  const color = colors[colorOf(row)];
  // Far outside nothing is to be seen, and huge numbers are drawn badly.
  const left = Math.max(x, -4_000);
  const right = Math.min(x + width, 8_000);
  if (right <= left) return;
  withAlpha(context, 0.34, () => pill(context, left, y, right - left, height, 3, color));
  box(context, x, y, 2.5, height, color);
  const middle = y + height / 2;
  if (row.status === 'cancelled') mark(context, right - 5, middle, color);
  else if (row.status !== 'running') box(context, right - 2.5, y, 2.5, height, color);
  if (row.status === 'failed')
    shape(context, 'error', right + 7, middle, 0.8, colors['error'], colors);
  barText(context, text, left, right - left, middle, colors['ink']);
}

export function barText(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  width: number,
  y: number,
  color: string,
): void {
  if (width < 34) return;
  context.font = `500 10.5px ${FONT}`;
  const fits = Math.floor((width - 10) / 5.6);
  const shown = text.length <= fits ? text : `${text.slice(0, Math.max(1, fits - 1))}…`;
  write(context, shown, x + 7, y, color, 'left');
}
