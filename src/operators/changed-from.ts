import { filter, type MonoTypeOperatorFunction } from 'rxjs';
import type { StateChange } from '../states/state-machine.js';

/**
 * Only the changes away from a text, to another one or to none at all.
 *
 *     changes              -o-f-o-f--|    o on, f off
 *     changedFrom('on')    ---f---f--|
 *
 * Completes and fails with its source; keeps nothing, so there is nothing to drop.
 */
export function changedFrom(...states: string[]): MonoTypeOperatorFunction<StateChange> {
  return filter(({ data: { oldState, newState } }) => {
    return (
      oldState !== null && states.includes(oldState.state) && newState?.state !== oldState.state
    );
  });
}
