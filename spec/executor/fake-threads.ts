import { EventEmitter } from 'node:events';
import { type MessagePort, receiveMessageOnPort, type Worker } from 'node:worker_threads';
import { BatchCount } from '../../src/executor/batch-count.js';
import { CANCELLED_JOB, type JobReply, type JobRequest } from '../../src/executor/job-wire.js';
import type { OneThreadPool } from '../../src/executor/one-thread-pool.js';

/** What a call does in a fake thread, and what became of it there. */
export interface FakeCall {
  readonly n: number;
  readonly kind: 'plain' | 'tired' | 'ask' | 'nest' | 'uncopied';
  /** How often it was begun. */
  begun: number;
  /** Whether its thread died under it, or might have, as far as anybody can know. */
  isLost: boolean;
}

interface Task {
  readonly requests: readonly JobRequest[];
  readonly isBatch: boolean;
  readonly resolve: (reply: JobReply | undefined) => void;
  readonly reject: (error: unknown) => void;
  /** How many it has come to. */
  index: number;
  stage: 'between' | 'running' | 'asking';
}

/**
 * A thread that takes each step when it is told, as the code in `worker-entry.ts` would: so that a
 * spec decides what happens between two of them.
 */
export class FakeThread implements OneThreadPool {
  thread: Worker | undefined = new EventEmitter() as unknown as Worker;
  readonly #calls: readonly FakeCall[];
  readonly #order: number[];
  #isReady = false;
  #port: MessagePort | undefined;
  #control: Int32Array | undefined;
  #count: BatchCount | undefined;
  #task: Task | undefined;
  #newest: number | undefined;

  /** The first argument of a call is its number among `calls`; `order` takes those that begin. */
  constructor(calls: readonly FakeCall[], order: number[]) {
    this.#calls = calls;
    this.#order = order;
  }

  get isBusy(): boolean {
    return this.thread !== undefined && this.#task !== undefined;
  }

  get isAsking(): boolean {
    return this.isBusy && this.#task?.stage === 'asking';
  }

  run(request: JobRequest): Promise<unknown> {
    const end = request[8];
    if (end) {
      this.#port = end.port;
      this.#control = end.control;
      this.#count = new BatchCount(end.count);
    }
    return this.#take([request], false);
  }

  runBatch(requests: readonly JobRequest[]): Promise<unknown> {
    return this.#take(requests, true);
  }

  close(): Promise<void> {
    this.thread = undefined;
    this.#task?.reject(new Error('terminated'));
    this.#task = undefined;
    return Promise.resolve();
  }

  /** Takes one step, if there is one to take. */
  step(): void {
    if (!this.thread) return;
    if (!this.#isReady) {
      this.#isReady = true;
      this.thread.emit('message', { ready: true });
      return;
    }
    const task = this.#task;
    if (task?.stage === 'between') this.#begin(task);
    else if (task?.stage === 'asking') this.#hear(task);
    else if (task) this.#end(task);
  }

  /** Dies, and says its last words or does not come to it. */
  die(hasWords: boolean): void {
    const { thread } = this;
    if (!thread) return;
    const task = this.#task;
    const job = this.#newest;
    const isSaid = hasWords && job !== undefined;
    if (isSaid) this.#port?.postMessage({ job, reply: undefined });
    if (task && task.stage !== 'between') this.#current(task).isLost = true;
    // Nobody can tell then whether a single call was begun.
    else if (task && !task.isBatch && !isSaid) this.#current(task).isLost = true;
    thread.emit('error', new Error('died'));
    this.thread = undefined;
    this.#task = undefined;
    task?.reject(new Error('died'));
  }

  #take(requests: readonly JobRequest[], isBatch: boolean): Promise<unknown> {
    return new Promise((resolve, reject) => {
      try {
        for (const request of requests) structuredClone(request[3]);
        this.#task = { requests, isBatch, resolve, reject, index: 0, stage: 'between' };
      } catch (error) {
        reject(error);
      }
    });
  }

  #current({ requests, index }: Task): FakeCall {
    return this.#calls[requests[index]?.[3][0] as number] as FakeCall;
  }

  #begin(task: Task): void {
    if (task.isBatch && !this.#count?.take()) {
      this.#task = undefined;
      task.resolve(undefined);
      return;
    }
    task.stage = 'running';
    const [id] = task.requests[task.index] as JobRequest;
    this.#newest = id;
    if (this.#isTold(id)) return;
    const call = this.#current(task);
    call.begun++;
    this.#order.push(call.n);
    if (call.kind !== 'ask' && call.kind !== 'nest') return;
    task.stage = 'asking';
    this.#port?.postMessage({ id: 1, job: id, target: 1, args: [], isWaiting: true });
  }

  /** Takes the answer, if it asks and there is one. */
  hear(): void {
    if (this.isAsking) this.#hear(this.#task as Task);
  }

  #hear(task: Task): void {
    const [id] = task.requests[task.index] as JobRequest;
    let isAnswered = false;
    for (let entry; (entry = receiveMessageOnPort(this.#port as MessagePort)) !== undefined;)
      isAnswered ||= (entry.message as { kind: string }).kind === 'reply';
    if (isAnswered || this.#isTold(id)) task.stage = 'running';
  }

  #end(task: Task): void {
    const call = this.#current(task);
    const reply: JobReply = { value: call.n };
    if (!task.isBatch) {
      this.#task = undefined;
      task.resolve(reply);
      return;
    }
    if (call.kind === 'tired') this.#count?.limitTo(0);
    const [of] = task.requests[task.index] as JobRequest;
    this.#port?.postMessage({ ...reply, of });
    task.index++;
    task.stage = 'between';
  }

  #isTold(id: number): boolean {
    return this.#control !== undefined && Atomics.load(this.#control, CANCELLED_JOB) === id;
  }
}
