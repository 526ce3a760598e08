import { currentExecution, runUncaused } from '../causality/execution.js';
import { causeOfWait, runByTimer, Wait } from '../causality/wait.js';
import { after, type CancelTimer, now } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { CancelledError } from '../errors/work-errors.js';
import { ReportedPromise } from '../ownership/reported-promise.js';
import type { Owned, Scope } from '../ownership/scope.js';

export interface DebouncerOptions {
  /** The least time between two runs, in milliseconds from 0 up. */
  readonly cooldownMs: number;
  /** Whether the first call runs at once; if not, it runs at the end of a cool-down. @default true */
  readonly immediate?: boolean;
  /** Ends it when it closes, and hears of what fails. @default whose code is running now, if any's is */
  readonly scope?: Scope;
  /** @default the name of the function */
  readonly name?: string;
}

/**
 * Runs a function for many calls as seldom as a cool-down allows: calls during a cool-down come
 * together in one run at its end. The rules are those of Home Assistant's `Debouncer`.
 *
 *     calls       a-b-c---------d----|      cooldownMs 6
 *     immediate   A-----C-------D----|
 *     otherwise   ------C-------------D     each waits for the end of a cool-down
 *
 * A run of the timer has no cause. What fails in it is reported to the owner; what fails in a run
 * that a call has begun rejects that call.
 */
export class Debouncer implements Disposable {
  readonly #fn: () => unknown;
  readonly #cooldownMs: number;
  readonly #immediate: boolean;
  readonly #name: string;
  readonly #scope: Scope | null;
  readonly #owned: Owned;
  #cancelTimer: CancelTimer | undefined;
  /** When the cool-down ends, and the wait of a run for that. */
  #coolAt = 0;
  #wait: Wait | null = null;
  #isPending = false;
  #isRunning = false;
  #isShutDown = false;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(fn: () => unknown, options: DebouncerOptions) {
    const { cooldownMs, immediate = true, scope, name } = options;
    if (typeof fn !== 'function')
      throw new InvalidOptionError(`Expected a function to debounce, got ${quote(fn)}.`);
    if (!(Number.isFinite(cooldownMs) && cooldownMs >= 0))
      throw new InvalidOptionError(
        `Expected milliseconds from 0 up as \`cooldownMs\`, got ${quote(cooldownMs)}.`,
      );
    if (typeof immediate !== 'boolean')
      throw new InvalidOptionError(
        `Expected true or false as \`immediate\`, got ${quote(immediate)}.`,
      );
    this.#fn = fn;
    this.#cooldownMs = cooldownMs;
    this.#immediate = immediate;
    this.#name = name ?? (fn.name || 'debounced');
    this.#scope = scope ?? currentExecution()?.owner ?? null;
    this.#owned = { name: `debouncer ${this.#name}`, silence: () => this.shutdown() };
  }

  /** Whether a run waits for the end of a cool-down. */
  get isPending(): boolean {
    return this.#isPending;
  }

  /**
   * Asks for a run. If it runs now, resolves when it has ended, or rejects with what it threw; in a
   * cool-down, and while one runs, at once. What nobody awaits and fails is reported to the owner.
   */
  call(): Promise<void> {
    const called = this.#call();
    return this.#scope ? ReportedPromise.of(called, (error) => this.#report(error)) : called;
  }

  async #call(): Promise<void> {
    if (this.#isShutDown || this.#scope?.closed || this.#isRunning) return;
    if (this.#cancelTimer) {
      this.#pend();
      return;
    }
    if (!this.#immediate) {
      this.#coolDown();
      this.#pend();
      return;
    }
    await this.#run();
  }

  /** A run waits for the end of the cool-down, because of the call that is being made. */
  #pend(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    if (this.#scope)
      this.#wait = Wait.of(this.#scope, 'timer', this.#name, this.#coolAt, causeOfWait());
  }

  /** The same without waiting: what fails is reported. */
  schedule(): void {
    this.#call().catch((error: unknown) => this.#report(error));
  }

  /** Forgets what waits. What runs goes on; the next call begins anew. */
  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#isPending = false;
    this.#endWait('cancelled');
    this.#scope?.detach(this.#owned);
  }

  /** The same for good: later calls do nothing. */
  shutdown(): void {
    this.#isShutDown = true;
    this.cancel();
  }

  [Symbol.dispose](): void {
    this.shutdown();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    this.#isPending = false;
    this.#endWait('done');
    try {
      await this.#fn();
    } finally {
      this.#isRunning = false;
      this.#coolDown();
    }
  }

  #coolDown(): void {
    if (this.#isShutDown || this.#scope?.closed) return;
    this.#cancelTimer?.();
    this.#scope?.attach(this.#owned);
    this.#coolAt = now() + this.#cooldownMs;
    this.#cancelTimer = after(this.#cooldownMs, () => {
      this.#cancelTimer = undefined;
      this.#scope?.detach(this.#owned);
      if (!this.#isPending) return;
      const run = (): Promise<void> => this.#run();
      const running = this.#scope ? runByTimer(this.#scope, this.#wait, run) : runUncaused(run);
      running.catch((error: unknown) => this.#report(error));
    });
  }

  #endWait(status: 'done' | 'cancelled'): void {
    this.#wait?.end(status);
    this.#wait = null;
  }

  #report(error: unknown): void {
    if (!this.#scope) throw error; // nobody to tell: a rejection like any other
    if (error instanceof CancelledError) return; // it was ended, which is no failure
    this.#scope.report({ error, source: 'timer', owner: this.#scope.name, name: this.#name });
  }
}
