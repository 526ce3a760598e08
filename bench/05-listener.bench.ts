import { question, type Rival } from './harness/question.js';
import {
  eventEmitter3,
  linkedNodes,
  listen,
  listenCallback,
  makeListeners,
  mittEmitter,
  nanoEvents,
  nodeEmitter,
  onSubscribe,
  rxjsSubject,
  type Source,
} from './subjects/subscribing.js';

const STANDING = 1000;

/** One comes and goes, while others stand; and what those cost that are there. */
async function comingAndGoing(make: () => Source | Promise<Source>): Promise<Rival> {
  const source = await make();
  for (const listener of makeListeners(source, STANDING)) source.add(listener);
  const [listener] = makeListeners(source, 1);
  const [other, many] = [await make(), makeListeners(source, 10_000)];
  return {
    run: (iterations) => {
      for (let i = 0; i < iterations; i++) source.remove(source.add(listener!), listener!);
    },
    bytes: (count) => {
      const handles = many.slice(0, count).map((one) => other.add(one));
      return () => handles.forEach((handle, i) => other.remove(handle, many[i]!));
    },
  };
}

export default question({
  name: 'a listener: subscribe and unsubscribe among 1,000; bytes of each of 10,000',
  work: 'listener',
  unit: 'listener',
  floor: 'linked node',
  goals: [
    ...(['rxhome listen', 'rxhome on().subscribe'] as const).flatMap((rival) => [
      { what: `bytes, ${rival.slice(7)}`, rival, figure: 'bytes', atMost: 100 },
      {
        what: `among 1,000, ${rival.slice(7)}`,
        rival,
        atMost: 1.5,
        of: 'linked node' as const,
      },
    ]),
  ],
  rivals: {
    'linked node': () => comingAndGoing(linkedNodes),
    'rxhome listen(callback)': () => comingAndGoing(listenCallback),
    'rxhome listen': () => comingAndGoing(listen),
    'rxhome on().subscribe': () => comingAndGoing(onSubscribe),
    EventEmitter: () => comingAndGoing(nodeEmitter),
    'rxjs Subject': () => comingAndGoing(rxjsSubject),
    mitt: () => comingAndGoing(mittEmitter),
    eventemitter3: () => comingAndGoing(eventEmitter3),
    nanoevents: () => comingAndGoing(nanoEvents),
  },
  note: `Bytes: what stays on the heap for each of 10,000 listeners of one type, with what one has to keep to
end it; the functions themselves are not counted. A linked node knows its function and its
neighbours; a listener of a hub also has an owner that ends it, a name under which it fails, its
place in the order, and a handle that can be called twice and given to \`using\`.`,
});
