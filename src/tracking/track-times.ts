import { atTime } from '../clock/at-time.js';
import { type CancelTimer, now } from '../clock/clock.js';
import type { Ticking } from './tracked-timer.js';

/** What becomes of a run whose time has passed, because the computer slept or its clock was set. */
export type MissedRuns = 'once' | 'skip';

/** A run is missed when it comes later than this: Node's own timers are never that late. */
const MISSED_AFTER_MS = 60_000;

/**
 * Runs a job at one time after the other, as `next` gives them, from `after` on; it ends when there
 * is none. Times that have passed come together in one run, or in none. When the clock is set back
 * by more than three hours it plans anew; by less, no time comes twice.
 */
export function atTimes(
  { wait, run, end }: Ticking<[at: number]>,
  next: (after: number) => number | null,
  missed: MissedRuns,
  from = now(),
): CancelTimer {
  let cancel: CancelTimer = () => undefined;
  const plan = (after: number): void => {
    const at = next(after);
    if (at === null) {
      end();
      return;
    }
    const waiting = wait(at);
    const onTime = (): void => {
      waiting?.end('done');
      // Planned first: the job may end the tracker.
      plan(Math.max(at, now()));
      if (missed === 'once' || now() - at < MISSED_AFTER_MS) run(waiting, at);
    };
    const cancelTimer = atTime(at, onTime, () => {
      waiting?.end('cancelled');
      plan(now());
    });
    cancel = () => {
      cancelTimer();
      waiting?.end('cancelled');
    };
  };
  plan(from);
  return () => cancel();
}
