import { EventEmitter } from 'node:events';
import { filter, Subject } from 'rxjs';
import { question } from './harness/question.js';
import { byMapOfLists, type Change, changesOfHub, hear, routedByHand } from './subjects/homes.js';

const ENTITIES = 10_000;

export default question({
  name: 'states.changes(id), 10,000 entities with one subscriber each',
  work: 'changes',
  unit: 'change',
  floor: 'Map of lists',
  goals: [
    { what: '10,000 entities', rival: 'rxhome states.changes', atMost: 1.3, of: 'Map of lists' },
  ],
  rivals: {
    'Map of lists': () => routedByHand(ENTITIES, byMapOfLists),
    'rxhome states.changes': () => changesOfHub(ENTITIES),
    'EventEmitter, id as name': () =>
      routedByHand(ENTITIES, (ids) => {
        const emitter = new EventEmitter();
        for (const id of ids) emitter.on(id, hear);
        return (id, change) => emitter.emit(id, change);
      }),
    'Map of Subjects': () =>
      routedByHand(ENTITIES, (ids) => {
        const subjects = new Map(ids.map((id) => [id, new Subject<Change>()]));
        for (const subject of subjects.values()) subject.subscribe(hear);
        return (id, change) => subjects.get(id)?.next(change);
      }),
    'Subject, filter by id each': () => ({
      ...routedByHand(ENTITIES, (ids) => {
        const subject = new Subject<Change>();
        for (const id of ids)
          subject.pipe(filter(({ data }) => data.entityId === id)).subscribe(hear);
        return (_, change) => subject.next(change);
      }),
      bytes: false,
    }),
  },
  note: `Every rival has the same write: that of the hub, with all of Home Assistant's semantics. They differ
in how the event is made and finds the one subscriber. The delivery alone is in \`03-changes-delivery\`.`,
});
