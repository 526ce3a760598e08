import { runUncaused } from '../causality/execution.js';
import { every } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import { Job, type JobTarget } from '../jobs/job.js';
import type { Task } from '../jobs/task.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

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
  action: Job<[]> | JobTarget<[], unknown>,
  ms: number,
  { name, immediate = false }: IntervalOptions = {},
): Unsubscribe {
  if (!(Number.isFinite(ms) && ms > 0))
    throw new InvalidOptionError(`Expected milliseconds above 0, got ${quote(ms)}.`);
  const given = action instanceof Job ? action : new Job(action);
  const { target, cancelOnShutdown } = given;
  const job = new Job(target, { name: name ?? given.name, cancelOnShutdown });
  if (hub.scope.closed) {
    void hub.runJob(job); // does nothing, and the fence tells of it
    return unsubscribe(() => undefined);
  }
  let last: Task<unknown> | undefined;
  const tick = (): void => {
    if (last?.status !== 'running') last = runUncaused(() => hub.runJob(job));
  };
  const cancel = every(ms, tick);
  const onStop = cancelOnShutdown
    ? hub.bus.listenOnce('homeassistant_stop', () => end())
    : undefined;
  const owned = { name: job.name, silence: cancel };
  const end = unsubscribe(() => {
    cancel();
    onStop?.();
    hub.scope.detach(owned);
  });
  hub.scope.attach(owned);
  if (immediate) tick();
  return end;
}
