import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** A span of time: a number of milliseconds, or text such as `'250ms'`, `'5s'`, `'10m'`, `'1h'`. */
export type Duration = number | `${number}${'ms' | 's' | 'm' | 'h' | 'd'}`;

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/**
 * The milliseconds of a duration. Fractions are allowed as long as they come to whole
 * milliseconds: `'1.5s'` is 1500.
 *
 * @throws InvalidOptionError when it is negative, not finite, or not in one of these forms.
 */
export function toMs(duration: Duration): number {
  const ms = typeof duration === 'string' ? parse(duration) : duration;
  if (typeof ms !== 'number' || !Number.isInteger(ms) || ms < 0)
    throw new InvalidOptionError(
      `Expected whole milliseconds from 0 up or text like \`250ms\`, \`5s\`, \`10m\`, \`1h\` or \`2d\`, got ${quote(duration)}.`,
    );
  return ms;
}

function parse(text: string): number {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return NaN;
  const ms = Number(amount) * (UNITS[unit] ?? NaN);
  const whole = Math.round(ms);
  // 1.1 s is 1100.0000000000002 ms in floating point.
  return Math.abs(ms - whole) < 1e-6 ? whole : NaN;
}
