import type { Row } from '../../wire.js';
import type { App } from '../app.js';
import type { Lane } from '../model/lane.js';
import type { Layout } from '../model/layout.js';
import { readPalette } from './palette.js';
import { Tiles } from './tiles.js';
import { Lanes, type LaneWatcher } from '../model/lanes.js';
import { LaneOrder } from '../model/lane-order.js';
import { effect, type Signal, signal } from '../signals.js';
import { type Hit, hitOf } from './hit-test.js';
import { remember, remembered } from '../memory.js';
import { Minimap } from './minimap.js';
import { scaleFor } from '../model/buckets.js';
import { FrameClock } from './frame-clock.js';
import { paintPicture } from './paint-picture.js';
import { Scene, SKY } from './scene.js';
import { View } from './view.js';
import { Pulses } from './overlay.js';

const ORDER = 'rxhome-lanes';
const LOOKS_EVERY_MS = 500;

declare global {
  interface Window {
    /** For who is curious at the console. */
    rxhome?: Picture;
  }
}

/** The moving picture: it owns what it is drawn from and draws it, frame by frame. */
export class Picture implements LaneWatcher {
  readonly app: App;
  readonly view: View;
  readonly lanes: Lanes;
  readonly scene: Scene;
  readonly minimap: Minimap;
  readonly tiles = new Tiles();
  readonly pulses = new Pulses();
  readonly clock: FrameClock;
  /** Where lanes stand, for what is no canvas. */
  readonly layout: Signal<Layout>;
  readonly scroll = signal(0);
  readonly hit = signal<Hit | null>(null);
  readonly #stage: HTMLCanvasElement;
  readonly #map: HTMLCanvasElement;
  #isDirty = true;
  #isLayoutDirty = true;
  #lookedAt = 0;

  constructor(app: App, stage: HTMLCanvasElement, map: HTMLCanvasElement) {
    this.app = app;
    this.#stage = stage;
    this.#map = map;
    this.view = new View(app);
    const order = new LaneOrder({
      load: () => remembered(ORDER)?.split('\n') ?? [],
      save: (keys) => remember(ORDER, keys.join('\n')),
    });
    this.lanes = new Lanes(app.store, order);
    this.scene = new Scene(app, this.view, this.lanes);
    this.layout = signal(this.scene.layout);
    this.minimap = new Minimap(app.store);
    this.lanes.tell(this);
    this.#watchApp();
    this.clock = new FrameClock((time) => this.#draw(time));
  }

  touched(lane: Lane, row: Row): void {
    const { view } = this;
    const buckets = this.scene.bucketsOf(lane);
    const isNew = row.dur === 0 && lane.rows.last === row;
    if (isNew) buckets.add(row);
    else buckets.forget(row);
    const world = row.at / view.msPerPx;
    // A ribbon and a line go on from a row to the next one.
    const isLine = lane.look === 'ribbon' || lane.look === 'spark';
    this.tiles.dirty(world, isLine ? world + view.width : (row.at + row.dur) / view.msPerPx);
    if (lane.look === 'marbles') this.pulses.add(row, view.now);
    this.#isDirty = true;
  }

  reset(): void {
    this.scene.forgetCounts();
    this.tiles.clear();
    this.#isLayoutDirty = true;
    this.#isDirty = true;
  }

  /** Something else is to be seen: a hand moves it. */
  touch = (): void => {
    this.#isDirty = true;
    this.clock.touch();
  };

  resize(): void {
    for (const canvas of [this.#stage, this.#map]) {
      canvas.width = Math.max(1, Math.round(canvas.clientWidth * devicePixelRatio));
      canvas.height = Math.max(1, Math.round(canvas.clientHeight * devicePixelRatio));
    }
    this.view.width = Math.max(1, this.#stage.clientWidth);
    this.scene.height = Math.max(1, this.#stage.clientHeight - SKY);
    this.#isLayoutDirty = true;
    this.#isDirty = true;
  }

  /** Lanes that do not fit are scrolled. */
  scrollBy(pixels: number): void {
    this.scene.scrollTo(this.scene.scroll + pixels);
    this.scroll.value = this.scene.scroll;
    this.touch();
  }

  scrollToLaneOf(row: Row): void {
    const place = this.scene.placeOf(row);
    if (!place) return;
    const above = place.top - this.scene.scroll;
    const below = above + place.height - this.scene.height;
    if (above < 0) this.scrollBy(above);
    else if (below > 0) this.scrollBy(below);
  }

  /** Says what a row is, as if the pointer were there. */
  pointTo(row: Row): void {
    this.hit.value = hitOf(this.scene, row);
    this.touch();
  }

  #watchApp(): void {
    const { app, lanes } = this;
    effect(() => lanes.setEntities(app.entities.value));
    effect(() => lanes.setFilter(app.filter.value));
    app.theme.subscribe(() => {
      this.scene.colors = readPalette();
      this.tiles.allDirty();
    });
    lanes.list.subscribe(() => (this.#isLayoutDirty = true));
    app.spanMs.subscribe(() => (this.hit.value = null));
    const seen = [app.theme, app.entities, app.stats, app.gaps, app.selected, app.chain];
    for (const one of [...seen, app.hovered, app.heldAt, app.spanMs, lanes.list, this.hit])
      one.subscribe(() => (this.#isDirty = true));
  }

  /** False if everything stands still as it is. */
  #draw(time: number): boolean {
    const { app, view, scene, tiles } = this;
    view.tick();
    const isMoving = app.heldAt.peek() === null || app.selected.peek() !== null;
    if (!isMoving && !this.#isDirty) return false;
    this.#isDirty = false;
    if (this.#isLayoutDirty) this.#layOut();
    if (scene.takeScale()) tiles.clear();
    if (time - this.#lookedAt > LOOKS_EVERY_MS) {
      this.#lookedAt = time;
      this.#takeScales();
    }
    paintPicture(contextOf(this.#stage), this);
    this.minimap.paint(contextOf(this.#map), scene);
    this.#pointAt();
    this.#followHit();
    return true;
  }

  #layOut(): void {
    this.#isLayoutDirty = false;
    this.scene.layOut();
    this.layout.value = this.scene.layout;
    this.scroll.value = this.scene.scroll;
    this.tiles.resize(this.scene.layout.height, devicePixelRatio);
    this.tiles.allDirty();
  }

  /** One scale for all crowds: a lane with four times as many stands twice as high. */
  #takeScales(): void {
    const crowd = scaleFor(this.scene.fullest());
    const isOther = crowd !== this.scene.crowd;
    this.scene.crowd = crowd;
    if (this.scene.takeRanges() || isOther) this.tiles.allDirty();
  }

  /** What is hovered moves on, and its tip with it. */
  #followHit(): void {
    const hit = this.hit.peek();
    if (hit === null) return;
    const at = hit.count > 1 ? (hit.from + hit.to) / 2 : hit.row.at;
    const x = Math.max(0, this.view.x(at));
    if (Math.abs(x - hit.x) < 0.5) return;
    const isSeen = x < this.view.width && this.view.x(Math.max(hit.to, at + hit.row.dur)) > 0;
    this.hit.value = isSeen ? { ...hit, x } : null;
  }

  /** The note of the first visit goes with its marble. */
  #pointAt(): void {
    const { pointAt, pointPlace, store } = this.app;
    const id = pointAt.peek();
    const knot = id === null ? null : this.scene.knotOf(store.get(id));
    const isSeen = knot !== null && knot.x > 0 && knot.x < this.view.width;
    const place = isSeen ? { x: knot.x + this.#stage.offsetLeft, y: knot.y } : null;
    const before = pointPlace.peek();
    if (before?.x !== place?.x || before?.y !== place?.y) pointPlace.value = place;
  }
}

/** What is drawn on a canvas, in pixels of the page. */
function contextOf(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D;
  context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
  return context;
}
