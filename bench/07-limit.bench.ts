import { limitConcurrency } from 'rxhome/operators';
import { lastValueFrom, mergeMap, type OperatorFunction, Subject, toArray } from 'rxjs';
import { question, type Rival } from './harness/question.js';

const LIMIT = 10;
const BURST = 50_000;
const FEWER = 5000;
let done = 0;

const project = (value: number): Promise<number> => Promise.resolve(value);

/** What came out, so that no rival can leave out the work. */
export const result = (): number => done;

/** The floor: a list with a place where it goes on, and a count of what runs. */
function byHand(count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const waiting: number[] = [];
    const results: number[] = [];
    let [next, running] = [0, 0];
    const start = (value: number): void => {
      running++;
      project(value).then((result) => {
        running--;
        results.push(result);
        if (next < waiting.length) start(waiting[next++] as number);
        else if (running === 0) resolve(results);
      }, reject);
    };
    for (let i = 0; i < count; i++) {
      if (running < LIMIT) start(i);
      else waiting.push(i);
    }
  });
}

function through(operator: () => OperatorFunction<number, number>, count: number): Rival {
  return burst(count, () => {
    const values = new Subject<number>();
    const all = lastValueFrom(values.pipe(operator(), toArray()));
    for (let i = 0; i < count; i++) values.next(i);
    values.complete();
    return all;
  });
}

function burst(count: number, run: () => Promise<readonly number[]>): Rival {
  return {
    async run(iterations) {
      for (let i = 0; i < iterations; i += count) done += (await run()).length;
    },
    batch: count,
    bytes: false, // it is so much that a garbage collection falls into the measurement
  };
}

const ours = () => limitConcurrency(LIMIT, project, { maxQueue: Infinity });
const theirs = () => mergeMap(project, LIMIT);

export default question({
  name: 'limitConcurrency(10, fn), a burst of 50,000 values',
  work: 'limit',
  unit: 'value',
  floor: 'hand-written',
  rounds: 9,
  goals: [
    { what: '50,000 values', rival: 'rxhome limitConcurrency', of: 'hand-written', atMost: 4 },
    {
      what: '50,000 against 5,000',
      rival: 'rxhome limitConcurrency',
      of: 'rxhome limitConcurrency, 5,000',
      atMost: 1.5,
    },
  ],
  rivals: {
    'hand-written': () => burst(BURST, () => byHand(BURST)),
    'rxhome limitConcurrency': () => through(ours, BURST),
    'rxhome limitConcurrency, 5,000': () => through(ours, FEWER),
    'rxjs mergeMap': () => through(theirs, BURST),
    'rxjs mergeMap, 5,000': () => through(theirs, FEWER),
  },
  note: `Promises that are resolved already. The hand-written one has no signal for each value, no end of the
others at an error, no bound of its queue and no cause that comes with a value; nor is it a stream.`,
});
