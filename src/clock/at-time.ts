import { after, type CancelTimer, monotonic, now } from './clock.js';

/** The clock may be set, and a computer may sleep: a long wait looks at the time again and again. */
const LOOK_EVERY_MS = 5 * 60_000;

/** A clock that is set back further than this was wrong before: cron's old rule. */
const WRONG_BEFORE_MS = 3 * 60 * 60_000;

/**
 * Runs `fn` once, when the clock on the wall shows `at` (epoch milliseconds) or later: never at
 * once, never early, and at most five minutes late when the clock was set forward meanwhile.
 *
 * With `onSetBack` that is called instead when the clock was set back by more than three hours
 * meanwhile: `at` may then have been reckoned from a date that never was.
 */
export function atTime(at: number, fn: () => void, onSetBack?: () => void): CancelTimer {
  let cancel: CancelTimer;
  const begun = now() - monotonic();
  const wait = (): void => {
    cancel = after(Math.max(0, Math.min(at - now(), LOOK_EVERY_MS)), () => {
      const setBackMs = begun - (now() - monotonic());
      if (now() >= at) fn();
      else if (onSetBack && setBackMs > WRONG_BEFORE_MS) onSetBack();
      else wait();
    });
  };
  wait();
  return () => cancel();
}
