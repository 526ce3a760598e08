import { gather, gatherWithLimitedConcurrency } from 'rxhome';
import { question, type Question, type Rival } from './harness.js';

const LIMIT = 10;
let gathered = 0;

const job = (i: number): Promise<number> => Promise.resolve(i);

function* jobs(count: number): Generator<() => Promise<number>> {
  for (let i = 0; i < count; i++) yield () => job(i);
}

/** The floor: a pump over a counter, which knows no signal, no thunk and no iterable. */
function pump(count: number): Promise<number[]> {
  return new Promise((resolve, reject) => {
    const results: number[] = [];
    let [next, done] = [0, 0];
    const start = (): void => {
      if (next === count) return;
      const i = next++;
      job(i).then((result) => {
        results[i] = result;
        if (++done === count) resolve(results);
        else start();
      }, reject);
    };
    for (let i = 0; i < LIMIT; i++) start();
  });
}

function rival(run: () => Promise<readonly number[]>): Rival {
  return {
    async run(iterations) {
      for (let i = 0; i < iterations; i++) gathered += (await run()).length;
    },
    bytes: false, // it is so much that a garbage collection falls into the measurement
  };
}

/** What was gathered, so that no rival can leave out the work. */
export const result = (): number => gathered;

/** So many jobs that take no time, ten at once. One operation is all of them. */
export function gathering(count: number): Question {
  const list = [...jobs(count)];
  return question({
    name: `${count.toLocaleString('en')} jobs, ${LIMIT} at once`,
    unit: `${count.toLocaleString('en')} jobs`,
    floor: 'hand-written pump',
    // p-map 7 needs 3.5 to 5.7 times the floor for the same.
    goal: { 'gatherWithLimitedConcurrency, generator': 3.5 },
    rivals: {
      'hand-written pump': () => rival(() => pump(count)),
      'gatherWithLimitedConcurrency, generator': () =>
        rival(() => gatherWithLimitedConcurrency(LIMIT, jobs(count))),
      'gather, array': () => rival(() => gather(list, { limit: LIMIT })),
    },
  });
}
