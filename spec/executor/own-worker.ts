import { Worker } from 'node:worker_threads';
import { threadFlags } from '../../src/executor/thread-start.js';

const workers: Worker[] = [];

/** A thread of the user's own: does what it is sent, and posts how that ended to its own port. */
export function startWorker(first = ''): Worker {
  const door = new URL('../../src/executor/worker.ts', import.meta.url).href;
  const code = `
    import { parentPort } from 'node:worker_threads';
    import { callSoonThreadsafe, runCallbackThreadsafe } from ${JSON.stringify(door)};
    ${first}
    parentPort.on('message', ([how, ...args]) => {
      try {
        const call = how === 'post' ? callSoonThreadsafe : runCallbackThreadsafe;
        parentPort.postMessage(call(...args));
        if (how === 'die') process.exit(3);
      } catch (error) { parentPort.postMessage(error.name); }
    });`;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    execArgv: threadFlags() ?? [],
  });
  workers.push(worker);
  return worker;
}

/** Has the worker make a call, and gives how that ended. */
export function askWorker(worker: Worker, ...what: unknown[]): Promise<unknown> {
  worker.postMessage(what);
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', () => reject(new Error('it exited')));
  });
}

/** Ends all that were started. */
export async function endWorkers(): Promise<void> {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
}
