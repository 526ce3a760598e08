import { type App, DEFAULT_SPAN, type Tab } from './app.js';
import type { Lane } from './model/lane.js';
import type { Row } from '../wire.js';
import type { Picture } from './stage/picture.js';

/** How to look, whether by hand or by key. */
export class Actions {
  readonly #app: App;
  readonly #picture: Picture;

  constructor(app: App, picture: Picture) {
    this.#app = app;
    this.#picture = picture;
  }

  select(id: number): void {
    this.#app.remark.value = null;
    this.#app.selected.value = id;
    this.#show(this.#app.store.get(id));
  }

  toggleTab(tab: Tab): void {
    this.#app.selected.value = null;
    this.#app.tab.value = this.#app.tab.value === tab ? null : tab;
  }

  toggleHold(): void {
    if (this.#app.heldAt.value === null) this.#picture.view.hold();
    else this.#live();
  }

  /** One step back; false if there was none to go. */
  back(): boolean {
    const { selected, filter, tab, hovered, heldAt, remark } = this.#app;
    hovered.value = null;
    if (remark.value !== null) remark.value = null;
    else if (selected.value !== null) selected.value = null;
    else if (filter.value !== '') filter.value = '';
    else if (tab.value !== null) tab.value = null;
    else if (heldAt.value !== null) this.#live();
    else return false;
    return true;
  }

  /** Shows `factor` times as much; what is in the middle, or now, stays. */
  zoom(factor: number): void {
    const { view } = this.#picture;
    view.zoom(factor, this.#app.heldAt.value === null ? view.width : view.width / 2);
  }

  /** The chain of what is selected fills the window. */
  zoomToChain(): void {
    const chain = this.#app.chain.value;
    if (chain === null) return;
    const { view } = this.#picture;
    let to = chain.root.at + 3;
    // What lasts on its own, a timeout, would make all others one point.
    for (const { row } of chain.rows) {
      const isWait = row.kind === 'timer' || row.kind === 'timeout';
      to = Math.max(to, isWait ? row.at : Math.min(row.at + row.dur, view.now));
    }
    view.show(chain.root.at, to);
  }

  /** Selects the next link of the chain, or the one before. */
  stepInChain(by: number): void {
    const rows = this.#app.chain.value?.rows ?? [];
    const index = rows.findIndex(({ row }) => row.id === this.#app.selected.value);
    const next = rows[index + by];
    if (index >= 0 && next !== undefined) this.select(next.row.id);
  }

  /** The focus goes to the next marble of its lane, or the one before. */
  stepInLane(by: number): void {
    const row = this.#focused();
    const lane = row && this.#picture.lanes.of(row);
    if (row === undefined) this.#focus(this.#start());
    else if (lane) this.#focus(lane.rows.at(lane.rows.indexOf(row) + by));
  }

  /** The focus goes to the lane above or below, to the marble nearest in time. */
  stepLane(by: number): void {
    const row = this.#focused();
    if (row === undefined) {
      this.#focus(this.#start());
      return;
    }
    const lanes = this.#picture.lanes.list.value;
    const own = this.#picture.lanes.of(row);
    let index = lanes.findIndex((one) => one === own) + by;
    while (lanes[index]?.rows.size === 0) index += by;
    const lane = lanes[index];
    this.#focus(lane && nearestIn(lane, row.at));
  }

  #live(): void {
    this.#app.heldAt.value = null;
    // Milliseconds pass too fast for being looked at.
    if (this.#app.spanMs.value < 5_000) this.#app.spanMs.value = DEFAULT_SPAN;
  }

  #focused(): Row | undefined {
    const id = this.#app.hovered.value ?? this.#app.selected.value;
    return id === null ? undefined : this.#app.store.get(id);
  }

  /** The newest one that is to be seen, in the first lane that has one. */
  #start(): Row | undefined {
    const { lanes, view } = this.#picture;
    const newest = lanes.list.value.map(({ rows }) =>
      rows.at(rows.indexAt(Math.min(view.right, view.now)) - 1),
    );
    return newest.find((row) => row !== undefined && row.at >= view.left);
  }

  #focus(row: Row | undefined): void {
    if (row === undefined) return;
    this.#app.hovered.value = row.id;
    this.#show(row);
    this.#picture.pointTo(row);
  }

  /** Makes sure that a row can be seen, and holds. */
  #show(row: Row | undefined): void {
    if (row === undefined) return;
    const { view } = this.#picture;
    const x = view.x(row.at) / view.width;
    view.hold(x > 0.04 && x < 0.98 ? view.right : row.at + view.span / 2);
    this.#picture.scrollToLaneOf(row);
  }
}

function nearestIn({ rows }: Lane, at: number): Row | undefined {
  const index = rows.indexAt(at);
  const [before, after] = [rows.at(index - 1), rows.at(index)];
  if (before === undefined || after === undefined) return before ?? after;
  return at - before.at < after.at - at ? before : after;
}
