import type { Row } from '../../wire.js';
import type { Group, Lane } from './lane.js';

/** Where a lane stands, in pixels from the top of all lanes. */
export interface Place {
  readonly lane: Lane;
  readonly top: number;
  readonly height: number;
}

export interface Heading {
  readonly group: Group;
  readonly top: number;
}

export interface Layout {
  readonly places: readonly Place[];
  readonly headings: readonly Heading[];
  /** Of everything; more than there is room for means that one can scroll. */
  readonly height: number;
}

export const HEADING = 20;
const HEIGHTS = { marbles: 26, bars: 34, ribbon: 23, spark: 34 } as const;
/** Few lanes grow into the room that is there, and many shrink into it, so far. */
const MOST_GROWTH = 1.5;
const LEAST_GROWTH = 0.82;

/** Lanes under each other with a heading over each group; in `room` pixels if they fit. */
export function layoutOf(lanes: readonly Lane[], room: number): Layout {
  const groups = new Set(lanes.map(({ group }) => group)).size;
  const wanted = lanes.reduce((sum, { look }) => sum + HEIGHTS[look], 0);
  const left = room - groups * HEADING;
  const growth = wanted > 0 ? Math.min(MOST_GROWTH, Math.max(LEAST_GROWTH, left / wanted)) : 1;
  const places: Place[] = [];
  const headings: Heading[] = [];
  let top = 0;
  for (const lane of lanes) {
    if (headings.at(-1)?.group !== lane.group) {
      headings.push({ group: lane.group, top });
      top += HEADING;
    }
    const height = Math.floor(HEIGHTS[lane.look] * growth);
    places.push({ lane, top, height });
    top += height;
  }
  return { places, headings, height: top };
}

/** Where a bar stands on the stage, from top to bottom. */
export interface Box {
  readonly y: number;
  readonly height: number;
}

/** Where a bar stands among all lanes. */
export function barBox({ lane, top, height: room }: Place, row: Row): Box {
  const height = Math.min(12, Math.floor((room - 6) / 3));
  const first = top + (room - 3 * height - 2) / 2;
  return { y: Math.round(first + lane.subRowOf(row) * (height + 1)), height };
}
