import { BUCKET, type Bucket, crowdHeight } from '../model/buckets.js';
import type { Place } from '../model/layout.js';
import type { Row } from '../../wire.js';
import { disc, drawGlyph, pill, textPill } from './glyphs.js';
import { colorOfKind } from './palette.js';
import { type Piece, xIn } from './piece.js';
import type { Scene } from './scene.js';
import { TILE } from './tiles.js';

/** Buckets left and right of a tile whose marbles may reach into it. */
const MARGIN = 3;

/** What happens in an instant. */
export function paintMarbles(piece: Piece, place: Place, scene: Scene): void {
  const buckets = scene.bucketsOf(place.lane);
  const first = Math.round(piece.left / BUCKET);
  const y = place.top + place.height / 2;
  for (let index = first - MARGIN; index < first + TILE / BUCKET + MARGIN; index++) {
    const bucket = buckets.at(index);
    if (bucket === undefined) continue;
    const detail = buckets.detailAt(index);
    const x = (index - first + 0.5) * BUCKET;
    if (detail === 'dense') paintCrowd(piece, place, scene, bucket, x);
    else if (detail === 'many') paintMany(piece, y, scene, bucket, x);
    else paintOne(piece, y, scene, bucket.row, detail === 'marble');
  }
}

function paintOne(piece: Piece, y: number, { colors }: Scene, row: Row, isLarge: boolean): void {
  const x = xIn(piece, row.at);
  drawGlyph(piece.context, row, x, y, colors, isLarge ? wordIn(row) : null);
  if (row.status === 'failed' && row.kind !== 'error' && row.dur === 0) {
    disc(piece.context, x + 7, y - 7, 3, colors['error']);
  }
}

/** What a marble says: what the row has for it, else what tells one automation from another. */
function wordIn({ kind, short, name, text }: Row): string {
  if (kind === 'service')
    return short || (name.split('.')[1] ?? name).replace(/^turn_/, '').slice(0, 8);
  if (kind === 'automation')
    return (name.replace(/^automation\./, '') || text).charAt(0).toUpperCase();
  return short;
}

function paintMany(
  { context }: Piece,
  y: number,
  { colors }: Scene,
  { count, failed, human, row, kinds }: Bucket,
  x: number,
): void {
  const text = `×${count > 999 ? `${Math.round(count / 1000)}k` : count}`;
  const main = colorOfKind(byNumber(kinds)[0]?.[0] ?? row.kind);
  const color = failed === count ? 'error' : human > 0 ? 'human' : main;
  const isState = row.kind === 'state';
  const width = textPill(context, x, y, text, colors[color], colors, 8.5, isState);
  // What failed among them is on top, and does not colour the others.
  if (failed > 0 && failed < count) disc(context, x + width / 2 - 1, y - 8, 3.5, colors['error']);
}

/** A crowd: as high as it is large, in the colours of what is in it; failures as a dot on top. */
function paintCrowd(
  { context }: Piece,
  place: Place,
  { colors, crowd }: Scene,
  { count, failed, kinds }: Bucket,
  x: number,
): void {
  const height = Math.max(4, Math.round((place.height - 8) * crowdHeight(count, crowd)));
  let bottom = place.top + place.height - 3;
  const top = bottom - height;
  const round = Math.min(4, height / 2);
  // The main kind is at the bottom and rounds the whole; the others lie on it.
  for (const [index, [kind, many]] of byNumber(kinds).entries()) {
    const below = index === 0 ? round : 0;
    const corners = [round, round, below, below];
    pill(context, x - 4, top, 8, bottom - top, corners, colors[colorOfKind(kind)]);
    bottom -= (height * many) / count;
  }
  if (failed > 0) disc(context, x, top - 2.5, 2.75, colors['error']);
}

function byNumber(kinds: Bucket['kinds']): [Row['kind'], number][] {
  const sorted = [...kinds];
  return sorted.length > 1 ? sorted.sort(([, a], [, b]) => b - a) : sorted;
}
