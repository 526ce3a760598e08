import type { Picture } from './picture.js';
import { gapText } from '../head/connection-words.js';

/** What a test, or a curious human at the console, may know of the stage. Nothing can be changed by it. */
export interface StageFacts {
  /** Of the last two seconds, per second: frames of the screen, pictures drawn; the slowest picture. */
  readonly fps: { readonly frames: number; readonly drawn: number; readonly slowestMs: number };
  readonly rows: number;
  readonly taken: number;
  readonly tiles: number;
  readonly lanes: readonly string[];
  readonly span: number;
  readonly heldAt: number | null;
  readonly selected: number | null;
  readonly chain: number;
  /** What was counted only, in the words of the stage. */
  readonly gaps: readonly string[];
  /** Where a row stands in the window, in pixels; `null`: it is not to be seen. */
  placeOf(id: number): { readonly x: number; readonly y: number } | null;
  /** The newest rows, for finding one to click. */
  newest(count: number): readonly { readonly id: number; readonly text: string }[];
}

declare global {
  interface Window {
    rxhomePage?: StageFacts;
  }
}

export function showFacts(picture: Picture, canvas: HTMLCanvasElement): void {
  const { app, scene, view } = picture;
  window.rxhomePage = {
    get fps() {
      return picture.clock.facts;
    },
    get rows() {
      return app.store.size;
    },
    get taken() {
      return app.store.taken;
    },
    get tiles() {
      return picture.tiles.size;
    },
    get lanes() {
      return picture.lanes.list.peek().map(({ key }) => key);
    },
    get span() {
      return view.span;
    },
    get heldAt() {
      return app.heldAt.peek();
    },
    get selected() {
      return app.selected.peek();
    },
    get chain() {
      return app.chain.peek()?.rows.length ?? 0;
    },
    get gaps() {
      return app.gaps.peek().map(gapText);
    },
    placeOf: (id) => {
      const knot = scene.knotOf(app.store.get(id));
      if (knot === null || knot.x < 0 || knot.x > view.width) return null;
      const box = canvas.getBoundingClientRect();
      return { x: box.left + knot.x, y: box.top + knot.y };
    },
    newest: (count) =>
      app.store
        .all()
        .slice(-count)
        .reverse()
        .map(({ id, text }) => ({ id, text })),
  };
}
