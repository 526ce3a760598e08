import { runUncaused } from '../causality/execution.js';
import { after, type CancelTimer, now } from '../clock/clock.js';
import { busySince, isIdle } from '../jobs/idle.js';
import type { TaskTracker } from '../jobs/task-tracker.js';
import type { Task } from '../jobs/task.js';
import { describeLate } from '../ownership/late.js';
import type { Finding } from './diagnostics.js';

/** Milliseconds that work may take on which others wait; Home Assistant's figure. */
const SLOW_MS = 10_000;

/**
 * Names the work that is not done after 10 s, each once and while it runs: tasks, calls of
 * services, jobs of workers, runs of async listeners. Not background tasks, which nobody waits for,
 * nor while a task only waits and has said so: then its 10 s begin when it goes on.
 *
 * There is one timer, and only while something may become slow: what begins costs a look whether
 * it is set.
 */
export class SlowWork {
  readonly #tracker: TaskTracker;
  readonly #record: (finding: Finding) => void;
  readonly #told = new WeakSet<Task<unknown>>();
  #cancel: CancelTimer = () => undefined;

  constructor(tracker: TaskTracker, record: (finding: Finding) => void) {
    this.#tracker = tracker;
    this.#record = record;
  }

  begin(): void {
    this.#look();
  }

  end(): void {
    this.#tracker.onAdded = null;
    this.#cancel();
  }

  #look(): void {
    const at = now();
    let nextMs = Infinity;
    for (const task of this.#tracker.running) {
      if (task.kind === 'background' || this.#told.has(task)) continue;
      const leftMs = (isIdle(task) ? at : busySince(task)) + SLOW_MS - at;
      if (leftMs <= 0) this.#tell(task);
      else nextMs = Math.min(nextMs, leftMs);
    }
    if (nextMs < Infinity) this.#lookIn(nextMs);
    else this.#tracker.onAdded = () => this.#lookIn(SLOW_MS);
  }

  #lookIn(ms: number): void {
    this.#tracker.onAdded = null;
    // Whoever began the work is not the cause of what is found.
    this.#cancel = runUncaused(() => after(ms, () => this.#look(), { unref: true }));
  }

  #tell(task: Task<unknown>): void {
    this.#told.add(task);
    const late = task.late();
    const { owner, name, ageMs } = late;
    this.#record({
      kind: task.kind === 'listener' ? 'slow-listener' : 'slow-job',
      owner,
      name,
      message: `${describeLate(late)} still runs, and the start and the stop of the hub wait for it.`,
      durationMs: ageMs,
      detail: { what: task.kind },
    });
  }
}
