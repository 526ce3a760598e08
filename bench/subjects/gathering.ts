import { gather, gatherWithLimitedConcurrency } from 'rxhome';
import { question, type Question, type Rival } from '../harness/question.js';
import { asyncMutex, pLimit, pMap, pQueue } from '../rivals/index.js';

const LIMIT = 10;
const FEW = 10_000;
let gathered = 0;

const job = (i: number): Promise<number> => Promise.resolve(i);

function* jobs(count: number): Generator<() => Promise<number>> {
  for (let i = 0; i < count; i++) yield () => job(i);
}

/** The floor: a pump over a counter, which knows no signal, no function of its own and no iterable. */
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

function rival(count: number, run: () => Promise<readonly number[]>): Rival {
  return {
    async run(iterations) {
      for (let i = 0; i < iterations; i += count) gathered += (await run()).length;
    },
    batch: count,
    bytes: false, // it is so much that a garbage collection falls into the measurement
  };
}

/** What was gathered, so that no rival can leave out the work. */
export const result = (): number => gathered;

function ours(count: number): Rival {
  return rival(count, () => gatherWithLimitedConcurrency(LIMIT, jobs(count)));
}

function array(count: number): Rival {
  const list = [...jobs(count)];
  return rival(count, () => gather(list, { limit: LIMIT }));
}

async function withPMap(count: number): Promise<Rival> {
  const map = await pMap();
  const values = Array.from({ length: count }, (_, i) => i);
  return rival(count, () => map(values, job, { concurrency: LIMIT }));
}

async function withPLimit(count: number): Promise<Rival> {
  const limited = (await pLimit())(LIMIT);
  return rival(count, () => Promise.all(Array.from(jobs(count), (run) => limited(run))));
}

async function withPQueue(count: number): Promise<Rival> {
  const PQueue = await pQueue();
  return rival(count, () => new PQueue({ concurrency: LIMIT }).addAll([...jobs(count)]));
}

async function withMutex(count: number): Promise<Rival> {
  const semaphore = new (await asyncMutex())(LIMIT);
  const run = () => Promise.all(Array.from(jobs(count), (one) => semaphore.runExclusive(one)));
  return rival(count, run);
}

const NOTE = `Jobs that take no time, ${LIMIT} at once; one operation is one job. The pump knows how many jobs there
are and what they are; ours asks a generator for functions, gives each a signal, ends the others at the
first error and keeps nothing. p-map is given numbers and one function, which is how it is meant to be used.`;

/** So many jobs that take no time, ten at once. */
export function gathering(count: number): Question {
  const text = count.toLocaleString('en');
  const isMany = count > FEW;
  return question<string>({
    name: `${text} jobs, ${LIMIT} at once`,
    work: 'gather',
    unit: 'job',
    floor: 'hand-written pump',
    rounds: isMany ? 5 : 15,
    goals: [
      { what: `${text} jobs`, rival: 'rxhome, generator', of: 'p-map', atMost: 1 },
      ...(isMany
        ? [{ what: `${text} against 10,000`, rival: 'rxhome, generator', of: FEWER, atMost: 1.5 }]
        : []),
    ],
    rivals: {
      'hand-written pump': () => rival(count, () => pump(count)),
      'rxhome, generator': () => ours(count),
      'rxhome gather, array': () => array(count),
      'p-map': () => withPMap(count),
      'p-limit': () => withPLimit(count),
      ...(isMany
        ? { [FEWER]: () => ours(FEW) }
        : { 'p-queue': () => withPQueue(count), 'async-mutex': () => withMutex(count) }),
    },
    note: NOTE,
  });
}

const FEWER = 'rxhome, generator, 10,000 jobs';
