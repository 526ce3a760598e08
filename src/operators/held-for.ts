import {
  dematerialize,
  EMPTY,
  filter,
  map,
  materialize,
  type MonoTypeOperatorFunction,
  of,
  switchMap,
  timer,
} from 'rxjs';
import { now } from '../clock/clock.js';
import type { StateChange } from '../states/state-machine.js';
import type { State } from '../states/state.js';

/** Whether a state counts; an entity that is not known never does. */
export type StateMatch = string | readonly string[] | ((state: State) => boolean);

/**
 * Lets a change through once its new state has matched, without a break, for `ms` milliseconds
 * since its `lastChanged`.
 *
 *     changes             -o-c-----o-r----c--|    o opens, c closes, r reports again
 *     heldFor(4, 'on')    -------------o-----|
 *
 * Leaving the match drops the wait. So does completion, and unsubscribing: unlike `debounceTime`
 * nothing is let go at the end, so no rule fires while the hub stops. An error passes at once. The
 * wait belongs to one stream: for several entities at once put it into `perKey`, or give each its
 * own `changes()`.
 */
export function heldFor(ms: number, match: StateMatch): MonoTypeOperatorFunction<StateChange> {
  const matches = matcher(match);
  return (changes) =>
    changes.pipe(
      filter(({ data: { oldState, newState } }) => matches(oldState) !== matches(newState)),
      // As a value the end is one more switch: away from what is pending.
      materialize(),
      switchMap((notification) => {
        if (notification.kind !== 'N') return of(notification);
        const state = notification.value.data.newState;
        if (state === null || !matches(state)) return EMPTY;
        const left = state.lastChanged + ms - now();
        return left > 0 ? timer(left).pipe(map(() => notification)) : of(notification);
      }),
      dematerialize(),
    );
}

function matcher(match: StateMatch): (state: State | null) => boolean {
  if (typeof match === 'function') return (state) => state !== null && match(state);
  const texts = typeof match === 'string' ? [match] : match;
  return (state) => state !== null && texts.includes(state.state);
}
