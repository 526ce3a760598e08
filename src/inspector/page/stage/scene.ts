import type { Row } from '../../wire.js';
import type { App } from '../app.js';
import { Buckets } from '../model/buckets.js';
import type { Lane } from '../model/lane.js';
import { barBox, layoutOf, type Layout, type Place } from '../model/layout.js';
import type { Lanes } from '../model/lanes.js';
import { numberOf, type Range, rangeOf } from '../model/range.js';
import { type Palette, readPalette } from './palette.js';
import type { View } from './view.js';

/** Pixels above the lanes: the time axis, and the loop weather. */
export const SKY = 40;

/** Where a row is on the canvas. */
export interface Knot {
  readonly row: Row;
  readonly x: number;
  readonly y: number;
  /** Where its bar ends; its own place if it has none. */
  readonly end: number;
}

/** What is drawn, and where: what all painters need to know. */
export class Scene {
  colors: Palette;
  layout: Layout = layoutOf([], 0);
  /** Pixels of the part that shows lanes. */
  height = 1;
  scroll = 0;
  /** How many rows in 12 pixels stand as high as a lane. */
  crowd = 8;
  readonly app: App;
  readonly view: View;
  readonly lanes: Lanes;
  #scale = 0;
  readonly #buckets = new Map<Lane, Buckets>();
  readonly #ranges = new Map<Lane, Range>();

  constructor(app: App, view: View, lanes: Lanes) {
    this.app = app;
    this.view = view;
    this.lanes = lanes;
    this.colors = readPalette();
  }

  layOut(): void {
    this.layout = layoutOf(this.lanes.list.peek(), this.height);
    this.scrollTo(this.scroll);
  }

  scrollTo(top: number): void {
    this.scroll = Math.max(0, Math.min(top, this.layout.height - this.height));
  }

  placeOf(row: Row): Place | undefined {
    const lane = this.lanes.of(row);
    return lane && this.layout.places.find((place) => place.lane === lane);
  }

  /** The lane at a height on the canvas. */
  laneAt(y: number): Place | undefined {
    const top = y - SKY + this.scroll;
    return this.layout.places.find((place) => top >= place.top && top < place.top + place.height);
  }

  /** `null` if its lane is not there. */
  knotOf(row: Row | undefined): Knot | null {
    const place = row && this.placeOf(row);
    if (!place) return null;
    const x = this.view.x(row.at);
    const isBar = place.lane.look === 'bars';
    const { y, height } = isBar ? barBox(place, row) : { y: place.top, height: place.height };
    const last = row.status === 'running' ? Math.max(row.at, this.view.now) : row.at + row.dur;
    const end = isBar ? this.view.x(last) : x;
    return { row, x, y: y + height / 2 + SKY - this.scroll, end };
  }

  /** True if the scale is another one than before: then nothing of what is drawn fits any more. */
  takeScale(): boolean {
    const { msPerPx } = this.view;
    if (msPerPx === this.#scale) return false;
    this.#scale = msPerPx;
    this.forgetCounts();
    return true;
  }

  bucketsOf(lane: Lane): Buckets {
    let buckets = this.#buckets.get(lane);
    if (buckets === undefined) {
      buckets = new Buckets(lane, this.#scale);
      this.#buckets.set(lane, buckets);
    }
    return buckets;
  }

  /** How many rows there are in the fullest crowd that is to be seen. */
  fullest(): number {
    let most = 0;
    for (const { lane } of this.layout.places) {
      if (lane.look !== 'marbles' && lane.look !== 'bars') continue;
      const buckets = this.bucketsOf(lane);
      const last = buckets.indexAt(this.view.right);
      for (let index = buckets.indexAt(this.view.left); index <= last; index++) {
        most = Math.max(most, buckets.at(index)?.count ?? 0);
      }
    }
    return most;
  }

  forgetCounts(): void {
    this.#buckets.clear();
  }

  /** From which number to which a line reaches, as of the last `takeRanges`. */
  rangeOf(lane: Lane): Range {
    return this.#ranges.get(lane) ?? { low: 0, high: 1 };
  }

  /** Looks at the numbers of all lines. True if one is drawn in another range now. */
  takeRanges(): boolean {
    let isOther = false;
    for (const { lane } of this.layout.places) {
      if (lane.look !== 'spark') continue;
      const unit = this.app.entities.peek().get(lane.entity ?? '')?.[3] ?? null;
      const range = rangeOf(lane, unit, numberOf(this.stateOf(lane)));
      const before = this.#ranges.get(lane);
      if (range === null || (before?.low === range.low && before.high === range.high)) continue;
      this.#ranges.set(lane, range);
      isOther = true;
    }
    return isOther;
  }

  /** What the entity of a lane is now. */
  stateOf({ entity }: Lane): string | null {
    return this.app.entities.peek().get(entity ?? '')?.[1] ?? null;
  }

  /** Owners are called `simulated_home "Simulated home"`. */
  isSimulated(owner = ''): boolean {
    const label = this.app.hello.peek()?.label ?? null;
    return label !== null && (owner === label || owner.endsWith(`"${label}"`));
  }
}
