import { Hub, workerModule } from 'rxhome';
import { Tinypool } from 'tinypool';
import { question, type Rival } from './harness/question.js';

const MODULE = new URL('./programs/add.worker.mjs', import.meta.url);
const worker = workerModule<{ add(a: number, b: number): number }>(MODULE);
let sum = 0;

/** What came back, so that no rival can leave out the work. */
export const result = (): number => sum;

/** tinypool alone: no owner, no name, no limit of the queue, no calls back, no abort. */
function bareTinypool(threads: number): Rival {
  const pool = new Tinypool({ filename: MODULE.href, minThreads: threads, maxThreads: threads });
  const call = (a: number, b: number): Promise<number> =>
    pool.run([a, b], { name: 'addPair' }) as Promise<number>;
  return { run: oneByOne(call), bytes: false, end: () => pool.destroy() };
}

/** A task of the hub in a thread. */
function executorJob(threads: number): Rival {
  const hub = new Hub({ executor: { minThreads: threads, maxThreads: threads } });
  const call = (a: number, b: number): PromiseLike<number> => hub.addExecutorJob(worker.add, a, b);
  return { run: oneByOne(call), bytes: false, end: () => hub.stop() };
}

function oneByOne(call: (a: number, b: number) => PromiseLike<number>): Rival['run'] {
  return async (iterations) => {
    for (let i = 0; i < iterations; i++) sum += await call(i, 1);
  };
}

export default question({
  name: 'a call of a worker function, the thread warm, one after the other',
  work: 'executor',
  unit: 'call',
  floor: 'bare tinypool',
  quickestOf: 8,
  goals: [{ what: 'warm', rival: 'rxhome addExecutorJob', of: 'bare tinypool', atMost: 1.3 }],
  rivals: {
    'bare tinypool': () => bareTinypool(1),
    'rxhome addExecutorJob': () => executorJob(1),
  },
  note: `What the hub adds: an owner that ends the call, a name, a place in a bounded queue, the cause of
what calls, an abort that ends the thread, and errors that keep their class.
Most of the time between call and answer is waiting for the system to wake a thread, with both, and that
takes it 10 or 100 µs from moment to moment; so each figure is the quickest of eight.`,
});
