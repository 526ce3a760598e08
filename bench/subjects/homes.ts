import { type BusEvent, Context, BusEvent as Event, Hub, type State } from 'rxhome';
import type { Rival } from '../harness/question.js';
import { deliver } from './events.js';

export type Change = BusEvent<'state_changed'>;
let heard = 0;

/** What was heard, so that no rival can leave out the work. */
export const result = (): number => heard;

/** What everybody does with a change. */
export function hear(change: Change): void {
  heard += change.timeFired;
}

export function entityIds(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `sensor.number_${i}`);
}

/** Texts that differ from one write to the next; made beforehand, as making them is not the work. */
export const TEXTS = Array.from({ length: 128 }, (_, i) => String(i));

/** Sets one entity after the other, each to another text than before. */
export function inTurn(ids: readonly string[], set: (id: string, text: string) => void): Rival {
  let [at, text] = [0, 0];
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) {
        if (at === ids.length) [at, text] = [0, (text + 1) % TEXTS.length];
        set(ids[at++] as string, TEXTS[text] as string);
      }
    },
  };
}

/** A hub that knows all entities already: the first write of one is another work. */
function hubOf(ids: readonly string[]): Hub {
  const hub = new Hub();
  for (const id of ids) hub.states.set(id, 'at first');
  return hub;
}

/** A hub, with one subscriber for each entity. */
export function changesOfHub(entities: number): Rival {
  const ids = entityIds(entities);
  const hub = hubOf(ids);
  for (const id of ids) hub.states.changes(id).subscribe(hear);
  return inTurn(ids, (id, text) => hub.states.set(id, text));
}

/**
 * The same write by the hub, on whose bus nobody listens, so that it makes no event; and the event
 * made by hand and given to `route`. So what is compared is how it finds those whom it concerns.
 */
export function routedByHand(
  entities: number,
  route: (ids: readonly string[]) => (id: string, change: Change) => void,
): Rival {
  const ids = entityIds(entities);
  const hub = hubOf(ids);
  const tell = route(ids);
  const set = (id: string, text: string): void => {
    const oldState: State | null = hub.states.get(id) ?? null;
    hub.states.set(id, text);
    const newState = hub.states.get(id) as State;
    const data = { entityId: id, oldState, newState };
    const { context, lastUpdated } = newState;
    tell(
      id,
      new Event('state_changed', data as unknown as Change['data'], 'local', lastUpdated, context),
    );
  };
  return inTurn(ids, set);
}

/** The floor: a Map of lists, and each in the list in spite of the one before. */
export function byMapOfLists(ids: readonly string[]): (id: string, change: Change) => void {
  const lists = new Map(ids.map((id) => [id, [hear as (event: BusEvent) => void]]));
  return (id, change) => deliver(lists.get(id) ?? [], change);
}

/** A change that is there already: what is left is the delivery. */
export function readyChanges(ids: readonly string[]): { id: string; data: Change['data'] }[] {
  const hub = new Hub();
  return ids.map((id) => {
    hub.states.set(id, 1);
    const newState = hub.states.get(id) as State;
    return { id, data: { entityId: id, oldState: null, newState } as unknown as Change['data'] };
  });
}

export function makeChange(data: Change['data']): Change {
  const time = Date.now();
  return new Event('state_changed', data, 'local', time, Context.causedBy(null, time));
}
