const UNITS: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** A span of time as short as it may be: `850 ms`, `12 s`, `3 min`, `5 h`, `2 d`. */
export function timeWords(ms: number): string {
  const [unit, length] = UNITS.find(([, least]) => ms >= least) ?? ['ms', 1];
  return `${Math.floor(Math.max(0, ms) / length)} ${unit}`;
}
