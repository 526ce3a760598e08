import { asyncScheduler } from 'rxjs';
import type { Hub, State } from 'rxhome';
import { clockParts } from '../time/clock-parts.js';
import type { Condition, NumericIs, StateIs, TimeIs } from './condition-options.js';

/** Whether a condition is met now. Of an entity that is not known none is met. */
export function isMet(hub: Hub, condition: Condition): boolean {
  if ('state' in condition) return isState(hub, condition);
  if ('numeric' in condition) return isInRange(hub, condition);
  if ('time' in condition) return isTime(condition.time);
  if ('any' in condition) return condition.any.some((one) => isMet(hub, one));
  if ('all' in condition) return condition.all.every((one) => isMet(hub, one));
  return !isMet(hub, condition.not);
}

function isState(hub: Hub, condition: StateIs): boolean {
  return [condition.state].flat().every((id) => isEntity(hub, id, condition));
}

/** Whether one of the entities is as a condition wants all of them to be. */
export function isEntity(hub: Hub, id: string, condition: StateIs): boolean {
  const { is, attribute, for_seconds = 0 } = condition;
  const state = hub.states.get(id);
  if (!state) return false;
  const value = attribute === undefined ? state.state : state.attributes[attribute];
  const isWanted = [is]
    .flat()
    .some((word) => (attribute === undefined ? String(word) : word) === value);
  return isWanted && sinceMs(state, attribute) >= for_seconds * 1000;
}

/** For how long a state, or its attributes, have been as they are, in milliseconds. */
export function sinceMs(state: State, attribute: string | undefined): number {
  return asyncScheduler.now() - (attribute === undefined ? state.lastChanged : state.lastUpdated);
}

function isInRange(hub: Hub, { numeric, attribute, above, below }: NumericIs): boolean {
  const state = hub.states.get(numeric);
  const value = attribute === undefined ? state?.state : state?.attributes[attribute];
  const isText = typeof value === 'string' && value.trim() !== '';
  const number = isText || typeof value === 'number' ? Number(value) : NaN;
  if (!Number.isFinite(number)) return false;
  return (above === undefined || number > above) && (below === undefined || number < below);
}

/** From `after` on, up to `before`; over midnight when that is the earlier one. */
function isTime({ after, before, weekdays, time_zone }: TimeIs): boolean {
  const { hour, minute, second, weekday } = clockParts(asyncScheduler.now(), time_zone);
  if (weekdays && !weekdays.some((one) => one === weekday)) return false;
  const now = `${hour}:${minute}:${second}`;
  const isAfter = after === undefined || now >= after;
  const isBefore = before === undefined || now < before;
  const isOverMidnight = after !== undefined && before !== undefined && before < after;
  return isOverMidnight ? isAfter || isBefore : isAfter && isBefore;
}
