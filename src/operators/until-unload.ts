import type { MonoTypeOperatorFunction } from 'rxjs';
import { OwnedObservable } from '../events/owned-observable.js';
import type { Scope } from '../ownership/scope.js';

/**
 * Gives a stream an owner: it is unsubscribed when `scope` closes, and what its subscriber throws
 * is reported and changes nothing. For streams that come from elsewhere, or were combined by a
 * creation function (`merge`, `combineLatest`, also inside `endWith`); what is piped from the hub's
 * own streams has all that anyway. Put it at the end.
 *
 *     source               -a-b-c-d-
 *     scope closes         ----!
 *     untilUnload(scope)   -a-b------    does not complete, so nothing held back is let go
 *
 * Completes with its source, and fails with it: reported unless the subscriber has an `error`
 * handler. Subscribed after the scope has closed it stays silent, and that is reported.
 */
export function untilUnload<T>(scope: Scope): MonoTypeOperatorFunction<T> {
  return (source) => new OwnedObservable<T>(source, scope);
}
