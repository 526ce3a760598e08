import type { Row, RowKind } from '../../wire.js';
import { isHollow, SHAPES } from '../model/shapes.js';
import { colorOf, type Palette } from './palette.js';

type Context = CanvasRenderingContext2D;

export const FONT = 'Inter, system-ui, sans-serif';
export const SMALL = `600 10px ${FONT}`;

const LARGE = 1.65;
const paths = new Map<RowKind, Path2D>();

/** What a row looks like: shape first, colour second. With `text` it is large and says something. */
export function drawGlyph(
  context: Context,
  row: Row,
  x: number,
  y: number,
  colors: Palette,
  text: string | null,
): void {
  const { kind, status, human } = row;
  const color = colors[colorOf(row)];
  if (human && kind === 'event') withAlpha(context, 0.35, () => disc(context, x, y, 11.5, color));
  const isPill = kind === 'event' || kind === 'service' || (kind === 'state' && text);
  if (text !== null && isPill) {
    textPill(context, x, y, text, color, colors, kind === 'service' ? 3.5 : 8.5, kind === 'state');
    if (human && text === '') disc(context, x, y, 3, colors['ink-on-mark']);
    return;
  }
  const isWork = /^(task|job|timer|timeout)$/.test(kind);
  const size = text !== null && kind !== 'state' && !isWork ? LARGE : 1;
  shape(context, kind, x, y, size, color, colors);
  if (kind === 'automation' && text) write(context, text, x, y, colors['ink-on-mark']);
  // What lasted for less than one can see ends as a bar does.
  if (!isWork) return;
  if (status === 'failed') shape(context, 'error', x + 9, y, 0.8, colors['error'], colors);
  if (status === 'cancelled') mark(context, x + 8, y, color);
}

export function shape(
  context: Context,
  kind: RowKind,
  x: number,
  y: number,
  size: number,
  color: string,
  colors: Palette,
): void {
  const path = paths.get(kind) ?? new Path2D(SHAPES[kind]);
  paths.set(kind, path);
  context.save();
  context.translate(x, y);
  context.scale(size, size);
  context.fillStyle = isHollow(kind) ? colors['stage'] : color;
  context.fill(path);
  context.strokeStyle = color;
  context.lineWidth = 2 / size;
  if (isHollow(kind)) context.stroke(path);
  context.restore();
}

/** A pill that says something; a hollow one is a state. */
export function textPill(
  context: Context,
  x: number,
  y: number,
  text: string,
  color: string,
  colors: Palette,
  radius: number,
  isHollowOne: boolean,
): number {
  context.font = SMALL;
  const width = Math.max(18, context.measureText(text).width + 10);
  const draw = (fill: string): void =>
    pill(context, x - width / 2, y - 8.5, width, 17, radius, fill);
  draw(isHollowOne ? colors['stage'] : color);
  if (isHollowOne) {
    withAlpha(context, 0.22, () => draw(color));
    stroke(context, color);
  }
  write(context, text, x, y, isHollowOne ? color : colors['ink-on-mark']);
  return width;
}

/** Draws through what is there already. */
export function withAlpha(context: Context, alpha: number, draw: () => void): void {
  context.globalAlpha *= alpha;
  draw();
  context.globalAlpha /= alpha;
}

/** Broken off before it was over, as `!` in a diagram of subscriptions. */
export function mark(context: Context, x: number, y: number, color: string): void {
  context.font = `700 11px ${FONT}`;
  write(context, '!', x, y, color);
}

export function disc(context: Context, x: number, y: number, size: number, color: string): void {
  pill(context, x - size, y - size, size * 2, size * 2, size, color);
}

export function ring(context: Context, x: number, y: number, size: number, color: string): void {
  context.beginPath();
  context.arc(x, y, size, 0, Math.PI * 2);
  stroke(context, color);
}

/** Draws the path that is set. */
export function stroke(context: Context, color: string | CanvasGradient, width = 1.5): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.stroke();
}

export function box(
  context: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  context.fillStyle = color;
  context.fillRect(x, y, width, height);
}

export function pill(
  context: Context,
  x: number,
  y: number,
  width: number,
  height: number,
  radius: number | number[],
  color: string | CanvasGradient,
): void {
  context.beginPath();
  context.roundRect(x, y, width, height, radius);
  context.fillStyle = color;
  context.fill();
}

/** A text, with its middle at `x` or from there on. In the font that is set. */
export function write(
  context: Context,
  text: string,
  x: number,
  y: number,
  color: string,
  align: CanvasTextAlign = 'center',
): void {
  context.textAlign = align;
  context.textBaseline = 'middle';
  context.fillStyle = color;
  context.fillText(text, x, y + 0.5);
}
