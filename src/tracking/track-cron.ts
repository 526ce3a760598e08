import { Cron } from 'croner';
import { dateOf, now } from '../clock/clock.js';
import { checkOneOf } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { sinceLastRun } from './last-runs.js';
import type { TimerOptions } from './track-point-in-time.js';
import { atTimes, type MissedRuns } from './track-times.js';
import { type TimerAction, trackTimer } from './tracked-timer.js';

export interface CronOptions extends TimerOptions {
  /** An IANA name such as `Europe/Berlin`. @default the zone of the process */
  readonly timeZone?: string;
  /**
   * Runs whose time has passed while the computer slept: they come together in one, or are left
   * out. What was due while the process did not run is made up for with a `key` only.
   * @default 'once'
   */
  readonly missed?: MissedRuns;
  /**
   * A name under which it is stored until when it has run, so that runs missed while the process
   * was down come together in one when it is back; one tracker of a hub can have it. At least once:
   * a run counts as done within a second of its beginning.
   * @default none
   */
  readonly key?: string;
}

/**
 * Runs a job when a cron pattern says so: minute, hour, day of month, month, day of week
 * (`30 6 * * MON-FRI`), with an optional first field for seconds. The job gets the planned time.
 *
 * When clocks go forward, a pattern of one time of day that does not exist that day runs at the
 * moment they do; when they go back it runs once. Ends with its owner. A run has no cause.
 *
 * @throws InvalidOptionError when the pattern or the time zone is none, or never comes, and for a
 * key that is in use.
 */
export function trackCron(
  hub: Hub,
  action: TimerAction<[at: number]>,
  pattern: string,
  { name, timeZone, missed = 'once', key }: CronOptions = {},
): Unsubscribe {
  checkOneOf('missed', missed, ['once', 'skip']);
  if (key !== undefined && missed === 'skip')
    throw new InvalidOptionError('A `key` is for runs that are made up for: not with `skip`.');
  const next = cronTimes(pattern, timeZone);
  return trackTimer<[at: number]>(hub, action, name, (ticking) =>
    key === undefined
      ? atTimes(ticking, next, missed)
      : sinceLastRun(hub, key, ticking, (stored, from) => atTimes(stored, next, missed, from)),
  );
}

/** Asks the library for times only: the timers are ours, so that they obey the clock of a test. */
function cronTimes(pattern: string, timezone?: string): (after: number) => number | null {
  try {
    const cron = new Cron(pattern, { paused: true, ...(timezone !== undefined && { timezone }) });
    const next = (after: number): number | null => cron.nextRun(dateOf(after))?.getTime() ?? null;
    if (next(now()) === null) throw new TypeError('there is no such day');
    return next;
  } catch (cause) {
    const where = timezone === undefined ? '' : ` in the time zone ${quote(timezone)}`;
    throw new InvalidOptionError(
      `Expected a cron pattern like \`30 6 * * MON-FRI\`, got ${quote(pattern)}${where}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
