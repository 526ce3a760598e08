import { BroadcastChannel, type Worker } from 'node:worker_threads';
import type { Report } from '../errors/report.js';
import { unsubscribe, type Unsubscribe } from '../ownership/unsubscribe.js';
import type { ExecutorRun } from './executor.js';
import type { LoopCallMessage } from './job-wire.js';
import { LoopCalls } from './loop-calls.js';

/** On whose behalf the code of an attached worker calls, and what it can call. */
export interface AttachWorkerOptions extends Pick<
  ExecutorRun,
  'name' | 'owner' | 'runOnLoop' | 'exposed'
> {
  /** Takes what a function threw that the worker does not wait for. */
  readonly report: Report;
  /** Registers what makes the worker's calls throw `ShutdownError` when the hub stops. */
  readonly onShutdown?: (shutDown: () => void) => Unsubscribe;
}

/**
 * Lets the code in a `Worker` of your own use `runCallbackThreadsafe` and `callSoonThreadsafe`,
 * until the returned function is called or the worker exits. The worker has to be attached before
 * its first call or within 5 seconds of it; its own messages are not touched.
 */
export function attachWorker(worker: Worker, options: AttachWorkerOptions): Unsubscribe {
  const channel = new BroadcastChannel(attachedChannelName(worker.threadId));
  channel.unref();
  let calls: LoopCalls | undefined;
  let isShutDown = false;
  const open = (control: Int32Array): LoopCalls => {
    const opened = new LoopCalls({
      control,
      send: (message) => channel.postMessage(message),
      report: options.report,
    });
    opened.begin({ ...options, id: 0, callbacks: new Map() });
    if (isShutDown) opened.shutDown();
    return opened;
  };
  channel.onmessage = (event) => {
    const message = (event as { data: LoopCallMessage }).data;
    if (!calls && message.control) calls = open(message.control);
    calls?.receive(message);
  };
  const stopListening = options.onShutdown?.(() => {
    isShutDown = true;
    calls?.shutDown();
  });
  const detach = unsubscribe(() => {
    stopListening?.();
    worker.off('exit', detach);
    channel.close();
  });
  worker.once('exit', detach);
  return detach;
}

/** Both sides find each other by the number of the thread, so nothing has to be handed over. */
export function attachedChannelName(thread: number): string {
  return `rxhome.worker.${thread}`;
}
