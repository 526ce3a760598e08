import { stroke } from './glyphs.js';

/** Slanted lines behind what is not real, or not known. 240 pixels are a whole number of them. */
export function hatch(
  context: CanvasRenderingContext2D,
  x: number,
  y: number,
  width: number,
  height: number,
  color: string,
): void {
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.beginPath();
  for (let left = x - height - ((x - height) % 8); left < x + width; left += 8) {
    context.moveTo(left, y + height);
    context.lineTo(left + height, y);
  }
  stroke(context, color, 1.2);
  context.restore();
}
