import { BusEvent } from '../events/bus-event.js';
import { StateChanged } from '../states/state-events.js';
import type { MonoTypeOperatorFunction } from 'rxjs';
import type { StateChange } from '../states/state-machine.js';
import type { State } from '../states/state.js';
import { checkFunction } from '../errors/check-option.js';
import { operate, relay } from './operate.js';

/** What is now: one state, several, or none. */
export type CurrentStates = State | Iterable<State | undefined> | undefined;

/**
 * Starts a stream of changes with what is now, so that a rule also holds for what was so before
 * it began.
 *
 *     doors.pipe(withCurrent(() => hub.states.get('binary_sensor.door')), heldFor(60_000, 'on'))
 *
 *     doors                     -c-o--|    c closes, o opens; the door is open
 *     withCurrent(() => now)    oc-o--|
 *
 * `get` is asked at every subscription. Each state it returns comes first, as a change from
 * nothing to that state (`oldState` is null; `timeFired` and `context` are those of the write that
 * made it); for an entity that is not known nothing comes. For several entities return a list:
 * `() => hub.states.all('light')`. Changes that the first values lead to follow after them.
 * If only the states are wanted, `states.watch()` is shorter.
 *
 * Completes with its source, after the first values; an error passes at once. It keeps nothing.
 * Late subscribers get what is now, too.
 *
 * @throws InvalidOptionError when `get` is not a function.
 */
export function withCurrent(get: () => CurrentStates): MonoTypeOperatorFunction<StateChange> {
  checkFunction('get', get);
  return operate((source, subscriber) => {
    const current = listOf(get());
    const early: StateChange[] = [];
    let isFirst = true;
    let isComplete = false;
    // Subscribed first, or a change that a first value leads to would be missed.
    source.subscribe(
      relay<StateChange, StateChange>(subscriber, {
        next: (change) => {
          if (isFirst) early.push(change);
          else subscriber.next(change);
        },
        complete: () => {
          isComplete = true;
          if (!isFirst) subscriber.complete();
        },
      }),
    );
    for (const state of current) if (state) subscriber.next(firstChange(state));
    for (const change of early) subscriber.next(change); // more may come meanwhile
    isFirst = false;
    if (isComplete) subscriber.complete();
  });
}

function listOf(current: CurrentStates): Iterable<State | undefined> {
  if (current === undefined) return [];
  return Symbol.iterator in current ? [...current] : [current];
}

/** A change from nothing to `state`. */
function firstChange(state: State): StateChange {
  const { entityId, lastUpdated, context } = state;
  const data = new StateChanged(entityId, null, state);
  return new BusEvent('state_changed', data, 'local', lastUpdated, context);
}
