import { Hub, workerModule } from 'rxhome';
import { Tinypool } from 'tinypool';
import { question, type Rival } from './harness/question.js';

const BATCH = 10_000;
const THREADS = 2;
const MODULE = new URL('./programs/add.worker.mjs', import.meta.url);
const worker = workerModule<{ add(a: number, b: number): number }>(MODULE);
let sum = 0;

/** What came back, so that no rival can leave out the work. */
export const result = (): number => sum;

function bareTinypool(): Rival {
  const pool = new Tinypool({ filename: MODULE.href, minThreads: THREADS, maxThreads: THREADS });
  const call = (a: number, b: number): Promise<number> =>
    pool.run([a, b], { name: 'addPair' }) as Promise<number>;
  return { run: atOnce(call), batch: BATCH, bytes: false, end: () => pool.destroy() };
}

function executorJobs(): Rival {
  const executor = { minThreads: THREADS, maxThreads: THREADS, maxQueue: BATCH };
  const hub = new Hub({ executor });
  const call = (a: number, b: number): PromiseLike<number> => hub.addExecutorJob(worker.add, a, b);
  return { run: atOnce(call), batch: BATCH, bytes: false, end: () => hub.stop() };
}

/** One operation is one call. */
function atOnce(call: (a: number, b: number) => PromiseLike<number>): Rival['run'] {
  return async (iterations) => {
    for (let left = iterations; left > 0; left -= BATCH) {
      const calls = Array.from({ length: BATCH }, (_, i) => call(i, 1));
      for (const value of await Promise.all(calls)) sum += value;
    }
  };
}

export default question({
  name: '10,000 calls of a worker function at once, 2 threads',
  work: 'executor',
  unit: 'call',
  floor: 'bare tinypool',
  goals: [
    {
      what: '10,000 at once, 2 threads',
      rival: 'rxhome addExecutorJob',
      of: 'bare tinypool',
      atMost: 1,
    },
  ],
  rivals: { 'bare tinypool': bareTinypool, 'rxhome addExecutorJob': executorJobs },
});
