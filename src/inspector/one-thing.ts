import type { Activity, Task } from 'rxhome';
import type { RowGraph } from './row-graph.js';

/** The task of which an activity tells. */
export function taskOf({ kind, detail }: Activity): Task<unknown> | undefined {
  return kind === 'task' ? (detail['task'] as Task<unknown> | undefined) : undefined;
}

/**
 * Some things are told of as two. The task of an async listener is one with the listener; the event
 * of a service call, and the second task that its limit of time makes, with the call; a task that
 * was started for a task of the same name and owner with that.
 *
 * @returns the activity with which this one is one thing; 0: with none
 */
export function oneWith(graph: RowGraph, activity: Activity): number {
  const { kind, name, parent, context } = activity;
  const inside = graph.idOf(parent);
  if (inside === 0) return 0;
  const task = taskOf(activity);
  const callId = context?.id ?? null;
  const isSameCall = callId !== null && graph.get(inside)?.callId === callId;
  if (task?.kind === 'service') return isSameCall ? inside : 0;
  if (kind === 'event' && name === 'call_service') return isSameCall ? inside : 0;
  if (task?.kind === 'listener') {
    const node = graph.at(inside);
    if (node.isOpen || node.awaits) return 0;
    node.awaits = true;
    return inside;
  }
  // Only the first of them: tasks that start each other without end are not one.
  const isSame = task !== undefined && graph.get(inside)?.taskKey === workKey(activity);
  return isSame && parent === inside ? inside : 0;
}

/** By what listeners, tasks and their failures are the same from one call to the next. */
export function workKey({ owner, name }: Pick<Activity, 'owner' | 'name'>): string {
  return `${owner}\n${name}`;
}
