import { Hub } from 'rxhome';
import { question } from './harness/question.js';
import { byMapOfLists, entityIds, hear, makeChange, readyChanges } from './subjects/homes.js';

const ENTITIES = 10_000;

export default question({
  name: 'a state_changed that is ready, to the one of 10,000 subscribers',
  work: 'changes',
  unit: 'event',
  floor: 'Map of lists',
  rivals: {
    'Map of lists': () => {
      const changes = readyChanges(entityIds(ENTITIES));
      const tell = byMapOfLists(changes.map(({ id }) => id));
      return overAll(changes.length, (i) => {
        const change = changes[i]!;
        tell(change.id, makeChange(change.data));
      });
    },
    'rxhome bus.fire': () => {
      const hub = new Hub();
      const changes = readyChanges(entityIds(ENTITIES));
      for (const { id } of changes) hub.states.changes(id).subscribe(hear);
      return overAll(changes.length, (i) => hub.bus.fire('state_changed', changes[i]!.data));
    },
  },
  note: `What \`03-changes\` is without the write: the price of one event on the bus, whatever it is about.`,
});

function overAll(count: number, tell: (i: number) => void) {
  let at = 0;
  return {
    run: (iterations: number) => {
      for (let i = 0; i < iterations; i++) {
        tell(at);
        at = (at + 1) % count;
      }
    },
  };
}
