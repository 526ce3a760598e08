import { type BroadcastChannel, type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { fromWire } from '../errors/wire.js';
import { ScopeClosedError, ShutdownError, WrongThreadError } from '../errors/work-errors.js';
import { uncopiedReply } from './guard-replies.js';
import {
  ANSWERED,
  CANCELLED_JOB,
  DOORBELL,
  IS_DETACHED,
  IS_STOPPING,
  type JobReply,
  type LastWords,
  type LoopCallMessage,
  SHUT_DOWN,
  type WorkerMessage,
} from './job-wire.js';
import { openReply } from './loop-calls.js';
import { argumentsNotCloneable } from './not-cloneable.js';

type CancelMessage = Extract<WorkerMessage, { kind: 'cancel' }>;

/** What the link wants to know of the job that calls. */
export interface CallingJob {
  readonly id: number;
  /** Takes the reason when the job is told to end. */
  onCancel(reason: unknown): void;
  throwIfCancelled(): void;
}

/** One call to the loop. */
export interface LoopCall {
  readonly target: number | string;
  /** What is called, for messages. */
  readonly name: string;
  readonly args: readonly unknown[];
}

/** The worker's side of its link: calls the loop, and hears when its job is to end. */
export class LoopLink {
  readonly #port: MessagePort | BroadcastChannel;
  readonly #control: Int32Array;
  /** Sent along by a worker that made the shared numbers itself. */
  readonly #introduction: { readonly control?: Int32Array };
  #job: CallingJob | undefined;
  /** What came for a job that had not begun: the two come on different ports. */
  #early: CancelMessage | undefined;
  #lastId = 0;
  #reply: JobReply | undefined;

  constructor(
    port: MessagePort | BroadcastChannel,
    control: Int32Array,
    { isKnown = true }: { readonly isKnown?: boolean } = {},
  ) {
    this.#port = port;
    this.#control = control;
    this.#introduction = isKnown ? {} : { control };
  }

  /** From now on this job is the one that is told to end. */
  begin(job: CallingJob): void {
    this.#job = job;
    const early = this.#early;
    this.#early = undefined;
    if (early?.job === job.id) job.onCancel(fromWire(early.reason));
  }

  /** Whether the loop has told this job to end. Costs one look at a shared number. */
  isCancelled(job: number): boolean {
    return Atomics.load(this.#control, CANCELLED_JOB) === job;
  }

  /** Blocks until the loop has run the function and gives its value. */
  call(job: CallingJob, call: LoopCall): unknown {
    this.#check(job);
    const id = ++this.#lastId;
    this.#reply = undefined;
    this.#post(call, { ...this.#introduction, id, job: job.id, isWaiting: true });
    for (;;) {
      // Read first: what arrives after this look changes the number, and the wait ends at once.
      const rung = Atomics.load(this.#control, DOORBELL);
      this.receive();
      const reply = this.#reply as JobReply | undefined;
      if (reply) {
        this.#reply = undefined;
        return openReply(reply);
      }
      this.#check(job);
      this.#wait(rung, call.name);
    }
  }

  /** Has the loop run the function, and does not wait. */
  post(job: CallingJob, call: LoopCall): void {
    this.#check(job);
    const id = ++this.#lastId;
    this.#post(call, { ...this.#introduction, id, job: job.id, isWaiting: false });
  }

  /** The reply to the job `of`, a call of `name`. What was called before it, the loop has before it. */
  answer(of: number, reply: JobReply, name: string): void {
    try {
      this.#port.postMessage({ ...reply, of });
    } catch (error) {
      this.#port.postMessage({ ...uncopiedReply(reply, name, error), of });
    }
  }

  /** Tells the loop what it should know of the death of this thread. */
  sayLastWords(words: LastWords): void {
    try {
      this.#port.postMessage(words);
    } catch {
      this.#port.postMessage({ ...words, reply: undefined }); // it cannot be copied
    }
  }

  /** Takes what the loop has sent, without waiting for a turn of the event loop. */
  receive(): void {
    let entry: { message: WorkerMessage } | undefined;
    while ((entry = receiveMessageOnPort(this.#port as MessagePort) as typeof entry) !== undefined)
      this.take(entry.message);
  }

  /** Takes one message. */
  take(message: WorkerMessage): void {
    if (message.kind === 'cancel') {
      if (message.job === this.#job?.id) this.#job.onCancel(fromWire(message.reason));
      else this.#early = message;
    } else if (message.id === this.#lastId) this.#reply = message.reply;
  }

  #post({ target, name, args }: LoopCall, head: Omit<LoopCallMessage, 'target' | 'args'>): void {
    const message: LoopCallMessage = { ...head, target, args };
    try {
      this.#port.postMessage(message);
    } catch (error) {
      throw argumentsNotCloneable(name, args, error);
    }
  }

  #check(job: CallingJob): void {
    const refusal = Atomics.load(this.#control, SHUT_DOWN);
    if (refusal === IS_STOPPING)
      throw new ShutdownError('The hub is stopping and takes no calls from workers any more.');
    if (refusal === IS_DETACHED)
      throw new ScopeClosedError(
        'The owner of this worker was unloaded, or has let go of it: it takes no calls any more.',
      );
    job.throwIfCancelled();
  }

  #wait(rung: number, name: string): void {
    const isKnown = this.#introduction.control === undefined;
    const isAnswered = isKnown || Atomics.load(this.#control, ANSWERED) === 1;
    const ended = Atomics.wait(this.#control, DOORBELL, rung, isAnswered ? Infinity : ANSWER_MS);
    if (ended === 'timed-out')
      throw new WrongThreadError(
        `\`${name}\` was called on a thread that the hub does not know: hub.attachWorker(worker).`,
      );
  }
}

// A hub that is there answers in its next turn, unless something blocks its loop.
const ANSWER_MS = 5_000;
