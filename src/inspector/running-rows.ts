import type { Activity, Task } from 'rxhome';
import { endStatus, type Draft } from './row-of.js';

const MAX_RUNNING = 20_000;

interface RunningRow {
  readonly row: Draft;
  readonly startedAt: number;
  readonly start: Activity;
}

/** The rows of what has not ended yet. */
export class RunningRows {
  readonly #byId = new Map<number, RunningRow>();

  add(id: number, row: Draft, start: Activity): void {
    // So many never end; of one more nobody will learn how it does.
    if (this.#byId.size < MAX_RUNNING) this.#byId.set(id, { row, startedAt: start.at, start });
  }

  get(id: number): Draft | undefined {
    return this.#byId.get(id)?.row;
  }

  /** Fills in how it has ended. */
  end(id: number, activity: Activity): Draft | null {
    const running = this.#byId.get(id);
    if (!running) return null;
    this.#byId.delete(id);
    const { row, startedAt } = running;
    row.status = endStatus(activity);
    row.dur = Math.max(0, activity.at - startedAt);
    const { worker } = activity.detail;
    if (typeof worker === 'number') row.worker = worker;
    return row;
  }

  /** Jobs that a thread has taken since somebody asked last. */
  *reachedWorkers(): Iterable<Draft> {
    for (const { row, start } of this.#byId.values()) {
      const { worker } = start.detail;
      if (row.worker !== null || row.kind !== 'job' || typeof worker !== 'number') continue;
      row.worker = worker;
      yield row;
    }
  }

  /** What has ended while nobody looked: tasks say so; of a timer only its time is known. */
  *endedUnseen(now: number): Iterable<Draft> {
    for (const [id, { row, startedAt, start }] of this.#byId) {
      const { status } = (start.detail['task'] as Task<unknown> | undefined) ?? {};
      const isOver = row.due !== null && row.due <= now;
      if (status === undefined ? !isOver : status === 'pending' || status === 'running') continue;
      this.#byId.delete(id);
      row.status = status === 'failed' || status === 'cancelled' ? status : 'done';
      row.dur = Math.max(0, (status === undefined ? (row.due ?? now) : now) - startedAt);
      yield row;
    }
  }
}
