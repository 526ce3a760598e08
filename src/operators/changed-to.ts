import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { StateChange } from '../states/state-machine.js';

/**
 * Only the changes to a text from another one: neither a change of attributes nor a forced update
 * of what was so before.
 *
 *     changes            -o-f-o-o--|    o on, f off; the last one changes an attribute only
 *     changedTo('on')    -o---o----|
 *
 * Completes and fails with its source; keeps nothing, so there is nothing to drop.
 */
export function changedTo(...states: string[]): MonoTypeOperatorFunction<StateChange> {
  return filter(({ data: { oldState, newState } }) => {
    return (
      newState !== null && states.includes(newState.state) && newState.state !== oldState?.state
    );
  });
}
