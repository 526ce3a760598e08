import type { Place } from '../model/layout.js';
import { numberOf } from '../model/range.js';
import { withAlpha } from './glyphs.js';
import { type Piece, xIn } from './piece.js';
import type { Scene } from './scene.js';
import { TILE } from './tiles.js';

/** A number over time, as steps with what is below them filled. */
export function paintSpark(piece: Piece, place: Place, scene: Scene): void {
  const { context } = piece;
  const { rows } = place.lane;
  const { low, high } = scene.rangeOf(place.lane);
  const top = place.top + 5;
  const room = place.height - 9;
  const bottom = top + room;
  const yOf = (number: number): number =>
    bottom - room * Math.min(1, Math.max(0, (number - low) / (high - low)));
  let index = rows.indexAt(piece.from) - 1;
  const line = new Path2D();
  let start = TILE;
  let y: number | null = null;
  const step = (x: number, number: number): void => {
    if (y === null) line.moveTo((start = x), yOf(number));
    else line.lineTo(x, y);
    line.lineTo(x, (y = yOf(number)));
  };
  const known = rows.at(index) ?? place.lane.before;
  // Nothing of it has changed as long as anybody remembers.
  const first = known ? known.number : rows.size === 0 ? numberOf(scene.stateOf(place.lane)) : null;
  let x = Math.max(-4, xIn(piece, known?.at ?? 0));
  if (first !== null) step(x, first);
  else x = -Infinity;
  for (let row = rows.at(++index); row && row.at <= piece.to; row = rows.at(++index)) {
    const next = xIn(piece, row.at);
    if (row.number === null || next - x < 0.5) continue;
    step((x = next), row.number);
  }
  if (y === null) return;
  line.lineTo(TILE + 4, y);
  const color = scene.colors['event'];
  context.strokeStyle = color;
  context.lineWidth = 1.5;
  context.stroke(line);
  line.lineTo(TILE + 4, bottom);
  line.lineTo(start, bottom);
  const fill = context.createLinearGradient(0, top, 0, bottom + 2);
  fill.addColorStop(0, color);
  fill.addColorStop(1, 'transparent');
  context.fillStyle = fill;
  withAlpha(context, 0.42, () => context.fill(line));
}
