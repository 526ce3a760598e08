import type { Hub } from '../hub-api/hub.js';
import { Job, type JobTarget } from '../jobs/job.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

/** What a tracker runs. */
export type TrackerAction<A extends unknown[]> = Job<A> | Job<[]> | JobTarget<A, unknown>;

/** Ends what a tracker has begun; `isUnwanted`: by hand, not because its owner or the hub ends. */
export type EndTracker = (isUnwanted: boolean) => void;

/** The job of a tracker, under the name in which it fails. */
export function jobOf<A extends unknown[]>(
  action: TrackerAction<A>,
  name: string | undefined,
): Job<A> {
  const given = (action instanceof Job ? action : new Job(action)) as Job<A>;
  const { target, cancelOnShutdown } = given;
  return new Job<A>(target, { name: name ?? given.name, cancelOnShutdown });
}

/**
 * Puts what `begin` begins into the hands of an owner: it is ended once, when it is unsubscribed,
 * its owner is unloaded, or, for a job with `cancelOnShutdown`, the hub begins to stop; also when
 * that happens while it begins. `end` forgets a tracker that has nothing more to do; what `begin`
 * throws does, too.
 */
export function ownTracker(
  hub: Hub,
  { name, cancelOnShutdown }: Pick<Job, 'name' | 'cancelOnShutdown'>,
  begin: (end: () => void) => EndTracker,
): Unsubscribe {
  let endBegun: EndTracker = () => undefined;
  let endedAs = undefined as boolean | undefined;
  const endOnce = (isUnwanted: boolean): void => {
    if (endedAs !== undefined) return;
    endedAs = isUnwanted;
    onStop?.();
    hub.scope.detach(owned);
    endBegun(isUnwanted);
  };
  const onStop = cancelOnShutdown
    ? hub.bus.listenOnce('homeassistant_stop', () => endOnce(false), { name })
    : undefined;
  const owned = { name, silence: () => endOnce(false) };
  hub.scope.attach(owned);
  try {
    endBegun = begin(() => endOnce(true));
  } catch (error) {
    endOnce(true);
    throw error;
  }
  if (endedAs !== undefined) endBegun(endedAs);
  return unsubscribe(() => endOnce(true));
}
