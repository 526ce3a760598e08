import { AsyncResource } from 'node:async_hooks';
import type { PendingTimer, TimerKind } from './clock-options.js';
import { asAncestor, comesAgain } from './timer-lineage.js';

/** What a timer needs of the clock that it belongs to. */
export interface TimerOwner {
  arm(timer: VirtualTimer, delayMs: number): void;
  disarm(timer: VirtualTimer): void;
  identify(timer: VirtualTimer): void;
}

let nextId = 1_000_000_000; // far from the ids that Node gives

type Callback = (...args: unknown[]) => unknown;

/**
 * One timer of virtual time, and the handle that `setTimeout` and its like return.
 *
 * A timeout and an immediate run in the async context in which they were made, as in Node. A
 * tick of an interval, and what a marble diagram emits, runs in none: nothing in particular
 * caused it.
 */
export class VirtualTimer {
  readonly id = nextId++;
  readonly kind: TimerKind;
  readonly delayMs: number;
  /** The frame at which it runs next. */
  due = 0;
  /** Among timers of one frame, the lower number runs first. */
  order = 0;
  /** Its place in the queue; -1 while it is not in there. */
  slot = -1;
  /** How often it has run. */
  ticks = 0;
  cancelled = false;
  /** Where it was made, if that was looked for. */
  madeAt: string | undefined;

  readonly #comesAgain: boolean;
  readonly #owner: TimerOwner;
  readonly #callback: Callback;
  readonly #args: readonly unknown[];
  readonly #context: AsyncResource | undefined;
  #ref = true;

  constructor(
    owner: TimerOwner,
    kind: TimerKind,
    callback: Callback,
    delayMs: number,
    args: readonly unknown[],
  ) {
    this.kind = kind;
    this.delayMs = delayMs;
    this.#owner = owner;
    this.#callback = callback;
    this.#args = args;
    this.#comesAgain = comesAgain(callback, delayMs);
    if (kind === 'timeout' || kind === 'immediate')
      this.#context = new AsyncResource('rxhome.VirtualTimer', { requireManualDestroy: true });
  }

  /** Calls the callback. The caller must itself stand outside of any async context. */
  run(): void {
    this.ticks++;
    if (this.#context) this.#context.runInAsyncScope(this.#call, this);
    else this.#call();
    if (this.repeats && !this.cancelled) this.#owner.arm(this, this.delayMs || 1);
  }

  // In the async context of the timer, where it can be seen what has led to it.
  #call(): void {
    asAncestor(this.#callback, this.delayMs).apply(this, this.#args as unknown[]);
  }

  get repeats(): boolean {
    return this.kind === 'interval';
  }

  /** An interval that has ticked is taken to go on for ever; everything else will come to an end. */
  get isHabit(): boolean {
    return this.repeats && this.ticks > 0;
  }

  /** A timer for which nobody waits: it repeats, sets itself again and again, or is `unref`. */
  get isRoutine(): boolean {
    return this.isHabit || this.#comesAgain || !this.#ref;
  }

  /** The name of the function that it calls, as far as that says something. */
  get name(): string {
    // RxJS binds an anonymous method of its scheduler.
    if (this.#callback.name === 'bound ' || this.#callback.name === 'bound flush')
      return 'a timer of RxJS';
    return this.#callback.name || 'an anonymous function';
  }

  /** What there is to say of it while it waits. */
  describe(frame: number): PendingTimer {
    const { kind, name, due, delayMs, madeAt } = this;
    return {
      kind,
      name,
      dueInMs: Math.max(0, due - frame),
      ...(this.repeats ? { everyMs: delayMs || 1 } : {}),
      ...(madeAt === undefined ? {} : { madeAt }),
    };
  }

  cancel(): void {
    this.cancelled = true;
    this.#owner.disarm(this);
  }

  ref(): this {
    this.#ref = true;
    return this;
  }

  unref(): this {
    this.#ref = false;
    return this;
  }

  hasRef(): boolean {
    return this.#ref;
  }

  refresh(): this {
    if (!this.cancelled) this.#owner.arm(this, this.delayMs);
    return this;
  }

  close(): this {
    this.cancel();
    return this;
  }

  [Symbol.toPrimitive](): number {
    this.#owner.identify(this);
    return this.id;
  }

  [Symbol.dispose](): void {
    this.cancel();
  }
}
