import { isoTime } from '../clock/clock.js';
import type { EventLog, LoggedEvent } from '../events/event-log.js';
import type { Why, WhyStep } from '../hub-api/why.js';
import type { State } from '../states/state.js';

const MAX_STEPS = 500;

/**
 * What led to the present state of an entity, to the removal of one, or to a context: the chain of
 * events from the first cause to the last, as far back as the log goes.
 */
export function whyOf(subject: string, log: EventLog | null, state: State | undefined): Why {
  const byContext = indexOf(log);
  const asked = byContext.get(state?.context.id ?? subject);
  const last = state
    ? asked?.find(({ entityId }) => entityId === subject)
    : (asked?.[0] ?? lastOf(subject, log));
  let step: WhyStep | undefined = last ? stepOf(last) : state && stepOfState(state);
  const steps: WhyStep[] = [];
  let cutBecause = step ? null : `Nothing is known of \`${subject}\`.`;
  while (step && cutBecause === null) {
    steps.unshift(step);
    const parentId: string | null = step.parentId;
    if (parentId === null) break;
    const cause: LoggedEvent | undefined = byContext.get(parentId)?.[0];
    step = cause && stepOf(cause);
    if (!step) cutBecause = reasonOf(parentId, log);
    else if (steps.length >= MAX_STEPS) cutBecause = `It is longer than ${MAX_STEPS} steps.`;
  }
  return {
    subject,
    steps,
    isComplete: cutBecause === null,
    cutBecause,
    sentence: sentenceOf(steps, cutBecause),
  };
}

/** How an entity came to its end, if that is remembered. */
function lastOf(entityId: string, log: EventLog | null): LoggedEvent | undefined {
  for (const logged of log?.newestFirst() ?? []) if (logged.entityId === entityId) return logged;
  return undefined;
}

/** The events of each context; of those with the same one the first is the cause of the others. */
function indexOf(log: EventLog | null): Map<string, LoggedEvent[]> {
  const byContext = new Map<string, LoggedEvent[]>();
  for (const logged of log?.newestFirst() ?? []) {
    const list = byContext.get(logged.contextId);
    if (list) list.unshift(logged);
    else byContext.set(logged.contextId, [logged]);
  }
  return byContext;
}

function stepOf({ entityId, state, ...event }: LoggedEvent): WhyStep {
  return entityId === null ? event : { ...event, entityId, state };
}

/** A write that nobody heard of has no event, but its state knows its cause all the same. */
function stepOfState({ entityId, state, lastUpdated, context }: State): WhyStep {
  const { id: contextId, parentId, userId } = context;
  const type = 'state_changed';
  return { type, owner: null, at: lastUpdated, contextId, parentId, userId, entityId, state };
}

function reasonOf(parentId: string, log: EventLog | null): string {
  if (log === null) return `No events are remembered (\`causeLogSize: 0\`).`;
  return log.hasForgotten
    ? `Its cause ${parentId} is not among the last ${log.size} events.`
    : `Its cause ${parentId} was no event of this hub.`;
}

/** `light.hall became on at 14:03:07, because scene.evening became on at 14:03:07, because …`. */
function sentenceOf(steps: readonly WhyStep[], cutBecause: string | null): string {
  const [first] = steps;
  if (!first) return cutBecause ?? '';
  const words = steps.map(describe).reverse().join(', because ');
  if (cutBecause !== null) return `${words}, and why that was is not known: ${cutBecause}`;
  return first.userId === null ? `${words}.` : `${words}, because user ${first.userId} wanted it.`;
}

function describe({ type, owner, at, entityId, state }: WhyStep): string {
  const time = isoTime(at).slice(11, 19);
  const by = owner === null || owner === 'hub' ? '' : ` by ${owner}`;
  if (entityId === undefined) return `${type} was fired${by} at ${time}`;
  if (state === null) return `${entityId} was removed${by} at ${time}`;
  return `${entityId} became ${state ?? ''}${by} at ${time}`;
}
