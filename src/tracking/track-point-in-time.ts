import { causeOfWait } from '../causality/wait.js';
import { atTime } from '../clock/at-time.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { type TimerAction, trackTimer } from './tracked-timer.js';

/** How a timer is named. */
export interface TimerOptions {
  /** @default the name of the function */
  readonly name?: string;
}

/**
 * Runs a job once, at a point in time (epoch milliseconds, or a `Date`), with that time as its
 * argument. One that is past runs in the next turn, never at once. It follows the clock on the
 * wall: never early, also when the clock is set back.
 *
 * Ends with its owner; with the stop of the hub for a job with `cancelOnShutdown`. It is forgotten
 * when the process ends. A run has no cause.
 *
 * @throws InvalidOptionError when `when` is no point in time.
 */
export function trackPointInTime(
  hub: Hub,
  action: TimerAction<[at: number]>,
  when: number | Date,
  { name }: TimerOptions = {},
): Unsubscribe {
  const at = typeof when === 'object' ? when.getTime() : when;
  if (!Number.isFinite(at))
    throw new InvalidOptionError(`Expected a point in time, got ${quote(when)}.`);
  return trackTimer<[at: number]>(hub, action, name, ({ wait, run, end }) => {
    const once = wait(at, causeOfWait());
    const cancel = atTime(at, () => {
      once?.end('done');
      end();
      run(once, at);
    });
    return () => {
      cancel();
      once?.end('cancelled');
    };
  });
}
