import { BusEvent, Context, Hub, type State } from 'rxhome';
import { question, type Rival } from './harness.js';

const ENTITIES = 10_000;
const entityIds = Array.from({ length: ENTITIES }, (_, i) => `sensor.number_${i}`);
let heard = 0;

/** The floor of the routing: one look into a Map of lists, around the very same write of a state. */
function mapOfLists(): Rival {
  const hub = new Hub();
  const lists = new Map<string, ((event: BusEvent<'state_changed'>) => void)[]>();
  for (const id of entityIds) lists.set(id, [(event) => void (heard += event.timeFired)]);
  // With nobody listening on the bus, `set` stores the state and makes no event.
  let turn = 0;
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) {
        const entityId = entityIds[turn++ % ENTITIES] as string;
        const oldState: State | null = hub.states.get(entityId) ?? null;
        hub.states.set(entityId, turn);
        const newState = hub.states.get(entityId) ?? null;
        const context = newState?.context ?? new Context();
        const data = { entityId, oldState, newState };
        const event = new BusEvent('state_changed', data as never, 'local', turn, context);
        const list = lists.get(entityId) ?? [];
        for (let at = 0; at < list.length;) {
          try {
            for (; at < list.length; at++) list[at]?.(event);
          } catch {
            at++;
          }
        }
      }
    },
  };
}

function keyed(listenTo: (hub: Hub, entityId: string) => void, entities = ENTITIES): Rival {
  const hub = new Hub();
  for (let i = 0; i < entities; i++) listenTo(hub, entityIds[i] as string);
  let turn = 0;
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) {
        hub.states.set(entityIds[turn++ % ENTITIES] as string, turn);
      }
    },
  };
}

export default question({
  name: 'states.changes(id), 10,000 entities with one subscriber each',
  unit: 'change',
  floor: 'Map of lists',
  goal: { 'changes(id).subscribe': 1.3 },
  rivals: {
    'Map of lists': mapOfLists,
    'changes(id).subscribe': () =>
      keyed((hub, id) => hub.states.changes(id).subscribe((event) => (heard += event.timeFired))),
  },
});
