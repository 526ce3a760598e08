import type { LateKind } from '../ownership/late.js';

/** What waits for a task: start-up and shutdown for all but `background`. */
export type TaskKind = 'task' | 'background' | 'listener' | 'job' | 'service';
export type TaskStatus = 'pending' | 'running' | 'done' | 'failed' | 'cancelled';

/** How a task of this kind is called when it is late. */
export function lateKind(kind: TaskKind): LateKind {
  return kind === 'background' ? 'background task' : kind;
}
