import { survey, type Figures } from './harness/survey.js';
import {
  linkedNodes,
  listen,
  makeListeners,
  mittEmitter,
  nodeEmitter,
  onSubscribe,
  rxjsSubject,
  type Source,
} from './subjects/subscribing.js';

const MANY = 100_000;
const FEWER = 20_000;

/** Nanoseconds for each of those that are removed, the oldest first. */
function removal(make: () => Source | Promise<Source>, count: number) {
  return async (): Promise<Figures> => {
    const source = await make();
    const made = makeListeners(source, count);
    const handles = made.map((listener) => source.add(listener));
    globalThis.gc?.();
    const from = performance.now();
    for (let i = 0; i < count; i++) source.remove(handles[i], made[i]!);
    return { ns: ((performance.now() - from) * 1e6) / count };
  };
}

const ours = ['rxhome listen, 100,000', 'rxhome on().subscribe, 100,000'] as const;

export default survey({
  name: '100,000 listeners of one type, removed in the order in which they came',
  work: 'listener',
  columns: [{ key: 'ns', title: 'ns/listener', unit: 'ns' }],
  goals: [
    ...ours.map((rival) => ({ what: `removed, ${rival.slice(7)}`, rival, atMost: 1000 })),
    {
      what: 'removed, listen, 100,000 against 20,000',
      rival: 'rxhome listen, 100,000',
      of: 'rxhome listen, 20,000',
      atMost: 2,
    },
  ],
  variants: {
    'linked node, 100,000': removal(linkedNodes, MANY),
    'rxhome listen, 20,000': removal(listen, FEWER),
    'rxhome listen, 100,000': removal(listen, MANY),
    'rxhome on().subscribe, 100,000': removal(onSubscribe, MANY),
    'rxjs Subject, 20,000': removal(rxjsSubject, FEWER),
    'EventEmitter, 20,000': removal(nodeEmitter, FEWER),
    'mitt, 20,000': removal(mittEmitter, FEWER),
  },
  note: `Those that look for a listener before they remove it are asked for 20,000 only: at 100,000 each costs
five times as much (rxjs Subject 43 µs, EventEmitter 161 µs), and the whole minutes.`,
});
