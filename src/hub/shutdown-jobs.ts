import { Job, type JobTarget } from '../jobs/job.js';
import type { Scope } from '../ownership/scope.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

/** A job that runs when the hub stops, for its owner. */
export interface ShutdownJob {
  readonly owner: Scope;
  readonly job: Job<unknown[]>;
  readonly args: unknown[];
}

/** Keeps a job for the end of the hub, as long as its owner is there. */
export function addShutdownJob<A extends unknown[]>(
  jobs: Set<ShutdownJob>,
  owner: Scope,
  job: Job<A> | JobTarget<A, unknown>,
  args: A,
): Unsubscribe {
  const given = job instanceof Job ? job : new Job(job);
  const entry = { owner, job: given as unknown as Job<unknown[]>, args };
  jobs.add(entry);
  const owned = { name: given.name, silence: () => end() };
  owner.attach(owned);
  const end = unsubscribe(() => {
    jobs.delete(entry);
    owner.detach(owned);
  });
  return end;
}
