import { AsyncLocalStorage } from 'node:async_hooks';

/** A call from a worker that is blocked until it is over. */
interface AwaitedCall {
  isOver: boolean;
}

const storage = new AsyncLocalStorage<AwaitedCall>();

/**
 * Runs what a worker asked for and is blocked for. A job that is begun in it, before `over` is
 * called, is one for which that worker waits: nothing may hold it up that waits for a worker.
 */
export function runAwaited<T>(fn: (over: () => void) => T): T {
  const call: AwaitedCall = { isOver: false };
  return storage.run(call, () => fn(() => (call.isOver = true)));
}

/** Whether a worker is blocked until the code that is running here is done. */
export function isAwaitedByWorker(): boolean {
  return storage.getStore()?.isOver === false;
}
