import type { Stat } from '../../wire.js';

/** Stats come four times a second; one that is later than this is of another time. */
const NEAR_MS = 1_500;

/** How the hub fared at a moment: the first stat behind it tells. `null`: nobody looked then. */
export function statAt(stats: readonly Stat[], at: number): Stat | null {
  let low = 0;
  let high = stats.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stats[middle]?.at ?? Infinity) < at) low = middle + 1;
    else high = middle;
  }
  const found = stats[low];
  return found !== undefined && found.at - at <= NEAR_MS ? found : null;
}
