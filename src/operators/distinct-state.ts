import type { MonoTypeOperatorFunction } from 'rxjs';
import type { StateChange } from '../states/state-machine.js';
import type { State } from '../states/state.js';
import { operate, relay } from './operate.js';

/**
 * Only what brings another text than the last that passed, for each entity by itself; for streams
 * of changes and of states.
 *
 *     watch('light.a')    o-O-f-u-f--|    O: other attributes, f off, u removed
 *     distinctState()     o---f-u-f--|
 *
 * Behind a `filter` it bridges gaps: with `unavailable` filtered out, a device that comes back as
 * it was is no news. The first change of an entity is compared with its own `oldState`. An entity
 * that is removed is forgotten; in a stream of states, where `undefined` does not say whose it is,
 * all are.
 *
 * Completes and fails with its source. It keeps one text per entity and holds nothing back. Each
 * subscriber begins anew.
 */
export function distinctState<
  T extends State | StateChange | undefined,
>(): MonoTypeOperatorFunction<T> {
  return operate((source, subscriber) => {
    const last = new Map<string, string>();
    let isUnknown = false;

    const isNewsOf = (entityId: string, before: string | undefined, text?: string): boolean => {
      const previous = last.get(entityId) ?? before;
      if (text === undefined) last.delete(entityId);
      else last.set(entityId, text);
      return text !== previous;
    };
    const isNews = (value: State | StateChange | undefined): boolean => {
      if (value === undefined) {
        const wasUnknown = isUnknown;
        isUnknown = true;
        last.clear();
        return !wasUnknown;
      }
      isUnknown = false;
      if (!('data' in value)) return isNewsOf(value.entityId, undefined, value.state);
      const { entityId, oldState, newState } = value.data;
      return isNewsOf(entityId, oldState?.state, newState?.state);
    };
    source.subscribe(
      relay<T, T>(subscriber, {
        next: (value) => {
          if (isNews(value)) subscriber.next(value);
        },
      }),
    );
  });
}
