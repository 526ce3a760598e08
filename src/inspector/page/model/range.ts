import type { Lane } from './lane.js';

/** From which number to which a line reaches. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

/** Round numbers around all that a lane has measured, and around what it is now; `null` for none. */
export function rangeOf(lane: Lane, unit: string | null, now: number | null): Range | null {
  let low = Infinity;
  let high = -Infinity;
  const take = (number: number | null): void => {
    if (number === null) return;
    low = Math.min(low, number);
    high = Math.max(high, number);
  };
  take(lane.before?.number ?? null);
  for (const { number } of lane.rows.between(-Infinity, Infinity)) take(number);
  if (lane.rows.size === 0) take(now);
  return low > high ? null : niceRange(low, high, unit);
}

/** Round numbers around what was measured; shares are shown as shares. */
export function niceRange(low: number, high: number, unit: string | null): Range {
  if (unit === '%' && low >= 0 && high <= 100) return { low: 0, high: 100 };
  const from = low > 0 && low < high * 0.6 ? 0 : low;
  const step = 10 ** Math.floor(Math.log10(Math.max(high - from, Math.abs(high) / 100, 1e-9)));
  const range = { low: Math.floor(from / step) * step, high: Math.ceil(high / step) * step };
  return range.high > range.low ? range : { low: range.low, high: range.low + step };
}

/** The number that a state is; `null` if it is none. */
export function numberOf(state: string | null): number | null {
  return state === null || state.trim() === '' || !Number.isFinite(Number(state))
    ? null
    : Number(state);
}
