import type { Place } from '../model/layout.js';
import { hatch } from './hatch.js';
import { paintBars } from './paint-bars.js';
import { paintMarbles } from './paint-marbles.js';
import { paintRibbon } from './paint-ribbon.js';
import { paintSpark } from './paint-spark.js';
import type { Piece } from './piece.js';
import type { Scene } from './scene.js';
import { TILE } from './tiles.js';

/** All lanes within a tile. */
export function paintTile(context: CanvasRenderingContext2D, left: number, scene: Scene): void {
  const { msPerPx } = scene.view;
  const piece = { context, left, msPerPx, from: left * msPerPx, to: (left + TILE) * msPerPx };
  for (const place of scene.layout.places) paintLane(piece, place, scene);
}

function paintLane(piece: Piece, place: Place, scene: Scene): void {
  const { look, rows } = place.lane;
  if (scene.isSimulated(rows.last?.owner)) {
    hatch(piece.context, 0, place.top, TILE, place.height, scene.colors['line']);
  }
  if (look === 'ribbon') paintRibbon(piece, place, scene);
  else if (look === 'spark') paintSpark(piece, place, scene);
  else {
    if (look === 'bars') paintBars(piece, place, scene);
    paintMarbles(piece, place, scene);
  }
}
