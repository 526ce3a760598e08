import { getPosition, getTimes } from 'suncalc';
import { dateOf } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** A place on earth, in degrees: north and east are positive. */
export interface Place {
  /** -90 to 90. */
  readonly latitude: number;
  /** -180 to 180. */
  readonly longitude: number;
}

const EVENTS = ['sunrise', 'sunset', 'dawn', 'dusk', 'solarNoon', 'nadir'] as const;

/** `dawn` and `dusk`: the sun is 6° below the horizon. `nadir`: the middle of the night. */
export type SunEvent = (typeof EVENTS)[number];

const DAY_MS = 24 * 60 * 60_000;
const DAYS_OF_A_YEAR = 366;

/**
 * When the sun does that next, after `after` (epoch milliseconds); `null` where it does not within a
 * year. In polar summers and winters that may be months away.
 *
 * @throws InvalidOptionError naming the event or the place.
 */
export function nextSunTime(event: SunEvent, place: Place, after: number): number | null {
  checkPlace(place);
  if (!EVENTS.includes(event))
    throw new InvalidOptionError(`Expected one of ${EVENTS.join(', ')}, got ${quote(event)}.`);
  // From the day before: the day of the place may be another than that of the clock.
  for (let day = -1; day <= DAYS_OF_A_YEAR; day++) {
    const date = dateOf(after + day * DAY_MS);
    const at = getTimes(date, place.latitude, place.longitude)[event]?.getTime();
    if (at !== undefined && at > after) return at;
  }
  return null;
}

/** Where the sun stands: degrees above the horizon, and clockwise from north. */
export function sunPosition(
  { latitude, longitude }: Place,
  at: number,
): { readonly elevation: number; readonly azimuth: number } {
  checkPlace({ latitude, longitude });
  const { altitude, azimuth } = getPosition(dateOf(at), latitude, longitude);
  return { elevation: altitude, azimuth };
}

function checkPlace(place: Place): void {
  for (const [name, limit] of [
    ['latitude', 90],
    ['longitude', 180],
  ] as const)
    if (typeof place?.[name] !== 'number' || !(Math.abs(place[name]) <= limit))
      throw new InvalidOptionError(
        `Expected degrees from -${limit} to ${limit} as \`${name}\`, got ${quote(place?.[name])}.`,
      );
}
