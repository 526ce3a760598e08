import type { Why, WhyStep } from 'rxhome';
import { timeAndDay } from './time-of-day.js';

/**
 * What `hub.why()` answers as its own sentence tells it, but by the clock on the wall, as all other
 * lines of a terminal: `light.hall became on at 14:03:07, because …`. The hub's sentence is in UTC, so
 * that it is the same everywhere.
 */
export function whyWords({ steps, cutBecause }: Why, now: number): string {
  const told = steps
    .map((step) => stepWords(step, now))
    .reverse()
    .join(', because ');
  if (cutBecause !== null) return `${told}, and why that was is not known: ${cutBecause}`;
  const user = steps[0]?.userId ?? null;
  return user === null ? `${told}.` : `${told}, because user ${user} wanted it.`;
}

function stepWords({ type, owner, at, entityId, state }: WhyStep, now: number): string {
  const time = timeAndDay(at, now);
  const by = owner === null || owner === 'hub' ? '' : ` by ${owner}`;
  if (entityId === undefined) return `${type} was fired${by} at ${time}`;
  if (state === null) return `${entityId} was removed${by} at ${time}`;
  return `${entityId} became ${state ?? ''}${by} at ${time}`;
}
