import type { Row, Stat } from '../../wire.js';
import { LATE_MS } from '../head/vital-figures.js';

/** The loop was late, and what the hub found out about it. */
export interface Stall {
  readonly at: number;
  readonly ms: number;
  /** Findings of that time: who blocked, if it is known. */
  readonly findings: readonly Row[];
}

/** A finding is told after the stall that it is about, and belongs to it up to this much later. */
const TOLD_WITHIN_MS = 2_000;

/** When the loop was more than 40 ms late, the newest first; `findings` in any order. */
export function stallsOf(stats: readonly Stat[], findings: readonly Row[]): readonly Stall[] {
  const late = stats.filter(({ delay }) => delay > LATE_MS);
  const stalls = late.map(({ at, delay }) => ({ at, ms: delay, findings: [] as Row[] }));
  for (const finding of findings) {
    // The worst one around it, if two are near.
    const near = stalls.filter(
      ({ at, ms }) => finding.at >= at - ms - TOLD_WITHIN_MS && finding.at <= at + TOLD_WITHIN_MS,
    );
    near.sort((a, b) => b.ms - a.ms)[0]?.findings.push(finding);
  }
  return stalls.reverse();
}
