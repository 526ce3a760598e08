import { Execution, runSync } from '../causality/execution.js';
import { Wait } from '../causality/wait.js';
import { checkMs, checkOneOf } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { eventActivity } from '../events/activity.js';
import { BusEvent } from '../events/bus-event.js';
import { isWorkerFunction } from '../executor/worker-function.js';
import type { Hub } from '../hub-api/hub.js';
import type { Job } from '../jobs/job.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { STATE_CHANGED, StateChanged } from '../states/state-events.js';
import type { ChangeSelector, StateChange } from '../states/state-machine.js';
import { type Hold, type Holds, keptHolds } from './kept-holds.js';
import { jobOf, ownTracker, type TrackerAction } from './own-tracker.js';
import { type AfterRestart, StateHolds } from './state-holds.js';
import { StateMatch, type StateMatchOptions } from './state-match.js';

/** Which changes a tracker runs for, and when. */
export interface TrackStateOptions extends StateMatchOptions {
  /**
   * Milliseconds for which it has to last, without a break, since the change. Then it runs once for
   * each time that it begins; going from one value of a list to another is no break.
   * @default it runs at once
   */
  readonly forMs?: number | undefined;
  /**
   * A name under which the wait outlives a restart, of the hub or of the owner; one tracker of a
   * hub can have it. Choose one that stays the same: it is all by which the wait is found again.
   * @default the wait ends with the process
   */
  readonly key?: string | undefined;
  /**
   * How a wait with a `key` goes on when the entity comes back as it was. `from-last-changed`: to
   * the end that it had, or, if that has passed, at once. `remaining`: the time in which it was not
   * seen does not count. `restart`: for the whole time anew. `skip`: not for this occurrence.
   * @default 'from-last-changed'
   */
  readonly after?: AfterRestart | undefined;
  /** @default the name of the function */
  readonly name?: string | undefined;
}

const MEANINGS: readonly AfterRestart[] = ['from-last-changed', 'remaining', 'restart', 'skip'];

/**
 * Runs a job when states change: all changes of some entities, or those that `from`, `to` and
 * `attribute` choose, at once or when it has lasted `forMs`. The job gets the `state_changed` event
 * with which it began, and is caused by it.
 *
 *     trackState(hub, 'binary_sensor.door', ring, { to: 'on', forMs: 5 * 60_000, key: 'door open' });
 *
 * What is so already does not count: only changes do. The first state of an entity is one, its
 * removal too. Runs may overlap, as with `listen`; an error is reported and ends nothing. It ends
 * when it is unsubscribed, with its owner, and, for a job with `cancelOnShutdown`, when the hub
 * begins to stop; waits end with it, runs go on.
 *
 * With a `key` an occurrence is stored until it is over, so it runs once also when the hub
 * restarts in between. It goes on when the entity is there again; `unknown` and `unavailable` say
 * nothing yet. Back in another state it is forgotten, also after 7 days without the entity, and when
 * it is unsubscribed by hand. A job begins at once and is stored as run within a second: at least
 * once, should the process be killed in that second. Until what is stored is read, a moment after
 * the start, changes wait. Stored data that makes no sense is reported and left out.
 *
 * @throws InvalidEntityIdError; InvalidOptionError naming the option and the value, or a key in use.
 */
export function trackState(
  hub: Hub,
  entityIds: ChangeSelector,
  action: TrackerAction<[change: StateChange]>,
  options: TrackStateOptions = {},
): Unsubscribe {
  const { forMs, key, after = 'from-last-changed', name } = options;
  const job = jobOf(action, name);
  const { scope } = hub;
  const report = (error: unknown): void =>
    scope.report({ error, source: 'filter', owner: scope.name, name: job.name });
  const match = new StateMatch(options, report);
  if (forMs !== undefined) checkMs('forMs', forMs, { orZero: true });
  checkOneOf('after', after, MEANINGS);
  if (key === undefined && options.after !== undefined)
    throw new InvalidOptionError('`after` says how a stored wait goes on: it needs a `key`.');
  if (key !== undefined && forMs === undefined)
    throw new InvalidOptionError('A `key` is for a wait that is stored: it needs `forMs`.');
  const changes = hub.states.changes(entityIds);
  if (scope.closed) {
    changes.subscribe(); // does nothing, and the fence tells of it
    return unsubscribe(() => undefined);
  }

  const run = (change: StateChange, waited: Wait | null = null): void =>
    runCaused(hub, job, change, waited?.id ?? eventActivity(change));
  const wait = (dueAt: number, change: StateChange): Wait | null =>
    Wait.of(scope, 'timer', job.name, dueAt, {
      activity: eventActivity(change),
      context: change.context,
    });
  if (forMs === undefined)
    return ownTracker(hub, job, () => {
      const running = changes.subscribe((change) => {
        if (match.counts(change.data, false)) run(change);
      });
      return () => running.unsubscribe();
    });

  const kept = key === undefined ? undefined : keptHolds(hub);
  const onChange = (): void => kept?.changed();
  const holds: Holds = kept?.take(key as string, after === 'remaining') ?? new Map<string, Hold>();
  const states = new StateHolds(holds, { match, forMs, after, wait, run, onChange });
  return ownTracker(hub, job, () => {
    let early: StateChange[] | undefined = kept && [];
    const running = changes.subscribe((change) => {
      if (early) early.push(change);
      else states.on(change);
    });
    void kept?.load().then(() => {
      const waiting = early ?? [];
      early = undefined;
      if (running.closed) return;
      for (const change of waiting) states.on(change);
      for (const entityId of states.missing) {
        const change = appearance(hub, entityId);
        if (change && isSelected(entityIds, change)) states.comeBack(change);
      }
    });
    return (isUnwanted) => {
      running.unsubscribe();
      states.end(isUnwanted);
      if (key !== undefined) kept?.giveBack(key);
    };
  });
}

/** Of an entity that was there before the tracker what it is now stands for its first change. */
function appearance(hub: Hub, entityId: string): StateChange | undefined {
  const state = hub.states.get(entityId);
  if (!state) return undefined;
  const data = new StateChanged(entityId, null, state);
  return new BusEvent(STATE_CHANGED, data, 'local', state.lastUpdated, state.context);
}

// Under the same key there may have been a tracker of other entities.
function isSelected(selector: ChangeSelector, change: StateChange): boolean {
  const { entityId, newState } = change.data;
  if (typeof selector === 'function') return selector(change);
  if (typeof selector === 'string') return selector === entityId;
  return 'domain' in selector ? selector.domain === newState?.domain : selector.includes(entityId);
}

/** What a change, or a wait that it began, has led to: `activity` says which. */
function runCaused(hub: Hub, job: Job<[StateChange]>, change: StateChange, activity: number): void {
  const { type, data, origin, timeFired, context } = change;
  const given = isWorkerFunction(job.target)
    ? ({ type, data, origin, timeFired, context: context.toJSON() } as unknown as StateChange)
    : change;
  const { scope } = hub;
  const execution = new Execution(scope.hub, context, null, activity, scope, change);
  runSync(execution, () => void hub.runJob(job, given));
}
