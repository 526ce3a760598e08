import { type Hit, hitAt } from './hit-test.js';
import { MAP_MS } from './minimap.js';
import type { Picture } from './picture.js';

/** Pixels that a hand may tremble while it clicks. */
const STILL = 4;

/** What a hand does on the stage. */
export function listenOnStage(picture: Picture, stage: HTMLCanvasElement): void {
  const { view, scene, app } = picture;
  let drag: { readonly x: number; readonly right: number; isMoved: boolean } | null = null;
  const point = (hit: Hit | null): void => {
    picture.hit.value = hit;
    app.hovered.value = hit?.row.id ?? null;
    stage.style.cursor = hit === null ? '' : 'pointer';
  };

  stage.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    drag = { x: event.clientX, right: view.right, isMoved: false };
    stage.setPointerCapture(event.pointerId);
  });
  stage.addEventListener('pointermove', (event) => {
    picture.touch();
    const far = drag === null ? 0 : event.clientX - drag.x;
    if (drag === null || (!drag.isMoved && Math.abs(far) <= STILL)) {
      point(hitAt(scene, event.offsetX, event.offsetY));
      return;
    }
    drag.isMoved = true;
    point(null);
    stage.style.cursor = 'grabbing';
    view.hold(drag.right - far * view.msPerPx);
  });
  stage.addEventListener('pointerup', (event) => {
    const isClick = drag?.isMoved === false;
    drag = null;
    stage.style.cursor = '';
    if (isClick) click(hitAt(scene, event.offsetX, event.offsetY));
  });
  stage.addEventListener('pointercancel', () => (drag = null));
  stage.addEventListener('pointerleave', () => point(null));
  stage.addEventListener(
    'wheel',
    (event) => {
      const { deltaX, deltaY } = event;
      if (event.ctrlKey || event.metaKey) {
        view.zoom(Math.exp(Math.max(-80, Math.min(80, deltaY)) * 0.008), event.offsetX);
      } else if (Math.abs(deltaX) > Math.abs(deltaY)) view.hold(view.right + deltaX * view.msPerPx);
      else if (scene.layout.height > scene.height) picture.scrollBy(deltaY);
      else return;
      event.preventDefault();
      picture.touch();
    },
    { passive: false },
  );

  /** One is selected; several are opened, as one opens a cluster on a map. */
  function click(hit: Hit | null): void {
    const times = hit?.rows.map(({ at }) => at) ?? [];
    const isAll = times.length === hit?.count;
    const from = isAll ? Math.min(...times) : (hit?.from ?? 0);
    const to = isAll ? Math.max(...times) : (hit?.to ?? 0);
    // At the very same moment: nothing would come of looking closer.
    if (hit !== null && hit.count > 1 && to - from > 0.05) {
      view.show(from, Math.max(to, from + 4));
      point(null);
      return;
    }
    if (hit !== null) view.hold();
    // Of several one after the other, the newest first.
    const rows = hit?.rows ?? [];
    const before = rows.findIndex(({ id }) => id === app.selected.value);
    app.selected.value = rows[(before + 1) % rows.length]?.id ?? null;
  }
}

const STEPS: Readonly<Record<string, number>> = {
  ArrowLeft: -0.5,
  ArrowRight: 0.5,
  PageUp: -1,
  PageDown: 1,
  End: Infinity,
};

/** The window is moved on the map of the last minutes. */
export function listenOnMap({ view, minimap, touch }: Picture, map: HTMLCanvasElement): void {
  const move = (right: number): void => {
    touch();
    if (right >= view.now && view.span < MAP_MS) view.live();
    else view.hold(Math.max(right, view.now - MAP_MS + view.span));
  };
  const scrub = (event: PointerEvent): void => {
    if (event.buttons === 0) return;
    map.setPointerCapture(event.pointerId);
    move(minimap.timeAt(event.offsetX, map.clientWidth, view.now) + view.span / 2);
  };
  map.addEventListener('pointerdown', scrub);
  map.addEventListener('pointermove', scrub);
  map.addEventListener('keydown', (event) => {
    const by = STEPS[event.key];
    if (by === undefined) return;
    move(view.right + by * view.span);
    event.preventDefault();
    event.stopPropagation();
  });
}
