/**
 * Where a moment of a chain lies between its beginning (0) and its end (1), on a scale on which the
 * first hundredth of a millisecond and the tenth second can both be seen.
 */
export function logTime(ms: number, lastsMs: number): number {
  if (!(lastsMs > 0) || !(ms > 0)) return 0;
  const unit = Math.max(lastsMs / 2_000, 0.02);
  return Math.min(1, Math.log1p(ms / unit) / Math.log1p(lastsMs / unit));
}
