import {
  BroadcastChannel,
  type MessagePort,
  receiveMessageOnPort,
  type Worker,
} from 'node:worker_threads';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Report } from '../errors/report.js';
import { StageError } from '../errors/work-errors.js';
import { unsubscribe, type Unsubscribe } from '../ownership/unsubscribe.js';
import type { ExecutorRun } from './executor.js';
import { IS_DETACHED, isLoopCall, SHUT_DOWN } from './job-wire.js';
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

// A worker keeps its shared numbers for as long as it lives, so they are found again here.
const controls = new WeakMap<Worker, Int32Array>();
const attached = new WeakSet<Worker>();

/**
 * Lets the code in a `Worker` of your own use `runCallbackThreadsafe` and `callSoonThreadsafe`,
 * until the returned function is called or the worker exits; afterwards they throw
 * `ScopeClosedError` there, also if it waits already. The worker has to be attached before its
 * first call or within 5 seconds of it; its own messages are not touched.
 *
 * @throws InvalidOptionError for what is no `Worker` that runs.
 * @throws StageError when the worker is attached already: each call would be run twice.
 */
export function attachWorker(worker: Worker, options: AttachWorkerOptions): Unsubscribe {
  expectWorker(worker);
  attached.add(worker);
  const channel = new BroadcastChannel(attachedChannelName(worker.threadId));
  channel.unref();
  let calls: LoopCalls | undefined;
  let isOpen = true;
  let isShutDown = false;
  const open = (control: Int32Array): LoopCalls => {
    const opened = new LoopCalls({
      control,
      // An answer may be ready only when nobody is there any more to take it.
      send: (message) => isOpen && channel.postMessage(message),
      report: options.report,
    });
    opened.begin({ ...options, id: 0, callbacks: new Map() });
    controls.set(worker, control);
    if (isShutDown) opened.shutDown();
    return opened;
  };
  const receive = (message: unknown): void => {
    if (!isLoopCall(message)) return;
    if (!calls && message.control) calls = open(message.control);
    calls?.receive(message);
  };
  channel.onmessage = (event) => receive((event as { data: unknown }).data);
  const known = controls.get(worker);
  if (known) {
    Atomics.compareExchange(known, SHUT_DOWN, IS_DETACHED, 0);
    calls = open(known);
  }
  const stopListening = options.onShutdown?.(() => {
    isShutDown = true;
    calls?.shutDown();
  });
  const detach = unsubscribe(() => {
    attached.delete(worker);
    isOpen = false;
    stopListening?.();
    worker.off('exit', onExit);
    channel.close();
    calls?.detach();
    calls?.end();
  });
  const onExit = (): void => {
    // What it has posted as its last words is here, but has not had its turn.
    let entry: { readonly message: unknown } | undefined;
    while ((entry = receiveMessageOnPort(channel as unknown as MessagePort)) !== undefined)
      receive(entry.message);
    detach();
  };
  worker.once('exit', onExit);
  return detach;
}

function expectWorker(worker: Worker): void {
  // By its nature, because a test runner has classes of its own.
  const { threadId, once } = (worker as Partial<Worker> | null | undefined) ?? {};
  if (typeof threadId !== 'number' || typeof once !== 'function')
    throw new InvalidOptionError(`Expected a Worker of node:worker_threads, got ${quote(worker)}.`);
  if (threadId < 0)
    throw new InvalidOptionError('Expected a Worker that runs, got one that has exited.');
  if (attached.has(worker))
    throw new StageError(`Worker ${threadId} is attached already: each call would be run twice.`);
}

/** Both sides find each other by the number of the thread, so nothing has to be handed over. */
export function attachedChannelName(thread: number): string {
  return `rxhome.worker.${thread}`;
}
