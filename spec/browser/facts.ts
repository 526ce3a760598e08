import type { Picture } from '../../src/inspector/page/stage/picture.js';
import type { Gap } from '../../src/inspector/wire.js';

/** What a test may know of the stage. */
export interface StageFacts {
  readonly rows: number;
  readonly taken: number;
  readonly lanes: readonly string[];
  readonly span: number;
  readonly heldAt: number | null;
  readonly selected: number | null;
  readonly chain: number;
  /** How long the chain of what is selected took: milliseconds. */
  readonly lasts: number;
  readonly gaps: readonly Gap[];
  /** Where a row stands in the window, in pixels; `null`: it is not to be seen. */
  placeOf(id: number): { readonly x: number; readonly y: number } | null;
  /** The newest rows, for finding one to click. */
  newest(count: number): readonly { readonly id: number; readonly text: string }[];
}

declare global {
  interface Window {
    /** As soon as the page has made its picture. */
    readonly rxhomePage?: StageFacts;
  }
}

/** Runs in the page, before its own script: the facts are read from its picture when somebody asks. */
export function showFacts(): void {
  const factsOf = ({ app, scene, view, lanes }: Picture): StageFacts => ({
    rows: app.store.size,
    taken: app.store.taken,
    lanes: lanes.list.peek().map(({ key }) => key),
    span: view.span,
    heldAt: app.heldAt.peek(),
    selected: app.selected.peek(),
    chain: app.chain.peek()?.rows.length ?? 0,
    get lasts() {
      const rows = app.chain.peek()?.rows.map(({ row }) => row) ?? [];
      return Math.max(0, ...rows.map(({ at, dur }) => at + dur - rows[0]!.at));
    },
    gaps: app.gaps.peek(),
    placeOf: (id) => {
      const knot = scene.knotOf(app.store.get(id));
      if (knot === null || knot.x < 0 || knot.x > view.width) return null;
      const box = (document.querySelector('.stage-canvas') as Element).getBoundingClientRect();
      return { x: box.left + knot.x, y: box.top + knot.y };
    },
    newest: (count) =>
      app.store
        .all()
        .slice(-count)
        .reverse()
        .map(({ id, text }) => ({ id, text })),
  });

  Object.defineProperty(window, 'rxhomePage', {
    get: () => window.rxhome && factsOf(window.rxhome),
  });
}
