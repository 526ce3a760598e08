import type { Context } from '../causality/context.js';
import { isoTime } from '../clock/clock.js';
import type { BusEvent } from '../events/bus-event.js';
import type { EventLog, LoggedEvent } from '../events/event-log.js';
import type { Why, WhyStep } from '../hub-api/why.js';
import type { StateChanged } from '../states/state-events.js';
import type { State } from '../states/state.js';

const MAX_STEPS = 500;

/**
 * What led to the present state of an entity, or to a context: the chain of events from the first
 * cause to the last, as far back as the log goes.
 */
export function whyOf(subject: string, log: EventLog, state: State | undefined): Why {
  const byContext = indexOf(log);
  const steps: WhyStep[] = [];
  const asked = state?.context.id ?? subject;
  const last = byContext.get(asked)?.find(({ event }) => !state || isOf(event, subject));
  if (state && !last) steps.push(stateStep(state));
  let context: Context | undefined = last?.event.context ?? state?.context;
  if (last) steps.push(stepOf(last));
  let cutBecause = context ? null : `Nothing is known of \`${subject}\`.`;
  while (context && context.parentId !== null && cutBecause === null) {
    const cause = byContext.get(context.parentId)?.[0];
    if (cause === undefined) cutBecause = reasonOf(context.parentId, log);
    else if (steps.length >= MAX_STEPS) cutBecause = `It is longer than ${MAX_STEPS} steps.`;
    else {
      steps.unshift(stepOf(cause));
      context = cause.event.context;
    }
  }
  return {
    subject,
    steps,
    isComplete: cutBecause === null,
    cutBecause,
    sentence: sentenceOf(subject, steps, cutBecause),
  };
}

/** The events of each context; of those with the same one the first is the cause of the others. */
function indexOf(log: EventLog): Map<string, LoggedEvent[]> {
  const byContext = new Map<string, LoggedEvent[]>();
  for (const logged of log.newestFirst()) {
    const { id } = logged.event.context;
    const list = byContext.get(id);
    if (list) list.unshift(logged);
    else byContext.set(id, [logged]);
  }
  return byContext;
}

function isOf(event: BusEvent, entityId: string): boolean {
  return (event.data as { entityId?: unknown }).entityId === entityId;
}

function stepOf({ event, owner }: LoggedEvent): WhyStep {
  const { type, timeFired, context } = event;
  const base = { type, owner, at: timeFired, contextId: context.id, userId: context.userId };
  if (type !== 'state_changed') return { ...base, data: event.data };
  const { entityId, newState } = event.data as unknown as StateChanged;
  return { ...base, entityId, state: newState?.state ?? null };
}

/** A write that nobody heard of has no event, but its state knows its cause all the same. */
function stateStep({ entityId, state, lastReported, context }: State): WhyStep {
  return {
    type: 'state_changed',
    owner: null,
    at: lastReported,
    contextId: context.id,
    userId: context.userId,
    entityId,
    state,
  };
}

function reasonOf(parentId: string, log: EventLog): string {
  return log.hasForgotten
    ? `Its cause ${parentId} is not among the last ${log.size} events.`
    : `Its cause ${parentId} was no event of this hub.`;
}

/** `light.hall is on, because binary_sensor.motion became on (14:03:07), because …`. */
function sentenceOf(subject: string, steps: readonly WhyStep[], cutBecause: string | null): string {
  const [effect, ...causes] = [...steps].reverse();
  if (!effect) return cutBecause ?? '';
  const words = [describe(effect), ...causes.map((step) => `because ${describe(step)}`)];
  const first = steps[0] as WhyStep;
  if (cutBecause !== null) words.push(`and why that was is not known: ${cutBecause}`);
  else if (first.userId !== null) words.push(`because user ${first.userId} wanted it`);
  return `${words.join(', ')}${cutBecause === null ? '.' : ''}`;
}

function describe({ type, owner, at, entityId, state }: WhyStep): string {
  const time = isoTime(at).slice(11, 19);
  const by = owner === null || owner === 'hub' ? '' : ` by ${owner}`;
  if (entityId === undefined) return `${type} was fired${by} at ${time}`;
  return state === null
    ? `${entityId} was removed${by} at ${time}`
    : `${entityId} became ${state ?? ''}${by} at ${time}`;
}
