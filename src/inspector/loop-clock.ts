// The moment in which something is told of, inside a millisecond; and how busy the loop was, which
// nothing else says. Both go on while somebody sets the clock on the wall.
// eslint-disable-next-line no-restricted-imports -- src/clock is the house's, and has whole milliseconds
import { performance } from 'node:perf_hooks';

/** Milliseconds with fractions, since some moment. In tests it is virtual like all time. */
export function preciseNow(): number {
  return performance.now();
}

/** How long the loop was idle and busy, in milliseconds since the process began. */
export interface LoopTimes {
  readonly idle: number;
  readonly active: number;
}

export function loopTimes(): LoopTimes {
  const { idle, active } = performance.eventLoopUtilization();
  return { idle, active };
}
