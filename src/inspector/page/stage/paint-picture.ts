import type { App } from '../app.js';
import type { ReadonlySignal } from '../signals.js';
import type { Hit } from './hit-test.js';
import type { Tiles } from './tiles.js';
import type { View } from './view.js';
import { box, ring, withAlpha } from './glyphs.js';
import { type Scene, SKY } from './scene.js';
import { paintEdges } from './paint-ribbon.js';
import { paintRunning, type Pulses } from './overlay.js';
import { paintTile } from './paint-lane.js';
import { paintGaps, paintGrid, paintNow, paintSky, paintVeils } from './sky.js';
import { paintThread } from './thread.js';

type Context = CanvasRenderingContext2D;

/** What a frame is made of. */
export interface Parts {
  readonly app: App;
  readonly view: View;
  readonly scene: Scene;
  readonly tiles: Tiles;
  readonly pulses: Pulses;
  readonly hit: ReadonlySignal<Hit | null>;
}

/** While something is selected the rest steps back. */
const FADED = 0.15;

/** One frame, from the back to the front. */
export function paintPicture(context: Context, picture: Parts): void {
  const { app, view, scene, pulses, hit } = picture;
  const chain = app.chain.peek();
  const bottom = SKY + scene.height;
  const stats = app.stats.peek();
  const isStill = app.reducedMotion.peek();
  box(context, 0, 0, view.width, bottom, scene.colors['stage']);
  paintGrid(context, scene, bottom);
  paintRules(context, scene, bottom);
  withAlpha(context, chain ? 0.4 : 1, () => {
    paintVeils(context, scene, stats, bottom);
    paintGaps(context, scene, app.gaps.peek(), bottom);
  });
  paintSky(context, scene, stats);
  clipped(context, view.width, scene.height, () => {
    withAlpha(context, chain ? FADED : 1, () => {
      paintPast(context, picture);
      paintEdges(context, scene);
      paintRunning(context, scene);
    });
    if (chain) paintThread(context, scene, chain, app.selected.peek() ?? 0, !isStill);
    else if (!isStill) pulses.paint(context, scene);
    const focused = scene.knotOf(app.store.get(app.hovered.peek() ?? NaN));
    for (const at of [hit.peek(), focused]) {
      if (at !== null) ring(context, at.x, at.y, 12.5, scene.colors['ink']);
    }
  });
  paintNow(context, scene, bottom);
}

/** The tiles, up to now: ribbons and lines in them go on as long as they are wide. */
function paintPast(context: Context, { view, scene, tiles }: Parts): void {
  clipped(context, Math.max(0, view.x(view.now) + 1), scene.height, () => {
    const from = { y: SKY, top: scene.scroll, height: scene.height };
    tiles.blit(context, view.left / view.msPerPx, view.width, from, (tile, at) =>
      paintTile(tile, at, scene),
    );
  });
}

function paintRules(context: Context, scene: Scene, bottom: number): void {
  const rule = (top: number, color: 'grid' | 'line'): void => {
    const y = Math.round(top + SKY - scene.scroll);
    if (y > SKY && y < bottom) box(context, 0, y, scene.view.width, 1, scene.colors[color]);
  };
  for (const { lane, top, height } of scene.layout.places) {
    if (lane.look !== 'spark') rule(top + height / 2, 'grid');
  }
  for (const { top } of scene.layout.headings) rule(top, 'line');
}

/** Draws below the axis only, and so far to the right only. */
function clipped(context: Context, width: number, height: number, draw: () => void): void {
  context.save();
  context.beginPath();
  context.rect(0, SKY, width, height);
  context.clip();
  draw();
  context.restore();
}
