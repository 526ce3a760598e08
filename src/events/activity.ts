import { currentExecution } from '../causality/execution.js';
import type { Probe, ProbeSlot } from '../causality/probe.js';
import type { BusEvent } from './bus-event.js';
import type { ListenerNode } from './listener-node.js';

// Beside the event and not in it: it is there only while somebody looks.
const activities = new WeakMap<BusEvent, number>();

/** The number under which the activity feed knows the event; 0 if it was fired unseen. */
export function eventActivity(event: BusEvent): number {
  return activities.get(event) ?? 0;
}

/** Tells whoever sees events of one, at the moment in which it is fired. */
export function tellOfEvent({ probe, tap }: ProbeSlot, event: BusEvent, owner: string): void {
  if (probe !== null) recordEvent(probe, event, owner);
  if (tap !== null) tap(event);
}

function recordEvent(probe: Probe, event: BusEvent, owner: string): void {
  const id = probe.nextId();
  activities.set(event, id);
  probe.record({
    id,
    parent: currentExecution()?.activity ?? 0,
    phase: 'point',
    kind: event.type === 'state_changed' ? 'state' : 'event',
    at: event.timeFired,
    owner,
    name: event.type,
    context: event.context,
    detail: { event },
  });
}

/** What is known of a listener's call when it has returned. */
export interface CallRecord {
  readonly activity: number;
  readonly node: ListenerNode;
  readonly event: BusEvent;
  readonly at: number;
  readonly failed: boolean;
}

/** Tells the feed of the call of a listener; what it began has named it as its parent by then. */
export function recordCall(probe: Probe, { activity, node, event, at, failed }: CallRecord): void {
  probe.record({
    id: activity,
    parent: eventActivity(event),
    phase: 'point',
    kind: 'listener',
    at,
    owner: node.owner.name,
    name: node.name,
    context: event.context,
    detail: { event, call: node.kind, status: failed ? 'failed' : 'done' },
  });
}
