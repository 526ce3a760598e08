import type { StateChange } from 'rxhome';
import type { TestHub } from 'rxhome/testing';

/** From which text to which; `null` where there is no state. And of which entity: else the door. */
export type Change = readonly [from: string | null, to: string | null, entityId?: string];

/** Real events of `hub`, by a letter each: `changes(hub, { o: ['off', 'on'] })`. */
export function changes<K extends string>(
  hub: TestHub,
  drawn: Record<K, Change>,
): Record<K, StateChange> {
  let last: StateChange | undefined;
  const end = hub.bus.listen('state_changed', (event) => (last = event));
  const made: Partial<Record<K, StateChange>> = {};
  let attribute = 0; // so that nothing is a mere report
  for (const letter of Object.keys(drawn) as K[]) {
    const [from, to, entityId = 'binary_sensor.door'] = drawn[letter];
    for (const text of [from, to])
      if (text === null) hub.states.remove(entityId);
      else hub.states.set(entityId, text, { attribute: attribute++ });
    made[letter] = last!;
    hub.states.remove(entityId);
  }
  end();
  return made as Record<K, StateChange>;
}
