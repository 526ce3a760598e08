import { isThenable } from '../clock/is-thenable.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import type { Report } from '../errors/report.js';
import { fromWire, toWire } from '../errors/wire.js';
import { ShutdownError, StageError, UnknownFunctionError } from '../errors/work-errors.js';
import { runAwaited } from './awaited-calls.js';
import {
  ANSWERED,
  CANCELLED_JOB,
  IS_DETACHED,
  IS_STOPPING,
  type JobReply,
  type LastWords,
  type LoopCallMessage,
  ring,
  SHUT_DOWN,
  type WorkerMessage,
} from './job-wire.js';
import { resultNotCloneable } from './not-cloneable.js';

type AnyFunction = (...args: never[]) => unknown;

/** On whose behalf a worker calls the loop. */
export interface LoopCaller {
  /** The id of the job. */
  readonly id: number;
  readonly name: string;
  readonly owner: string;
  readonly context?: unknown;
  /** The functions among its arguments, by index. */
  readonly callbacks: ReadonlyMap<number, AnyFunction>;
  readonly runOnLoop: <T>(fn: () => T) => T;
  readonly exposed: (name: string) => AnyFunction | undefined;
}

/** The rest of the loop, as the calls of one worker see it. */
export interface LoopCallsOptions {
  readonly control: Int32Array;
  readonly send: (message: WorkerMessage) => void;
  readonly report: Report;
  /** Told when the worker begins to wait for a promise of the loop, and when it no longer does. */
  readonly onWaiting?: () => void;
}

/** The loop's side of one worker's link: runs what the worker calls, and answers. */
export class LoopCalls {
  readonly #options: LoopCallsOptions;
  #caller: LoopCaller | undefined;
  #waitingFor: number | undefined;
  #lastWords: LastWords | undefined;

  constructor(options: LoopCallsOptions) {
    this.#options = options;
  }

  /** Whether the worker is blocked until a promise of the loop is settled. */
  get isWaiting(): boolean {
    return this.#waitingFor !== undefined;
  }

  /** What the worker told when it died. */
  get lastWords(): LastWords | undefined {
    return this.#lastWords;
  }

  /** From now on the worker calls on behalf of `caller`. */
  begin(caller: LoopCaller): void {
    this.#caller = caller;
  }

  /** The job has ended: nobody waits for an answer any more. */
  end(): void {
    this.#caller = undefined;
    this.#setWaiting(undefined);
  }

  /** Tells a job why it is to end; if it waits for the loop, it stops waiting. */
  cancel(job: number, reason: unknown): void {
    this.#options.send({ kind: 'cancel', job, reason: toWire(reason) });
    Atomics.store(this.#options.control, CANCELLED_JOB, job);
    ring(this.#options.control);
  }

  /** From now on calls of the worker throw `ShutdownError` there, also if it waits already. */
  shutDown(): void {
    this.#refuse(IS_STOPPING);
  }

  /** From now on calls of the worker throw `ScopeClosedError` there, also if it waits already. */
  detach(): void {
    this.#refuse(IS_DETACHED);
  }

  #refuse(why: number): void {
    Atomics.compareExchange(this.#options.control, SHUT_DOWN, 0, why);
    ring(this.#options.control);
  }

  /** Runs what the worker asked for. */
  receive(message: LoopCallMessage | LastWords): void {
    const { control } = this.#options;
    if (!('target' in message)) {
      this.#lastWords = message;
      return;
    }
    if (Atomics.exchange(control, ANSWERED, 1) === 0) ring(control);
    const caller = this.#caller;
    if (caller?.id !== message.job) {
      this.#fail(message, caller, new StageError('The job of that call has ended.'));
      return;
    }
    if (Atomics.load(control, SHUT_DOWN) !== 0) {
      this.#fail(message, caller, new ShutdownError('The hub is stopping.'));
      return;
    }
    if (message.isWaiting) runAwaited((over) => this.#run(message, caller, over));
    else this.#run(message, caller, () => undefined);
  }

  #run(message: LoopCallMessage, caller: LoopCaller, over: () => void): void {
    const answer = (value: unknown): void => {
      over();
      this.#answer(message, { value });
    };
    const fail = (error: unknown): void => {
      over();
      this.#fail(message, caller, error);
    };
    try {
      const result = callTarget(caller, message.target, message.args);
      if (!isThenable(result)) {
        answer(result);
        return;
      }
      if (message.isWaiting) this.#setWaiting(message.id);
      result.then(answer, fail);
    } catch (error) {
      fail(error);
    }
  }

  #answer({ id, target, isWaiting }: LoopCallMessage, reply: JobReply): void {
    if (!isWaiting) return;
    try {
      this.#options.send({ kind: 'reply', id, reply });
    } catch (error) {
      const { value } = reply as { readonly value?: unknown };
      const thrown = toWire(resultNotCloneable(shownTarget(target), value, error));
      this.#options.send({ kind: 'reply', id, reply: { thrown } });
    }
    ring(this.#options.control);
    if (this.#waitingFor === id) this.#setWaiting(undefined);
  }

  #fail(message: LoopCallMessage, caller: LoopCaller | undefined, error: unknown): void {
    if (message.isWaiting) this.#answer(message, { thrown: toWire(error) });
    else if (caller)
      this.#options.report({
        error,
        source: 'loop-call',
        owner: caller.owner,
        name: `${caller.name}: ${shownTarget(message.target)}`,
        context: caller.context,
      });
  }

  #setWaiting(id: number | undefined): void {
    const wasWaiting = this.isWaiting;
    this.#waitingFor = id;
    if (wasWaiting !== this.isWaiting) this.#options.onWaiting?.();
  }
}

/** The value of a reply; what was thrown is thrown again. */
export function openReply(reply: JobReply): unknown {
  if ('value' in reply) return reply.value;
  throw fromWire(reply.thrown);
}

/** Runs what the worker named, as the caller it acts for. */
export function callTarget(
  caller: LoopCaller,
  target: number | string,
  args: readonly unknown[],
): unknown {
  const fn = functionOf(caller, target);
  return caller.runOnLoop(() => fn(...(args as never[])));
}

function functionOf(caller: LoopCaller, target: number | string): AnyFunction {
  if (typeof target === 'number') {
    const callback = caller.callbacks.get(target);
    if (callback) return callback;
    throw new InvalidOptionError(
      `The ${shownTarget(target)} of \`${caller.name}\` is no function.`,
    );
  }
  const exposed = caller.exposed(target);
  if (exposed) return exposed;
  throw new UnknownFunctionError(
    `\`${caller.name}\` called \`${target}\`, which is not exposed to workers: hub.expose('${target}', fn).`,
  );
}

/** What was called, for messages. */
export function shownTarget(target: number | string): string {
  return typeof target === 'number' ? `callback in argument ${target + 1}` : target;
}
