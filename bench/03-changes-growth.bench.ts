import { question, type Rival } from './harness/question.js';
import { byMapOfLists, changesOfHub, routedByHand } from './subjects/homes.js';

export default question({
  name: 'states.changes(id), from 100 to 100,000 entities',
  work: 'changes',
  unit: 'change',
  floor: 'Map of lists, 100',
  goals: [
    {
      what: '100,000 entities, against 100',
      rival: 'rxhome, 100,000',
      atMost: 3,
      of: 'rxhome, 100',
    },
  ],
  rivals: {
    'Map of lists, 100': () => timed(routedByHand(100, byMapOfLists)),
    'Map of lists, 100,000': () => timed(routedByHand(100_000, byMapOfLists)),
    'rxhome, 100': () => timed(changesOfHub(100)),
    'rxhome, 10,000': () => timed(changesOfHub(10_000)),
    'rxhome, 100,000': () => timed(changesOfHub(100_000)),
  },
  note: `What grows with the number of entities is not work but distance: 100,000 states do not fit into the
processor's cache. The Map of lists shows how much of it nobody can avoid.`,
});

// A look at what 100,000 of them allocate would collect their garbage for a minute.
function timed(rival: Rival): Rival {
  return { ...rival, bytes: false };
}
