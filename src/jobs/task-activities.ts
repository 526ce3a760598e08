import { currentExecution, type Execution } from '../causality/execution.js';
import type { Activity, ProbeSlot } from '../causality/probe.js';
import { now } from '../clock/clock.js';
import type { Task } from './task.js';

export type ActivityDetail = Readonly<Record<string, unknown>>;

/** What the activity feed tells of a task beside itself. */
export interface TaskStart {
  readonly execution: Execution | undefined;
  /** The activity that led to it. @default the one that is running */
  readonly parent?: number | undefined;
  /** May be filled while it runs: who has kept the start sees it too. */
  readonly detail?: ActivityDetail | undefined;
}

/** Tells the activity feed of tasks, and of jobs that had no need to become one. */
export class TaskActivities {
  readonly #slot: ProbeSlot;
  readonly #started = new WeakMap<Task<unknown>, Activity>();

  constructor(slot: ProbeSlot) {
    this.#slot = slot;
  }

  /** A number for what is about to run; 0 when nobody looks. */
  nextId(): number {
    return this.#slot.probe?.nextId() ?? 0;
  }

  /** The number under which the feed knows a task; 0 if it began unseen. */
  idOf(task: Task<unknown>): number {
    return this.#started.get(task)?.id ?? 0;
  }

  start(task: Task<unknown>, { execution, parent, detail = {} }: TaskStart): void {
    const { probe } = this.#slot;
    if (probe === null) return;
    const activity: Activity = {
      // An async listener is two: its call, in which it began, and the task that was made of it.
      id: (task.kind === 'listener' ? 0 : execution?.activity) || probe.nextId(),
      parent: parent ?? currentExecution()?.activity ?? 0,
      phase: 'start',
      kind: task.kind === 'job' ? 'job' : 'task',
      at: task.startedAt,
      owner: task.owner,
      name: task.name,
      context: execution?.context ?? null,
      detail: Object.assign(detail, { task }),
    };
    probe.record(activity);
    this.#started.set(task, activity);
  }

  end(task: Task<unknown>): void {
    const started = this.#started.get(task);
    if (started === undefined) return;
    const { status, error } = task;
    const ended = { task, status, ...(error !== undefined && { error }) };
    this.#slot.probe?.record({
      ...started,
      phase: 'end',
      at: now(),
      detail: { ...started.detail, ...ended },
    });
  }

  /** A job has done all its work at once: like a listener, it is told of when it has been called. */
  ranInline(
    { activity, context }: Execution,
    { owner, name, at }: Pick<Activity, 'owner' | 'name' | 'at'>,
    status: 'done' | 'failed' = 'done',
  ): void {
    if (activity === 0) return;
    this.#slot.probe?.record({
      id: activity,
      parent: currentExecution()?.activity ?? 0,
      phase: 'point',
      kind: 'listener',
      at,
      owner,
      name,
      context,
      detail: { call: 'job', status },
    });
  }
}
