import { MessageChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import type { Report } from '../errors/report.js';
import { BatchCount } from './batch-count.js';
import {
  createControl,
  type LastWords,
  type LinkEnd,
  type LinkReply,
  type LoopCallMessage,
} from './job-wire.js';
import { LoopCalls } from './loop-calls.js';

/** Who hears what comes over the link. */
export interface ThreadLinkOptions {
  readonly report: Report;
  /** Told when the thread begins or ends to wait for a promise of the loop. */
  readonly onWaiting: () => void;
  /** Told the replies that come over the link, in their order. */
  readonly onReply: (reply: LinkReply) => void;
  /** Told that something came which cannot be read. */
  readonly onUnreadable: (error: unknown) => void;
}

/** The same, and who hears that anything has come. */
export interface HeardLinkOptions extends ThreadLinkOptions {
  /** Told before each message: whoever sends one takes calls. */
  readonly onHeard: () => void;
}

type LinkMessage = LoopCallMessage | LastWords | LinkReply;

/** The loop's end of the link to a thread of the executor: a port, and who answers on it. */
export class ThreadLink {
  /** Runs what the thread calls. */
  readonly calls: LoopCalls;
  /** How far the thread is with its batch. */
  readonly count = new BatchCount();
  /** The thread's end, which goes along with its first call. */
  readonly end: LinkEnd;
  readonly #port: MessagePort;
  readonly #onReply: (reply: LinkReply) => void;
  readonly #onUnreadable: (error: unknown) => void;
  readonly #onHeard: () => void;

  constructor(options: HeardLinkOptions) {
    const { port1, port2 } = new MessageChannel();
    const control = createControl();
    this.calls = new LoopCalls({
      ...options,
      control,
      send: (message) => port1.postMessage(message),
    });
    this.end = { port: port2, control, count: this.count.shared };
    this.#port = port1;
    this.#onReply = options.onReply;
    this.#onUnreadable = options.onUnreadable;
    this.#onHeard = options.onHeard;
    port1.on('message', (message: LinkMessage) => {
      this.#receive(message);
      // An event for each would take longer than all else that is done for a call of a batch.
      this.#take(AT_ONCE);
    });
    port1.on('messageerror', this.#onUnreadable);
    port1.unref(); // an idle thread does not keep the process alive
  }

  /** What was posted before a reply is run before it: the two come on different ports. */
  drain(): void {
    this.#take(Infinity);
  }

  close(): void {
    this.calls.end();
    this.#port.close();
  }

  #take(most: number): void {
    for (let taken = 0; taken < most; taken++) {
      let entry: { readonly message: unknown } | undefined;
      try {
        entry = receiveMessageOnPort(this.#port);
      } catch (error) {
        this.#onUnreadable(error);
        continue;
      }
      if (!entry) return;
      this.#receive(entry.message as LinkMessage);
    }
  }

  #receive(message: LinkMessage): void {
    this.#onHeard();
    if ('target' in message || 'job' in message) this.calls.receive(message);
    else this.#onReply(message);
  }
}

// A thread that posts without end must leave the loop its turns.
const AT_ONCE = 64;
