import type { Row } from '../../wire.js';
import { BUCKET } from '../model/buckets.js';
import { barBox, type Place } from '../model/layout.js';
import { type Scene, SKY } from './scene.js';

/** What the pointer is at. */
export interface Hit {
  readonly row: Row;
  /** More than one: they are drawn as one pill. */
  readonly count: number;
  /** The newest of them, at most eight. */
  readonly rows: readonly Row[];
  readonly x: number;
  readonly y: number;
  readonly from: number;
  readonly to: number;
}

const NEAR = 13;
const LISTED = 8;

/** What stands at a point of the canvas; `null` for nothing. */
export function hitAt(scene: Scene, x: number, y: number): Hit | null {
  const place = y < SKY ? undefined : scene.laneAt(y);
  if (place === undefined) return null;
  const { look } = place.lane;
  if (look === 'ribbon' || look === 'spark') return hitOf(scene, lastBefore(scene, place, x));
  return (look === 'bars' && hitOf(scene, barAt(scene, place, x, y))) || marbleAt(scene, place, x);
}

/** As if the pointer were at a row. */
export function hitOf(scene: Scene, row: Row | undefined): Hit | null {
  const knot = scene.knotOf(row);
  if (knot === null) return null;
  const { at } = knot.row;
  const spot = { x: Math.max(0, knot.x), y: knot.y, from: at, to: at };
  return { row: knot.row, count: 1, rows: [knot.row], ...spot };
}

function marbleAt(scene: Scene, place: Place, x: number): Hit | null {
  const { view } = scene;
  const buckets = scene.bucketsOf(place.lane);
  const here = buckets.indexAt(view.time(x));
  let best: Hit | null = null;
  let nearest = NEAR;
  for (let index = here - 2; index <= here + 2; index++) {
    const bucket = buckets.at(index);
    if (bucket === undefined) continue;
    const { row, count } = bucket;
    const from = index * BUCKET * view.msPerPx;
    const to = from + BUCKET * view.msPerPx;
    const at = view.x(count === 1 ? row.at : (from + to) / 2);
    if (Math.abs(at - x) >= nearest) continue;
    nearest = Math.abs(at - x);
    const y = place.top + place.height / 2 + SKY - scene.scroll;
    best = {
      row,
      count,
      rows: count === 1 ? [row] : newestIn(place, from, to),
      x: at,
      y,
      from,
      to,
    };
  }
  return best;
}

function newestIn({ lane: { rows } }: Place, from: number, to: number): readonly Row[] {
  return rows.between(from, to).slice(-LISTED).reverse();
}

function barAt({ view, scroll }: Scene, place: Place, x: number, y: number): Row | undefined {
  const at = view.time(x);
  const top = y - SKY + scroll;
  const slack = 4 * view.msPerPx;
  const lasted = place.lane.lastedIn(at - slack, at + slack);
  const found = [...lasted, ...place.lane.running].filter((row) => {
    const end = row.status === 'running' ? Math.max(view.now, row.due ?? 0) : row.at + row.dur;
    if (row.at - slack > at || end + slack < at) return false;
    const box = barBox(place, row);
    return top >= box.y - 1 && top <= box.y + box.height + 1;
  });
  return found.sort((a, b) => b.at - a.at)[0];
}

/** A ribbon and a line say what was since: the last change before the pointer. */
function lastBefore({ view }: Scene, { lane }: Place, x: number): Row | undefined {
  const at = view.time(x);
  if (at > view.now) return undefined;
  return lane.rows.at(lane.rows.indexAt(at + 4 * view.msPerPx) - 1) ?? lane.before ?? undefined;
}
