import { AsyncLocalStorage } from 'node:async_hooks';
import { monotonic } from '../clock/clock.js';
import { StageError } from '../errors/work-errors.js';
import type { JobFacts } from './job-wire.js';
import type { CallingJob, LoopCall, LoopLink } from './loop-link.js';
import type { MainCallback } from './main-callback.js';

/** The job that the code in a worker is part of. */
export interface CurrentJob {
  readonly name: string;
  /** The name of the scope that owns it: a config entry, an automation, `hub`. */
  readonly owner: string;
  /** Who or what caused it, as plain data. */
  readonly context: unknown;
  /**
   * Aborts when the job is told to end, with the caller's reason. Code that blocks the thread
   * never sees it happen: let such code ask `cancelled` now and then.
   */
  readonly signal: AbortSignal;
  /** Whether the job was told to end: it has `graceMs` left. Cheap enough for a tight loop. */
  readonly cancelled: boolean;
  /** @throws the reason, if the job was told to end. */
  throwIfCancelled(): void;
}

/** What else the door for workers needs of a job. */
export interface LoopCallingJob extends CurrentJob {
  callLoop(call: LoopCall): unknown;
  postToLoop(call: LoopCall): void;
}

// Two copies of rxhome in one thread, or a test runner's second one, must mean the same job.
const SLOT = Symbol.for('rxhome.currentJob');
const globals = globalThis as { [SLOT]?: AsyncLocalStorage<LoopCallingJob> };
const storage = (globals[SLOT] ??= new AsyncLocalStorage<LoopCallingJob>());

/** The job whose code is running, if it is a job's. */
export function runningJob(): LoopCallingJob | undefined {
  return storage.getStore();
}

/** Calls `fn` as code of `job`, over every `await` inside it. */
export function runInJob<T>(job: LoopCallingJob, fn: () => T): T {
  return storage.run(job, fn);
}

/** Calls `fn` as code of the loop, though a job that runs there too has called it. */
export function runOutsideOfJobs<T>(fn: () => T): T {
  return storage.exit(fn);
}

/** A job in a worker thread, while it runs and afterwards. */
export class ThreadJob implements LoopCallingJob, CallingJob {
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly context: unknown;
  readonly #link: LoopLink;
  readonly #began = monotonic();
  // Made when it is asked for: few jobs look at their signal, and making one takes its time.
  #controller: AbortController | undefined;
  #told: { readonly reason: unknown } | undefined;
  #hasEnded = false;

  constructor(id: number, facts: JobFacts, link: LoopLink) {
    this.id = id;
    this.name = facts.name;
    this.owner = facts.owner;
    this.context = facts.context;
    this.#link = link;
    link.begin(this);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  /** Milliseconds since it began. */
  get tookMs(): number {
    return monotonic() - this.#began;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.#told) this.#controller.abort(this.#told.reason);
    }
    return this.#controller.signal;
  }

  get cancelled(): boolean {
    if (this.#told) return true;
    if (!this.#link.isCancelled(this.id)) return false;
    this.#link.receive(); // the reason was sent before the number was set
    return true;
  }

  throwIfCancelled(): void {
    if (this.cancelled) this.signal.throwIfAborted();
  }

  callLoop(call: LoopCall): unknown {
    this.#expectRunning(call.name);
    return this.#link.call(this, call);
  }

  postToLoop(call: LoopCall): void {
    this.#expectRunning(call.name);
    this.#link.post(this, call);
  }

  onCancel(reason: unknown): void {
    this.#told ??= { reason };
    this.#controller?.abort(reason);
  }

  end(): void {
    this.#hasEnded = true;
  }

  #expectRunning(name: string): void {
    if (this.#hasEnded)
      throw new StageError(
        `${name} was called after its job \`${this.name}\` had ended: await everything inside the job.`,
      );
  }
}

/** The stand-in, inside a job, for the function that was passed as argument `index`. */
export function mainCallback(job: LoopCallingJob, index: number): MainCallback<unknown[], unknown> {
  const name = `The callback in argument ${index + 1}`;
  const callback = (...args: unknown[]): unknown => job.callLoop({ target: index, name, args });
  return Object.assign(callback, {
    post: (...args: unknown[]): void => job.postToLoop({ target: index, name, args }),
  });
}
