import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { nextSunTime, type Place, type SunEvent } from './sun-times.js';
import type { TimerOptions } from './track-point-in-time.js';
import { atTimes } from './track-times.js';
import { type TimerAction, trackTimer } from './tracked-timer.js';

export interface SunOptions extends TimerOptions, Place {
  /** Milliseconds after the event; negative: before it. @default 0 */
  readonly offsetMs?: number;
}

/**
 * Runs a job at every sunrise, sunset … of a place, with the planned time as its argument. Where the
 * sun does not rise for months, the next one comes when it does. One that the computer slept
 * through comes late. Ends with its owner. A run has no cause.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function trackSun(
  hub: Hub,
  action: TimerAction<[at: number]>,
  event: SunEvent,
  { latitude, longitude, offsetMs = 0, name }: SunOptions,
): Unsubscribe {
  if (!Number.isFinite(offsetMs))
    throw new InvalidOptionError(`Expected milliseconds as \`offsetMs\`, got ${quote(offsetMs)}.`);
  const place = { latitude, longitude };
  nextSunTime(event, place, 0); // wrong ones are told of at once
  const next = (after: number): number | null => {
    const at = nextSunTime(event, place, after - offsetMs);
    return at === null ? null : at + offsetMs;
  };
  return trackTimer<[at: number]>(hub, action, name, (ticking) => atTimes(ticking, next, 'once'));
}
