import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Report } from '../errors/report.js';
import { createControl, type LastWords, type LinkEnd, type LoopCallMessage } from './job-wire.js';
import { LoopCalls } from './loop-calls.js';

/** The loop's end of the link to a thread of the executor: a port, and who answers on it. */
export class ThreadLink {
  /** Runs what the thread calls. */
  readonly calls: LoopCalls;
  /** The thread's end, which goes along with its first call. */
  readonly end: LinkEnd;
  readonly #port: MessagePort;

  constructor(options: { readonly report: Report; readonly onWaiting: () => void }) {
    const { port1, port2 } = new MessageChannel();
    const control = createControl();
    this.calls = new LoopCalls({
      ...options,
      control,
      send: (message) => port1.postMessage(message),
    });
    this.end = { port: port2, control };
    this.#port = port1;
    port1.on('message', (message: LoopCallMessage) => this.calls.receive(message));
    port1.unref(); // an idle thread does not keep the process alive
  }

  /** What was posted before a reply is run before it: the two come on different ports. */
  drain(): void {
    let entry: { message: LoopCallMessage | LastWords } | undefined;
    while ((entry = receiveMessageOnPort(this.#port) as typeof entry) !== undefined)
      this.calls.receive(entry.message);
  }

  close(): void {
    this.calls.end();
    this.#port.close();
  }
}
