import type { Wait } from '../causality/wait.js';
import { after, type CancelTimer, monotonic, now } from '../clock/clock.js';
import type { StateChange } from '../states/state-machine.js';
import { type Hold, type Holds, isForgotten, outOfSight } from './kept-holds.js';
import type { StateMatch } from './state-match.js';

/** What goes on after a restart of the hub, or of the owner. */
export type AfterRestart = 'from-last-changed' | 'remaining' | 'restart' | 'skip';

/** What says nothing yet of an entity that was written before the restart. */
const NOT_THERE_YET: readonly string[] = ['unknown', 'unavailable'];

export interface HoldsPlan {
  readonly match: StateMatch;
  readonly forMs: number;
  readonly after: AfterRestart;
  /** Told when it waits until `dueAt`, because of a change. */
  readonly wait: (dueAt: number, change: StateChange) => Wait | null;
  readonly run: (change: StateChange, wait: Wait | null) => void;
  /** Told when what is kept has changed. */
  readonly onChange: () => void;
}

/**
 * The states of one tracker that are to last: one occurrence per entity, from the change with which
 * it begins until it is over. Each runs once.
 */
export class StateHolds {
  readonly #holds: Holds;
  readonly #plan: HoldsPlan;
  readonly #timers = new Map<string, CancelTimer>();

  /** @param holds What was kept of it, if it is kept. */
  constructor(holds: Holds, plan: HoldsPlan) {
    this.#holds = holds;
    this.#plan = plan;
  }

  /** The entities that have not come into sight since the restart. */
  get missing(): readonly string[] {
    return [...this.#holds.keys()].filter((id) => this.#holds.get(id)?.inSightSince === null);
  }

  on(change: StateChange): void {
    const { match } = this.#plan;
    const { entityId, newState } = change.data;
    if (this.#goesOn(change) || newState === null || !match.counts(change.data, true)) return;
    const value = match.compared(newState);
    if (!match.holds(newState, value)) return;
    const hold: Hold = {
      // Text or attributes: what has just changed moves this one.
      since: newState.lastUpdated,
      value,
      isDone: false,
      seenMs: 0,
      inSightSince: monotonic(),
      seenAt: now(),
      isOfOldRun: false,
    };
    this.#holds.set(entityId, hold);
    this.#plan.onChange();
    this.#wait(hold, change, hold.since + this.#plan.forMs - now());
  }

  /** What an entity is now that was there before: what was kept of it goes on or is forgotten. */
  comeBack(appearance: StateChange): void {
    this.#goesOn(appearance);
  }

  /** Ends the waiting; what is kept goes on another time, unless it is unwanted. */
  end(isUnwanted: boolean): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    if (this.#holds.size === 0) return;
    if (isUnwanted) this.#holds.clear();
    else for (const hold of this.#holds.values()) outOfSight(hold);
    this.#plan.onChange();
  }

  /** Whether an occurrence that is known goes on with this; else it is forgotten. */
  #goesOn(change: StateChange): boolean {
    const { entityId, newState } = change.data;
    const known = this.#holds.get(entityId);
    if (!known) return false;
    const isMissing = known.inSightSince === null;
    if (this.#plan.match.holds(newState, known.value)) {
      if (!isMissing) return true;
      if (!isForgotten(known) && !isOther(known, change)) {
        this.#resume(known, change);
        return true;
      }
    } else if (isMissing && (newState === null || NOT_THERE_YET.includes(newState.state)))
      return true;
    this.#forget(entityId);
    return false;
  }

  #forget(entityId: string): void {
    this.#timers.get(entityId)?.();
    this.#timers.delete(entityId);
    this.#holds.delete(entityId);
    this.#plan.onChange();
  }

  #resume(hold: Hold, change: StateChange): void {
    const { after: meaning, forMs } = this.#plan;
    hold.inSightSince = monotonic();
    hold.isOfOldRun = false;
    if (hold.isDone) return;
    if (meaning === 'skip') {
      hold.isDone = true;
      this.#plan.onChange();
      return;
    }
    if (meaning === 'restart') {
      hold.since = now();
      hold.seenMs = 0;
      this.#plan.onChange();
    }
    const isMeasured = meaning === 'remaining';
    this.#wait(hold, change, isMeasured ? forMs - hold.seenMs : hold.since + forMs - now());
  }

  #wait(hold: Hold, change: StateChange, leftMs: number): void {
    const { forMs } = this.#plan;
    const { entityId } = change.data;
    if (leftMs <= 0) {
      this.#run(hold, change, null);
      return;
    }
    // The clock may have been set back since then.
    const ms = Math.min(leftMs, forMs);
    const wait = this.#plan.wait(now() + ms, change);
    const cancel = after(ms, () => {
      this.#timers.delete(entityId);
      wait?.end('done');
      this.#run(hold, change, wait);
    });
    this.#timers.set(entityId, () => {
      cancel();
      wait?.end('cancelled');
    });
  }

  #run(hold: Hold, change: StateChange, wait: Wait | null): void {
    hold.isDone = true;
    this.#plan.onChange();
    this.#plan.run(change, wait);
  }
}

/** In the same run of the hub the state itself tells whether it is another occurrence. */
function isOther({ isOfOldRun, seenAt }: Hold, { data: { newState } }: StateChange): boolean {
  return !isOfOldRun && newState !== null && newState.lastChanged > seenAt;
}
