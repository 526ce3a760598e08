import { count, figure } from '../format.js';
import type { Lane } from '../model/lane.js';
import { numberOf } from '../model/range.js';
import type { Picture } from './picture.js';

const RATE_MS = 4_000;
/** Fewer than so many per second are counted rather than averaged. */
const RARE = 2;

/** What stands behind a lane's name: what it is now, how often something comes, or how much there is. */
export function laneFigure(lane: Lane, { app, view }: Picture): string {
  if (lane.entity !== null) {
    const entity = app.entities.peek().get(lane.entity);
    if (entity === undefined || entity[1] === null) return '';
    return lane.look === 'spark' ? measureText(entity[1], entity[3] ?? '') : entity[1].slice(0, 12);
  }
  const { rows } = lane;
  if (rows.size === 0) return '';
  const { now } = view;
  const rate = (rows.size - rows.indexAt(now - RATE_MS)) / (RATE_MS / 1_000);
  return rate >= RARE ? `${figure(rate)}/s` : count(rows.size);
}

/** `12 %`, `11 kB/s`: short, as in a narrow column. */
export function measureText(state: string, unit: string): string {
  const number = numberOf(state);
  if (number === null) return state.slice(0, 12);
  const prefix = /^(B|B\/s|W|Wh)$/.test(unit) ? PREFIXES : [];
  for (const [size, letter] of prefix) {
    if (Math.abs(number) >= size) return `${digits(number / size)} ${letter}${unit}`;
  }
  return `${digits(number)} ${unit}`.trim();
}

const PREFIXES = [
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
] as const;

function digits(number: number): string {
  const size = Math.abs(number);
  return String(Number(number.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}
