import type { Activity, BusEvent, StateChanged, Task } from 'rxhome';

/** One thing that happened in a chain. */
export interface Step {
  readonly id: number;
  readonly parent: number;
  readonly kind: Activity['kind'];
  readonly at: number;
  readonly owner: string;
  readonly name: string;
  /** What the event or state caused carries this id as its parent's. */
  readonly contextId: string | null;
  /** The id of the context that led to it. */
  readonly causeId: string | null;
  /** It is the task of an async listener, and so the same thing as that listener. */
  readonly isListenerTask: boolean;
  readonly event: BusEvent | null;
  status: 'running' | 'done' | 'failed' | 'cancelled';
  endedAt: number;
  /** The number of the worker, for a job that has reached one. */
  worker: number | null;
}

/** A step as the first activity of it tells. */
export function stepOf(activity: Activity): Step {
  const { id, parent, phase, kind, at, name, context, detail } = activity;
  const happened = kind === 'event' || kind === 'state';
  return {
    id,
    parent,
    kind,
    at,
    owner: integrationOf(activity.owner),
    name,
    contextId: happened ? (context?.id ?? null) : null,
    causeId: (happened ? context?.parentId : context?.id) ?? null,
    isListenerTask: (detail['task'] as Task<unknown> | undefined)?.kind === 'listener',
    event: happened ? (detail['event'] as BusEvent) : null,
    status: phase === 'start' ? 'running' : statusOf(detail['status']),
    endedAt: at,
    worker: null,
  };
}

/** Completes a step by the activity that tells of its end. */
export function endStep(step: Step, { at, detail }: Activity): void {
  step.endedAt = at;
  step.status = statusOf(detail['status']);
  const worker = detail['worker'];
  step.worker = typeof worker === 'number' ? worker : null;
}

/** Whether an activity tells of a task for which nobody waits: it may run for months. */
export function isBackground({ detail }: Activity): boolean {
  return (detail['task'] as Task<unknown> | undefined)?.kind === 'background';
}

// The hub's own, and what says nothing new. They begin no chain that anybody wants to read.
const HOUSEKEEPING = /^(homeassistant_\w+|core_config_updated|component_loaded|state_reported)$/;

export function isHousekeeping({ kind, name }: Pick<Activity, 'kind' | 'name'>): boolean {
  return kind === 'event' && HOUSEKEEPING.test(name);
}

/** What a state step says: which entity, and what it is now. */
export function changeOf({ kind, event }: Step): StateChanged | null {
  return kind === 'state' && event ? (event.data as unknown as StateChanged) : null;
}

// What an entity writes is told of as its integration's: `sun.sun of sun`.
function integrationOf(owner: string): string {
  return owner.replace(/^\w+\.\w+ of (?=.)/, '');
}

function statusOf(status: unknown): Step['status'] {
  return status === 'failed' || status === 'cancelled' ? status : 'done';
}
