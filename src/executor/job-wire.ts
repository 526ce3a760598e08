import type { MessagePort } from 'node:worker_threads';
import type { WireValue } from '../errors/wire.js';

/**
 * What passes between the loop and a worker.
 *
 * A call and its result travel through tinypool. Beside that each thread has a link to the loop:
 * a port, and a few shared numbers that code which blocks the thread can look at. Of a batch the
 * results come over the link, each at once: the call behind it may block for minutes. So do results
 * that are objects: a thread has four times the stack of the loop, and can write what is nested too
 * deep to be read there. Nobody hears of that on the port of tinypool.
 */

/** Slot of the shared numbers: counts up when there is something to see; the one to wait on. */
export const DOORBELL = 0;
/** Slot of the shared numbers: the id of the job that was told to end. */
export const CANCELLED_JOB = 1;
/** Slot of the shared numbers: why the loop takes no calls any more, or 0. */
export const SHUT_DOWN = 2;
/** In the slot `SHUT_DOWN`: the hub is stopping. */
export const IS_STOPPING = 1;
/** In the slot `SHUT_DOWN`: the hub has let go of a worker that was attached. */
export const IS_DETACHED = 2;
/** Slot of the shared numbers: 1 when somebody on the loop has seen the first message. */
export const ANSWERED = 3;

const SLOTS = 4;

/** The worker's end of its link. */
export interface LinkEnd {
  readonly port: MessagePort;
  readonly control: Int32Array;
  /** The number of `BatchCount`. */
  readonly count: Int32Array<SharedArrayBuffer>;
}

/** What a job is, as its worker is told. */
export interface JobFacts {
  readonly name: string;
  readonly owner: string;
  readonly context: unknown;
}

/** One call. A list, because copying one costs half of what copying the same with names does. */
export type JobRequest = readonly [
  id: number,
  module: string,
  function_: string,
  args: readonly unknown[],
  /** Which of the arguments are functions of the loop, if any. */
  callbacks: readonly number[] | undefined,
  ...facts: readonly [name: string, owner: string, context: unknown],
  /** Sent with the first call of a thread. */
  link: LinkEnd | undefined,
];

/** How a call ended. */
export type JobReply = ({ readonly value: unknown } | { readonly thrown: WireValue }) & {
  /** The function took its time. */
  readonly isSlow?: true;
};

/** A reply that comes over the link. One that cannot be read is missing among them. */
export type LinkReply = JobReply & {
  /** The id of the job. */
  readonly of: number;
};

/** From the worker: run this function on the loop. */
export interface LoopCallMessage {
  readonly id: number;
  readonly job: number;
  /** The index of a function among the arguments, or the name of an exposed function. */
  readonly target: number | string;
  readonly args: readonly unknown[];
  /** Whether the worker is blocked until the reply is there. */
  readonly isWaiting: boolean;
  /** The shared numbers of a worker that was not given a link. */
  readonly control?: Int32Array;
}

/** Whose code it was. */
export type Culprit = Pick<JobFacts, 'name' | 'owner'>;

/** From a worker that dies: what the loop would not learn otherwise. */
export interface LastWords {
  /** The ended job whose remains are to blame, if it is not the job that runs. */
  readonly leftBy?: Culprit | undefined;
  /** The job that it took last: one that was sent to it after that has never begun. */
  readonly job: number;
  /** The reply to that job, if it is over. tinypool forgets it when it hears of the death first. */
  readonly reply?: JobReply | undefined;
}

/** To the worker: the value it waits for, or that its job is to end. */
export type WorkerMessage =
  | { readonly kind: 'reply'; readonly id: number; readonly reply: JobReply }
  | { readonly kind: 'cancel'; readonly job: number; readonly reason: WireValue };

/** The shared numbers of a new link. */
export function createControl(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(SLOTS * Int32Array.BYTES_PER_ELEMENT));
}

/** Lets code that waits on the doorbell look again. */
export function ring(control: Int32Array): void {
  Atomics.add(control, DOORBELL, 1);
  Atomics.notify(control, DOORBELL);
}

/**
 * Whether `message` is a call: where workers of the user's own call, anybody can post anything.
 */
export function isLoopCall(message: unknown): message is LoopCallMessage {
  if (typeof message !== 'object' || message === null) return false;
  const { id, job, target, args, control } = message as Partial<LoopCallMessage>;
  return (
    typeof id === 'number' &&
    typeof job === 'number' &&
    typeof target === 'string' &&
    Array.isArray(args) &&
    isControl(control)
  );
}

function isControl(value: unknown): boolean {
  // By its name, because a test runner has an `Int32Array` of its own.
  return (
    Object.prototype.toString.call(value) === '[object Int32Array]' &&
    (value as Int32Array).length === SLOTS &&
    Object.prototype.toString.call((value as Int32Array).buffer) === '[object SharedArrayBuffer]'
  );
}
