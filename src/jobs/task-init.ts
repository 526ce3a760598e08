import type { HubErrorReport } from '../errors/report.js';
import type { Scope } from '../ownership/scope.js';
import type { TaskKind } from './task-kind.js';

/** What a task tells of itself, so that it is found, waited for, and not forgotten. */
export interface TaskBooks<Task> {
  /** It has begun something that takes time. */
  readonly onRunning: (task: Task) => void;
  /** It has ended; what failed without anybody waiting for it is told here, and only here. */
  readonly onSettled: (task: Task) => void;
  readonly onUnseenFailure: (task: Task, error: unknown) => void;
}

export interface TaskInit<Host> {
  readonly name: string;
  readonly owner: Scope;
  readonly kind: TaskKind;
  readonly host: Host;
  /** What a report of its failure says beside its name and owner. */
  readonly about: Pick<HubErrorReport, 'source' | 'event' | 'context'>;
}
