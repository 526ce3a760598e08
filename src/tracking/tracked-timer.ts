import { runByTimer, Wait, type WaitCause } from '../causality/wait.js';
import type { CancelTimer } from '../clock/clock.js';
import type { Hub } from '../hub-api/hub.js';
import type { Task } from '../jobs/task.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { jobOf, ownTracker, type TrackerAction } from './own-tracker.js';

/** What a timer runs. */
export type TimerAction<A extends unknown[]> = TrackerAction<A>;

/** A timer that is being set. */
export interface Ticking<A extends unknown[]> {
  /** It waits until `dueAt` from now on; `cause`: what has led to that, if it is for this one time. */
  readonly wait: (dueAt: number, cause?: WaitCause) => Wait | null;
  /** Runs the job, as what `wait` has led to. */
  readonly run: (wait: Wait | null, ...args: A) => void;
  /** Forgets the timer when it was the last time. */
  readonly end: () => void;
}

/**
 * A job that a clock runs, in the hands of an owner: until it is unsubscribed, its owner is
 * unloaded, or, for a job with `cancelOnShutdown`, the hub begins to stop. A run has no cause, runs
 * never overlap (one that comes too early is left out), and an error is reported and ends nothing.
 */
export function trackTimer<A extends unknown[]>(
  hub: Hub,
  action: TimerAction<A>,
  name: string | undefined,
  set: (ticking: Ticking<A>) => CancelTimer,
): Unsubscribe {
  const job = jobOf(action, name);
  if (hub.scope.closed) {
    void hub.runJob(job, ...([] as unknown as A)); // does nothing, and the fence tells of it
    return unsubscribe(() => undefined);
  }
  const { scope } = hub;
  const wait = (dueAt: number, cause?: WaitCause): Wait | null =>
    Wait.of(scope, 'timer', job.name, dueAt, cause);
  let last: Task<unknown> | undefined;
  const run = (ended: Wait | null, ...args: A): void => {
    if (last?.status !== 'running') last = runByTimer(scope, ended, () => hub.runJob(job, ...args));
  };
  return ownTracker(hub, job, (end) => set({ wait, run, end }));
}
