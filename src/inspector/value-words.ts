import type { State } from 'rxhome';

const MAX_SHORT = 8;
const LINE = 120;

/** At most `max` characters in one line. Names of files and devices may hold anything: commands for terminals too. */
export function oneLine(text: string, max = LINE): string {
  // Only what may be shown is looked at: somebody's text may have megabytes.
  const line = text.slice(0, max + 1).replace(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, '�');
  if (text.length <= max) return line;
  const end = line.slice(0, max - 1);
  // Half a character is none.
  return `${/[\ud800-\udbff]$/.test(end) ? end.slice(0, -1) : end}…`;
}

/** What fits into a marble. */
export function shortOf(value: unknown): string {
  if (typeof value === 'number') return shortNumber(value);
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value !== 'string') return '';
  const number = numberIn(value);
  return number === null ? oneLine(value, MAX_SHORT) : shortNumber(number);
}

/** The number that a state is, if it is one. */
export function numberIn(text: string): number | null {
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : null;
}

/** A state with its unit, short: `12 %`, `1.5 MB/s`, `unavailable`. */
export function valueOf({ state, attributes }: State): string {
  const { unit_of_measurement: unit } = attributes;
  const number = numberIn(state);
  if (typeof unit !== 'string' || number === null) return oneLine(state, 60);
  if (unit !== 'B/s') return `${numberOf(number)} ${oneLine(unit, 12)}`;
  if (Math.abs(number) >= 1e6) return `${numberOf(number / 1e6)} MB/s`;
  return Math.abs(number) >= 1e3 ? `${numberOf(number / 1e3)} kB/s` : `${Math.round(number)} B/s`;
}

/** `300 ms`, `2.5 s`, `20 min`, `3 h`. */
export function lasting(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 120_000) return `${numberOf(ms / 1_000)} s`;
  return ms < 7_200_000 ? `${numberOf(ms / 60_000)} min` : `${numberOf(ms / 3_600_000)} h`;
}

/** Two digits behind the point at most, and none where they say nothing. */
function numberOf(number: number): string {
  const digits = Math.abs(number) >= 10 ? 0 : Math.abs(number) >= 1 ? 1 : 2;
  return String(Number(number.toFixed(digits)));
}

function shortNumber(number: number): string {
  const plain = String(number);
  if (plain.length <= 6) return plain;
  const size = Math.abs(number);
  if (size >= 1e5 || size < 1e-3) return number.toExponential(1).replace('e+', 'e');
  return String(Number(number.toPrecision(4)));
}
