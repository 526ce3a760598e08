import { currentExecution, type Execution } from '../causality/execution.js';
import { after, nextTurn } from '../clock/clock.js';
import { isIdle, onIdle } from './idle.js';
import type { Task } from './task.js';

/** What is waited for, and for how long. */
export interface SettleOptions {
  /** @default false */
  readonly includeBackground?: boolean;
  /** Those that only wait, and have said so. @default true */
  readonly includeIdle?: boolean;
  /** @default as long as it takes */
  readonly timeoutMs?: number;
  /** @default all of them */
  readonly among?: (task: Task<unknown>) => boolean;
}

/** Somebody who waits. */
interface Waiter {
  readonly execution: Execution | undefined;
}

/** Keeps count of the tasks that run, so that start-up, shutdown and specs can wait for them. */
export class TaskTracker {
  readonly #tracked = new Set<Task<unknown>>();
  readonly #background = new Set<Task<unknown>>();
  readonly #waiters = new Set<Waiter>();
  /** Told when work begins, if somebody looks. */
  onAdded: (() => void) | null = null;

  add(task: Task<unknown>): void {
    (task.kind === 'background' ? this.#background : this.#tracked).add(task);
    this.onAdded?.();
  }

  delete(task: Task<unknown>): void {
    this.#tracked.delete(task);
    this.#background.delete(task);
  }

  /** What runs now, oldest first. */
  get running(): readonly Task<unknown>[] {
    return [...this.#tracked, ...this.#background];
  }

  /**
   * Cancels what is not waited for. What is marked to end has ended when this returns: mostly it is
   * a listener or the tick of a timer, which nothing can tell. Returns the background tasks.
   */
  cancelBackground(reason: unknown): ReadonlySet<Task<unknown>> {
    const told = new Set(this.#background);
    for (const task of this.running) {
      if (task.cancelOnShutdown) task.drop(reason);
      else if (told.has(task)) task.cancel(reason);
    }
    return told;
  }

  /**
   * Waits until nothing runs any more, work begun meanwhile included, but no longer than
   * `timeoutMs`. Returns what was still running then. Not waited for are the task that calls, what
   * was late once and is left, and who waits here as well: they would wait for each other.
   */
  async settle({
    includeBackground = false,
    includeIdle = true,
    timeoutMs = Infinity,
    among = () => true,
  }: SettleOptions = {}): Promise<readonly Task<unknown>[]> {
    const me: Waiter = { execution: currentExecution() };
    this.#waiters.add(me);
    let isOver = false;
    let expire: () => void = () => undefined;
    const expiry = new Promise<void>((resolve) => (expire = resolve));
    const cancel = Number.isFinite(timeoutMs)
      ? after(timeoutMs, () => {
          isOver = true;
          expire();
        })
      : undefined;
    try {
      for (;;) {
        // What was put off to the next turn may begin something.
        await new Promise<void>((resolve) => nextTurn(resolve));
        const running = includeBackground ? this.running : [...this.#tracked];
        const waiting = running.filter(
          (task) => among(task) && (includeIdle || !isIdle(task)) && this.#isInTheWay(task, me),
        );
        if (isOver || waiting.length === 0) return waiting;
        const ends: Promise<unknown>[] = [Promise.all(waiting.map(({ ended }) => ended)), expiry];
        let forget: () => void = () => undefined;
        if (!includeIdle)
          ends.push(new Promise<void>((resolve) => (forget = onIdle(waiting, resolve))));
        await Promise.race(ends);
        forget();
      }
    } finally {
      cancel?.();
      this.#waiters.delete(me);
    }
  }

  #isInTheWay(task: Task<unknown>, me: Waiter): boolean {
    if (task.isLeft || task.isCaller(me.execution)) return false;
    const mine = me.execution?.task;
    if (!mine || mine.waitsForStop) return true; // nobody waits for me
    // Of two that wait, the later one does not wait for the earlier, which waits for it.
    for (const waiter of this.#waiters)
      if (waiter !== me && waiter.execution && task.isCaller(waiter.execution)) return false;
    return true;
  }
}
