import type { Chain } from '../model/chain.js';
import { disc, drawGlyph, FONT, ring, stroke } from './glyphs.js';
import { label, seenThrough } from './overlay.js';
import { paintBar } from './paint-bars.js';
import { colorOf } from './palette.js';
import type { Knot, Scene } from './scene.js';

type Context = CanvasRenderingContext2D;

const MOST_LABELS = 24;

/** A chain as a thread of light across the lanes, from cause to effect, in the colours of both. */
export function paintThread(
  context: Context,
  scene: Scene,
  chain: Chain,
  selected: number,
  withSparks: boolean,
): void {
  const knots = new Map<number, Knot>();
  for (const { row } of chain.rows) {
    const knot = scene.knotOf(row);
    if (knot) knots.set(row.id, knot);
  }
  for (const { row, x, y, end } of knots.values()) {
    if (end - x >= 6)
      paintBar(context, row, x, end - x, { y: y - 6, height: 12 }, scene, row.text || row.name);
  }
  for (const knot of knots.values()) {
    const cause = knots.get(knot.row.cause);
    if (cause) paintLink(context, scene, cause, knot, withSparks);
  }
  for (const knot of knots.values()) paintKnot(context, scene, knot, knot.row.id === selected);
  paintLabels(context, scene, [...knots.values()], selected);
}

/** A result leaves from the end of its task, unless the task still ran when it came. */
function paintLink(
  context: Context,
  { view, colors }: Scene,
  cause: Knot,
  effect: Knot,
  withSparks: boolean,
): void {
  const isAfter = effect.row.at >= cause.row.at + cause.row.dur && cause.row.status !== 'running';
  // Zoomed in, an end may lie a million pixels away.
  const x0 = Math.max(-3_000, Math.min(6_000, isAfter ? cause.end : cause.x));
  const x1 = Math.max(-3_000, Math.min(6_000, effect.x));
  if (Math.max(x0, x1) < -200 || Math.min(x0, x1) > view.width + 200) return;
  const [y0, y1] = [cause.y, effect.y];
  const far = y1 - y0;
  const bend = Math.min(46, 10 + Math.abs(far) * 0.09) + Math.max(0, (x1 - x0) * 0.1);
  const xs = [x0, x0 + bend, x1 + Math.min(bend, 40), x1] as const;
  const ys = [y0, y0 + far * 0.35, y0 + far * 0.65, y1] as const;
  const fade = context.createLinearGradient(x0, y0, x1, y1 + 0.01);
  const color = colors[colorOf(effect.row)];
  fade.addColorStop(0, colors[colorOf(cause.row)]);
  fade.addColorStop(1, color);
  context.beginPath();
  context.moveTo(x0, y0);
  context.bezierCurveTo(xs[1], ys[1], xs[2], ys[2], x1, y1);
  stroke(context, seenThrough(color, 0.16), 7);
  stroke(context, fade, 2);
  if (!withSparks) return;
  const length = Math.abs(far) + Math.abs(x1 - x0);
  const sparks = Math.max(1, Math.min(5, Math.round(length / 60)));
  for (let spark = 0; spark < sparks; spark++) {
    const part = (performance.now() / (700 + length * 2.4) + spark / sparks) % 1;
    disc(context, onCurve(xs, part), onCurve(ys, part), 1.6, colors['ink']);
  }
}

function paintKnot(
  context: Context,
  { view, colors }: Scene,
  { row, x, y, end }: Knot,
  isSelected: boolean,
): void {
  if (x < -60 || x > view.width + 60) return;
  disc(context, x, y, row.human ? 13 : 8.5, colors['stage']);
  if (end - x >= 6) disc(context, x, y, 5.5, colors[colorOf(row)]);
  else drawGlyph(context, row, x, y, colors, row.human || row.kind === 'automation' ? '' : null);
  if (isSelected) ring(context, x, y, row.human ? 14 : 11, colors['ink']);
}

/** Names beside marbles, on the side where there is room; those that would cover others are left out. */
function paintLabels(
  context: Context,
  scene: Scene,
  knots: readonly Knot[],
  selected: number,
): void {
  // A bar bears its name.
  const seen = knots.filter(({ x, end }) => x > -20 && x < scene.view.width + 20 && end - x <= 60);
  seen.sort((a, b) => Number(b.row.id === selected) - Number(a.row.id === selected));
  const taken: { readonly from: number; readonly to: number; readonly y: number }[] = [];
  context.font = `500 12px ${FONT}`;
  for (const { row, x, y } of seen.slice(0, MOST_LABELS)) {
    const text = row.text.length > 44 ? `${row.text.slice(0, 43)}…` : row.text || row.name;
    const wide = context.measureText(text).width + 18;
    const isLeft = x > wide + 4;
    const from = isLeft ? x - wide : x;
    const to = from + wide;
    if (taken.some((one) => Math.abs(one.y - y) < 15 && from < one.to && to > one.from)) continue;
    taken.push({ from, to, y });
    label(context, scene, text, isLeft ? x - 16 : x + 16, y, isLeft ? 'right' : 'left');
  }
}

/** A cubic curve: where it is after a part of it. */
function onCurve([a, b, c, d]: readonly [number, number, number, number], part: number): number {
  const rest = 1 - part;
  return a * rest ** 3 + 3 * b * rest ** 2 * part + 3 * c * rest * part ** 2 + d * part ** 3;
}
