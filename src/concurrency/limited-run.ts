import { isThenable } from '../clock/is-thenable.js';
import { checkSignal } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { LinkedSignal } from './linked-signal.js';

/** Work that has not begun. Its signal aborts when nobody wants the result any more. */
export type Thunk<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/** What becomes of errors, and what ends it all. */
export interface LimitedGatherOptions {
  /**
   * Whether what a thunk throws stands in its place among the results, as it is. Otherwise the
   * first error ends it all. @default false
   */
  readonly returnExceptions?: boolean | undefined;
  /** Ends it: it rejects with the signal's own `reason`, at once, and starts no more. */
  readonly signal?: AbortSignal | undefined;
}

interface Settle {
  readonly resolve: (results: unknown[]) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Runs what an iterable gives, at most `limit` at once.
 *
 * It has `limit` lanes. Each pulls the next thunk, waits for it, pulls the next: who waits for its
 * turn is still in the iterable, and costs nothing.
 */
export class LimitedRun {
  readonly #iterator: Iterator<Thunk<unknown>>;
  readonly #returnsExceptions: boolean;
  readonly #settle: Settle;
  readonly #linked: LinkedSignal;
  readonly #results: unknown[] = [];
  #pulled = 0;
  #lanes = 0;
  #isClosed = false; // nothing more is pulled
  #isPulling = false;
  #isOver = false;

  private constructor(
    thunks: Iterable<Thunk<unknown>>,
    { returnExceptions = false, signal }: LimitedGatherOptions,
    settle: Settle,
  ) {
    this.#iterator = thunks[Symbol.iterator]();
    this.#returnsExceptions = returnExceptions;
    this.#settle = settle;
    this.#linked = new LinkedSignal([signal]);
    const { signal: own } = this.#linked;
    own.addEventListener('abort', () => this.#end(own.reason));
  }

  /** The results in the order of the thunks; the first ones have begun when this returns. */
  static of(
    limit: number,
    thunks: Iterable<Thunk<unknown>>,
    options: LimitedGatherOptions,
  ): Promise<unknown[]> {
    return new Promise((resolve, reject) => {
      checkSignal(options.signal);
      options.signal?.throwIfAborted();
      new LimitedRun(thunks, options, { resolve, reject }).#start(limit);
    });
  }

  #start(limit: number): void {
    for (let i = 0; i < limit && !this.#isClosed; i++) void this.#runLane();
  }

  async #runLane(): Promise<void> {
    const { signal } = this.#linked;
    this.#lanes++;
    for (let thunk = this.#pull(); thunk !== undefined; thunk = this.#pull()) {
      const index = this.#pulled++;
      try {
        // A plain value is awaited as well: its lane is free one moment later, like any other.
        this.#results[index] = await thunk(signal);
      } catch (error) {
        if (this.#returnsExceptions) {
          this.#results[index] = error;
          await Promise.resolve(); // if it was thrown at once
        } else this.#fail(error);
      }
    }
    if (--this.#lanes === 0) this.#finish();
  }

  #pull(): Thunk<unknown> | undefined {
    if (this.#isClosed) return undefined;
    this.#isPulling = true;
    try {
      const next = this.#iterator.next();
      this.#isPulling = false;
      if (next.done) this.#isClosed = true;
      else if (this.#isOver)
        this.#close(); // the iterator itself ended it
      else {
        checkThunk(next.value, this.#pulled);
        return next.value;
      }
    } catch (error) {
      // An iterator that throws has ended by that.
      this.#isClosed ||= this.#isPulling;
      this.#isPulling = false;
      this.#fail(error);
    }
    return undefined;
  }

  #fail(error: unknown): void {
    this.#end(error);
    this.#linked.abort(error);
  }

  /** Rejects and starts no more. What runs is told by the signal, and not waited for. */
  #end(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settle.reject(reason);
    this.#close();
  }

  #close(): void {
    if (this.#isClosed || this.#isPulling) return;
    this.#isClosed = true;
    try {
      this.#iterator.return?.();
    } catch {
      // There is a reason for the end already.
    }
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#linked[Symbol.dispose]();
    this.#settle.resolve(this.#results);
  }
}

/** @throws InvalidOptionError naming the place; nothing has begun then. */
export function checkThunks(thunks: readonly unknown[]): void {
  const wrong = thunks.findIndex((thunk) => typeof thunk !== 'function');
  if (wrong < 0) return;
  // Who gave promises by mistake hears of that one; how they end is of no interest any more.
  for (const thunk of thunks) forget(thunk);
  checkThunk(thunks[wrong], wrong);
}

function checkThunk(thunk: unknown, index: number): void {
  if (typeof thunk === 'function') return;
  forget(thunk);
  const got = isThenable(thunk) ? 'a promise, which has begun already' : quote(thunk);
  throw new InvalidOptionError(`Expected a function at index ${index}, got ${got}.`);
}

function forget(thunk: unknown): void {
  if (isThenable(thunk)) void Promise.resolve(thunk).catch(() => undefined);
}
