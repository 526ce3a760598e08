import { after, nextTurn, now } from '../clock/clock.js';
import type { Task } from './task.js';

/** Keeps count of the tasks that run, so that start-up, shutdown and specs can wait for them. */
export class TaskTracker {
  readonly #tracked = new Set<Task<unknown>>();
  readonly #background = new Set<Task<unknown>>();

  add(task: Task<unknown>): void {
    (task.kind === 'background' ? this.#background : this.#tracked).add(task);
  }

  delete(task: Task<unknown>): void {
    this.#tracked.delete(task);
    this.#background.delete(task);
  }

  /** What runs now, oldest first. */
  get running(): readonly Task<unknown>[] {
    return [...this.#tracked, ...this.#background];
  }

  /** Cancels what is not waited for: background tasks, and those that are marked to end. */
  cancelBackground(reason: unknown): void {
    for (const task of this.running)
      if (task.kind === 'background' || task.cancelOnShutdown) task.cancel(reason);
  }

  /**
   * Waits until nothing runs any more, work begun meanwhile included, but no longer than
   * `timeoutMs`; the task that calls is not waited for. Returns what was still running then.
   */
  async settle({ includeBackground = false, timeoutMs = Infinity } = {}): Promise<
    readonly Task<unknown>[]
  > {
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
        const waiting = this.#waiting(includeBackground);
        if (isOver || waiting.length === 0) return waiting;
        await Promise.race([Promise.all(waiting.map(({ ended }) => ended)), expiry]);
      }
    } finally {
      cancel?.();
    }
  }

  #waiting(includeBackground: boolean): Task<unknown>[] {
    const tasks = includeBackground ? this.running : [...this.#tracked];
    return tasks.filter((task) => !task.isCaller());
  }
}

/** `task "poll" of folder_watcher (12.3 s)`: how a late task is named. */
export function describeTask({ name, owner, startedAt }: Task<unknown>): string {
  return `task "${name}" of ${owner} (${((now() - startedAt) / 1000).toFixed(1)} s)`;
}
