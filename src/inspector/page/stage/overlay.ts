import type { Row } from '../../wire.js';
import { barBox, type Place } from '../model/layout.js';
import { box as fillBox, FONT, pill, ring, stroke, withAlpha, write } from './glyphs.js';
import { barText } from './paint-bars.js';
import { colorOf } from './palette.js';
import { type Scene, SKY } from './scene.js';

type Context = CanvasRenderingContext2D;

const PULSE_MS = 700;
const MOST_PULSES = 24;

/** What still runs: an open, glowing end that follows now, and a dashed line to where it is to end. */
export function paintRunning(context: Context, scene: Scene): void {
  for (const place of scene.layout.places) {
    for (const row of place.lane.running) {
      if (row.at <= scene.view.right) paintRunningBar(context, scene, place, row);
    }
  }
}

function paintRunningBar(context: Context, scene: Scene, place: Place, row: Row): void {
  const { view, colors } = scene;
  const box = barBox(place, row);
  const { height } = box;
  const y = box.y + SKY - scene.scroll;
  const now = Math.min(view.x(view.now), view.width + 10);
  const isGone = scene.app.gone.peek().has(row.owner);
  const color = colors[isGone ? 'muted' : colorOf(row)];
  const left = Math.max(view.x(row.at), -20);
  const middle = y + height / 2;
  const width = now - left;
  if (width > 0) {
    const fill = context.createLinearGradient(Math.max(left, now - 90), 0, now, 0);
    fill.addColorStop(0, seenThrough(color, isGone ? 0.12 : 0.34));
    fill.addColorStop(1, seenThrough(color, isGone ? 0.12 : 0.85));
    pill(context, left, y, Math.max(3, width), height, [3, 6, 6, 3], fill);
    fillBox(context, view.x(row.at), y, 2.5, height, color);
    const text = isGone ? `${row.name}: nobody waits for it` : row.text || row.name;
    const from = Math.max(left, 0);
    if (place.lane.hasRoomFor(row)) barText(context, text, from, now - from, middle, colors['ink']);
  }
  const due = Math.min(view.x(row.due ?? 0), view.width + 20);
  if (!isGone && due <= now + 3) return;
  context.setLineDash(isGone ? [2, 2] : [4, 4]);
  context.beginPath();
  if (isGone) context.rect(left, y, Math.max(3, width), height);
  else {
    context.moveTo(Math.max(now, left) + 3, middle);
    context.lineTo(due, middle);
    context.moveTo(due, middle - 4);
    context.lineTo(due, middle + 4);
  }
  stroke(context, color);
  context.setLineDash([]);
}

/** Rings around what has just come. */
export class Pulses {
  #rows: Row[] = [];

  add(row: Row, now: number): void {
    if (row.at >= now - PULSE_MS && this.#rows.length < MOST_PULSES) this.#rows.push(row);
  }

  paint(context: Context, scene: Scene): void {
    const { view, colors } = scene;
    this.#rows = this.#rows.filter(({ at }) => view.now - at < PULSE_MS);
    for (const row of this.#rows) {
      const age = (view.now - row.at) / PULSE_MS;
      const knot = age < 0 ? null : scene.knotOf(row);
      if (knot === null) continue;
      withAlpha(context, (1 - age) * 0.8, () =>
        ring(context, knot.x, knot.y, 8 + age * 14, colors[colorOf(row)]),
      );
    }
  }
}

/** A name beside a marble, readable over whatever is there. */
export function label(
  context: Context,
  { colors }: Scene,
  text: string,
  x: number,
  y: number,
  align: 'left' | 'right',
): void {
  context.font = `500 12px ${FONT}`;
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.lineJoin = 'round';
  context.lineWidth = 5;
  context.strokeStyle = colors['stage'];
  context.strokeText(text, x, y + 0.5);
  write(context, text, x, y, colors['ink'], align);
}

/** A colour of the theme, `#rrggbb`, seen through. */
export function seenThrough(color: string, alpha: number): string {
  const digits = Math.round(alpha * 255).toString(16);
  return `${color}${digits.padStart(2, '0')}`;
}
