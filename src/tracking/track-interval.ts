import { every, now } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { type TimerAction, trackTimer } from './tracked-timer.js';

/** How an interval is named, and whether it waits for its first tick. */
export interface IntervalOptions {
  /** @default the name of the function */
  readonly name?: string;
  /** Runs once now. @default false */
  readonly immediate?: boolean;
}

/**
 * Runs a job every `ms` milliseconds, until it is unsubscribed, its owner is unloaded, or, for a
 * job with `cancelOnShutdown`, the hub begins to stop. A tick that comes while the job still runs
 * is left out, so runs never overlap. A tick has no cause; an error is reported and the next tick
 * comes all the same.
 *
 * @throws InvalidOptionError when `ms` is not a number above 0.
 */
export function trackInterval(
  hub: Hub,
  action: TimerAction<[]>,
  ms: number,
  { name, immediate = false }: IntervalOptions = {},
): Unsubscribe {
  if (!(Number.isFinite(ms) && ms > 0))
    throw new InvalidOptionError(`Expected milliseconds above 0, got ${quote(ms)}.`);
  return trackTimer(hub, action, name, ({ wait, run }) => {
    let period = wait(now() + ms);
    const cancel = every(ms, () => {
      const ended = period;
      ended?.end('done');
      period = wait(now() + ms);
      run(ended);
    });
    if (immediate) run(null);
    return () => {
      cancel();
      period?.end('cancelled');
    };
  });
}
