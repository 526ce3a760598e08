import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from '@jest/globals';
import { attachWorker } from '../../src/executor/attach-worker.js';
import { threadFlags } from '../../src/executor/thread-start.js';

const workers: Worker[] = [];

/** A thread of the user's own: asks the hub, and posts the answer to its own port. */
function start(): Worker {
  const door = new URL('../../src/executor/worker.ts', import.meta.url).href;
  const code = `
    import { parentPort } from 'node:worker_threads';
    import { callSoonThreadsafe, runCallbackThreadsafe } from ${JSON.stringify(door)};
    const answer = (ask) => {
      try { return ask(); } catch (error) { return error.name; }
    };
    callSoonThreadsafe('note', 'hello');
    parentPort.postMessage(answer(() => runCallbackThreadsafe('twice', 21)));
    parentPort.on('message', () =>
      parentPort.postMessage(answer(() => runCallbackThreadsafe('never'))));
  `;
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`), {
    execArgv: threadFlags() ?? [],
  });
  workers.push(worker);
  return worker;
}

afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

function answerOf(worker: Worker): Promise<unknown> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}

describe('attachWorker', () => {
  it('lets a worker of the user call what is exposed, until the hub stops', async () => {
    const notes: unknown[] = [];
    let shutDown: () => void = () => undefined;
    const functions: Record<string, (...args: never[]) => unknown> = {
      note: (text: string) => void notes.push(text),
      twice: async (n: number) => n * 2,
      never: () => {
        setTimeout(shutDown, 5);
        return new Promise(() => undefined);
      },
    };
    const worker = start();
    const detach = attachWorker(worker, {
      name: 'my worker',
      owner: 'spec',
      runOnLoop: (fn) => fn(),
      exposed: (name) => functions[name],
      report: () => undefined,
      onShutdown: (listener) => {
        shutDown = listener;
        return Object.assign(() => undefined, { [Symbol.dispose]: () => undefined });
      },
    });
    expect(await answerOf(worker)).toBe(42);
    expect(notes).toEqual(['hello']);
    const next = answerOf(worker);
    worker.postMessage('go on');
    expect(await next).toBe('ShutdownError');
    detach();
  });
});
