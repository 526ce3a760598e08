import { type BusEvent, Hub } from 'rxhome';
import { filter, map, Subject } from 'rxjs';
import { question, type Rival } from './harness/question.js';
import { deliver, listeners, makeEvent, TYPE } from './subjects/events.js';
import { firingOf } from './subjects/firing.js';

const SUBSCRIBERS = 10;
let sum = 0;

const isOfNow = (event: BusEvent): boolean => event.timeFired > 0;
const timeOf = (event: BusEvent): number => event.timeFired;
const count = (time: number): void => void (sum += time);

/** What came through, so that no rival can leave out the work. */
export const result = (): number => sum;

function byHand(): Rival {
  const list = listeners(SUBSCRIBERS);
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) deliver(list, makeEvent());
    },
  };
}

function bySubject(subscribe: (subject: Subject<BusEvent>) => void): Rival {
  const subject = new Subject<BusEvent>();
  subscribe(subject);
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) subject.next(makeEvent());
    },
  };
}

function byHub(subscribe: (hub: Hub) => void): Rival {
  const hub = new Hub();
  subscribe(hub);
  return firingOf(hub);
}

function times(subscribe: () => void): void {
  for (let i = 0; i < SUBSCRIBERS; i++) subscribe();
}

export default question({
  name: 'bus.on(type), 10 subscribers',
  work: 'subscribe',
  unit: 'event',
  floor: 'hand-written loop',
  goals: [
    {
      what: 'subscribe(fn)',
      rival: 'rxhome on().subscribe',
      atMost: 1.5,
      of: 'hand-written loop',
    },
    {
      what: 'with .pipe(filter, map)',
      rival: 'rxhome on().pipe(filter, map)',
      atMost: 1,
      of: 'rxjs Subject, pipe(filter, map)',
    },
  ],
  rivals: {
    'hand-written loop': byHand,
    'rxhome on().subscribe': () =>
      byHub((hub) => {
        for (const fn of listeners(SUBSCRIBERS)) hub.bus.on(TYPE).subscribe(fn);
      }),
    'rxhome on().subscribe, observers': () =>
      byHub((hub) => {
        for (const next of listeners(SUBSCRIBERS)) hub.bus.on(TYPE).subscribe({ next });
      }),
    'rxjs Subject': () =>
      bySubject((subject) => {
        for (const fn of listeners(SUBSCRIBERS)) subject.subscribe(fn);
      }),
    'rxjs Subject, filter by type each': () =>
      bySubject((subject) => {
        for (const fn of listeners(SUBSCRIBERS))
          subject.pipe(filter(({ type }) => type === TYPE)).subscribe(fn);
      }),
    'rxhome on().pipe(filter, map)': () =>
      byHub((hub) =>
        times(() => hub.bus.on(TYPE).pipe(filter(isOfNow), map(timeOf)).subscribe(count)),
      ),
    'rxjs Subject, pipe(filter, map)': () =>
      bySubject((subject) =>
        times(() => subject.pipe(filter(isOfNow), map(timeOf)).subscribe(count)),
      ),
  },
  note: `The floor is that of \`bus.fire\`. The two pipelines are the same operators of the same rxjs, ten of
them; what differs is what calls them.`,
});
