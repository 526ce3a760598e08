import type { Gap, Stat } from '../../wire.js';
import { clockTime } from '../format.js';
import { gapText } from '../head/connection-words.js';
import { LATE_MS, STALL_MS } from '../head/vital-figures.js';
import { box, disc, FONT, pill, stroke, withAlpha, write } from './glyphs.js';
import { hatch } from './hatch.js';
import { type Scene, SKY } from './scene.js';

type Context = CanvasRenderingContext2D;

const SMALL = `600 11px ${FONT}`;
/** Pixels of the words of a stall. */
const STALL_TEXT = 92;
const STEPS = [
  1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 15_000, 30_000, 60_000,
];

/** The moments of the axis, so far from each other that their texts do not touch. */
function ticksOf({ left, right, msPerPx }: Scene['view']): { step: number; ticks: number[] } {
  const step = STEPS.find((one) => one / msPerPx >= 96) ?? 60_000;
  const ticks: number[] = [];
  for (let at = Math.ceil(left / step) * step; at < right + step; at += step) ticks.push(at);
  return { step, ticks };
}

/** Lines down through all lanes, so that the eye finds the time of a marble. */
export function paintGrid(context: Context, { view, colors }: Scene, bottom: number): void {
  for (const at of ticksOf(view).ticks) {
    box(context, Math.round(view.x(at)), SKY, 1, bottom - SKY, colors['grid']);
  }
}

/** The axis, and under it how the loop fared: the weather in which everything else happened. */
export function paintSky(context: Context, scene: Scene, stats: readonly Stat[]): void {
  const { view, colors } = scene;
  box(context, 0, SKY - 1, view.width, 1, colors['line']);
  const { step, ticks } = ticksOf(view);
  context.font = `11px 'JetBrains Mono', ui-monospace, monospace`;
  for (const at of ticks) {
    const text = clockTime(at).slice(0, step < 1_000 ? 12 : 8);
    write(context, text, view.x(at), 10.5, colors['muted']);
  }
  paintWeather(context, scene, stats);
}

/** Where the loop stood still, nothing in any lane could go on. */
export function paintVeils(
  context: Context,
  { view, colors }: Scene,
  stats: readonly Stat[],
  bottom: number,
): void {
  for (const { at, delay } of stats) {
    if (delay <= STALL_MS || at < view.left || at - delay > view.right) continue;
    const x = view.x(at - delay);
    box(context, x, SKY, Math.max(3, view.x(at) - x), bottom - SKY, colors['veil']);
  }
}

/** What was counted only is no silence: it is hatched, and says why. */
export function paintGaps(
  context: Context,
  { view, colors }: Scene,
  gaps: readonly Gap[],
  bottom: number,
): void {
  for (const gap of gaps) {
    if (gap.to < view.left || gap.from > view.right) continue;
    const x = Math.max(-20, view.x(gap.from));
    const width = Math.max(6, Math.min(view.width + 20, view.x(gap.to)) - x);
    hatch(context, x, SKY, width, bottom - SKY, colors['line']);
    context.font = SMALL;
    const text = gapText(gap);
    const wide = context.measureText(text).width + 18;
    const seen = (Math.max(0, x) + Math.min(view.width, x + width)) / 2;
    const middle = Math.max(wide / 2 + 4, Math.min(view.width - wide / 2 - 4, seen));
    pill(context, middle - wide / 2, SKY + 10, wide, 22, 11, colors['stage']);
    stroke(context, colors['amber'], 1);
    write(context, text, middle, SKY + 21, colors['amber']);
  }
}

function paintWeather(context: Context, scene: Scene, stats: readonly Stat[]): void {
  const { view, colors } = scene;
  const stalls: { readonly delay: number; readonly x: number; readonly width: number }[] = [];
  let end = -Infinity;
  let before = view.left;
  for (const { at, delay } of stats) {
    const from = Math.max(before, at - 260);
    before = at;
    if (at < view.left || from > view.right) continue;
    const x = Math.max(view.x(from), end);
    const width = Math.max(1.5, view.x(at) - x - (view.msPerPx < 62 ? 1 : 0));
    if (x + width < 0) continue;
    end = x + width;
    const height = Math.min(16, 2 + Math.sqrt(delay) * 1.25);
    const color = delay > STALL_MS ? 'error' : delay > LATE_MS ? 'amber' : 'muted';
    withAlpha(context, color === 'muted' ? 0.4 : 1, () =>
      box(context, x, SKY - 1 - height, width, height, colors[color]),
    );
    if (delay > STALL_MS) stalls.push({ delay, x, width });
  }
  // The worst has its words; those that would cover others have none.
  stalls.sort((a, b) => b.delay - a.delay);
  const said: number[] = [];
  for (const { delay, x, width } of stalls) {
    if (said.some((one) => Math.abs(one - x) < STALL_TEXT)) continue;
    said.push(x);
    const text = `${Math.round(delay)} ms stall`;
    context.font = SMALL;
    const wide = context.measureText(text).width;
    const left = x > wide + 12 ? x - 6 - wide : x + width + 6;
    box(context, left - 3, SKY - 18, wide + 6, 16, colors['stage']);
    write(context, text, left, SKY - 9.5, colors['error'], 'left');
  }
}

/** Now: a line with a head. */
export function paintNow(context: Context, { view, colors }: Scene, bottom: number): void {
  const x = Math.round(view.x(view.now));
  if (x < 0 || x > view.width + 4) return;
  withAlpha(context, 0.75, () => box(context, x, SKY - 12, 1, bottom - SKY + 12, colors['ink']));
  disc(context, x + 0.5, SKY - 12, 3, colors['ink']);
}
