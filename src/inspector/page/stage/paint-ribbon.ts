import type { Row } from '../../wire.js';
import type { Place } from '../model/layout.js';
import { box, disc, FONT, withAlpha, write } from './glyphs.js';
import { hatch } from './hatch.js';
import { colorOfRibbon } from './palette.js';
import { type Piece, xIn } from './piece.js';
import { type Scene, SKY } from './scene.js';
import { TILE } from './tiles.js';

const RESTING = /^(|off|closed|away|not_home|idle|clear|standby|docked|locked|none|false|unknown)$/;
const TEXT = `600 10.5px ${FONT}`;

const widthOf = (text: string): number => text.length * 6.2;

/** A state over time: a band while something is on, a dot where it goes to rest. */
export function paintRibbon(piece: Piece, place: Place, scene: Scene): void {
  const { rows, before } = place.lane;
  // What is said in an earlier tile may still be read in this one.
  let index = rows.indexAt(piece.from) - 1;
  let row = rows.at(index) ?? before;
  if (row === null && rows.size === 0) {
    // Nothing of it has changed as long as anybody remembers.
    const state = scene.stateOf(place.lane);
    if (state !== null) paintStretch(piece, place, scene, state, -1_000, TILE + 40, null);
    return;
  }
  let drawn = -Infinity;
  for (;;) {
    const next = rows.at(index + 1);
    const to = next === undefined ? TILE + 40 : xIn(piece, next.at);
    const from = row === null ? to : xIn(piece, row.at);
    // Many within one pixel are one.
    if (row !== null && (to - Math.max(from, drawn) >= 0.7 || next === undefined)) {
      paintStretch(piece, place, scene, row.short, from, to, row);
      drawn = to;
    }
    if (next === undefined || next.at > piece.to) return;
    row = next;
    index += 1;
  }
}

/** Of a band that began left of the window, what it is stands at the edge. */
export function paintEdges(context: CanvasRenderingContext2D, scene: Scene): void {
  const { view, colors } = scene;
  for (const { lane, top, height } of scene.layout.places) {
    if (lane.look !== 'ribbon') continue;
    const index = lane.rows.indexAt(view.left);
    const state = lane.rows.at(index - 1) ?? lane.before;
    const next = lane.rows.at(index);
    if (state === null && next !== undefined) continue;
    const text = state?.short ?? scene.stateOf(lane) ?? '';
    const isWide = next === undefined || view.x(next.at) > 16 + widthOf(text);
    if (RESTING.test(text) || text === 'unavailable' || !isWide) continue;
    // Its own text may still be half in view.
    if (state && view.x(state.at) > -8 - widthOf(text)) continue;
    context.font = TEXT;
    const y = top + height / 2 + SKY - scene.scroll;
    write(context, text, 8, y, colors[colorOfRibbon(lane)], 'left');
  }
}

function paintStretch(
  { context }: Piece,
  place: Place,
  { colors }: Scene,
  state: string,
  from: number,
  to: number,
  row: Row | null,
): void {
  const middle = place.top + place.height / 2;
  const height = Math.min(15, place.height - 8);
  const top = middle - height / 2;
  const left = Math.max(from, -1_000);
  const isLost = state === 'unavailable';
  const isResting = isLost || RESTING.test(state) || row?.text.endsWith(': removed') === true;
  const color = colors[isResting ? 'muted' : colorOfRibbon(place.lane)];
  if (isLost) hatch(context, left, top, to - left, height, colors['line']);
  if (isResting) {
    if (row !== null) disc(context, from, middle, 3, isLost ? colors['amber'] : color);
  } else {
    withAlpha(context, 0.24, () => box(context, left, top, to - left, height, color));
    if (row !== null) box(context, from, top, 2.5, height, color);
  }
  context.font = TEXT;
  const hasRoom = to - from > 14 + widthOf(state);
  if (hasRoom && (row !== null || !isResting))
    write(context, state, from + 8, middle, color, 'left');
}
