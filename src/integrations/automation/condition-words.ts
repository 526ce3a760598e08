import { asyncScheduler } from 'rxjs';
import type { Hub } from 'rxhome';
import { clockParts } from '../time/clock-parts.js';
import type { Condition, NumericIs, StateIs, TimeIs } from './condition-options.js';
import { isEntity, isMet, sinceMs } from './conditions.js';

/** A condition that is not met, in words, and what is so instead. */
export interface Unmet {
  readonly condition: string;
  readonly value: string;
}

/** The first of some conditions that is not met; of an `all`, the part that is not. */
export function firstUnmet(hub: Hub, conditions: readonly Condition[]): Unmet | undefined {
  for (const condition of conditions) {
    if (isMet(hub, condition)) continue;
    const part = 'all' in condition ? firstUnmet(hub, condition.all) : undefined;
    return part ?? { condition: wordsOf(condition), value: valueNow(hub, condition) };
  }
  return undefined;
}

function wordsOf(condition: Condition): string {
  if ('state' in condition) return stateWords(condition);
  if ('numeric' in condition) return numericWords(condition);
  if ('time' in condition) return timeWords(condition.time);
  if ('any' in condition) return listWords('any', condition.any);
  if ('all' in condition) return listWords('all', condition.all);
  return `not (${wordsOf(condition.not)})`;
}

function stateWords({ state, is, attribute, for_seconds: seconds }: StateIs): string {
  const what = [[state].flat().join(' and '), ...(attribute === undefined ? [] : [attribute])];
  const wanted = [is].flat().map(String).join(' or ');
  return `${what.join(' ')} is ${wanted}${seconds === undefined ? '' : ` for ${seconds} s`}`;
}

function numericWords({ numeric, attribute, above, below }: NumericIs): string {
  const limits = [
    ...(above === undefined ? [] : [`above ${above}`]),
    ...(below === undefined ? [] : [`below ${below}`]),
  ];
  return `${numeric}${attribute === undefined ? '' : ` ${attribute}`} is ${limits.join(' and ')}`;
}

function timeWords({ after, before, weekdays, time_zone }: TimeIs): string {
  const limits = [
    ...(after === undefined ? [] : [`after ${after}`]),
    ...(before === undefined ? [] : [`before ${before}`]),
    ...(weekdays === undefined ? [] : [`on ${weekdays.join(', ')}`]),
    ...(time_zone === undefined ? [] : [`in ${time_zone}`]),
  ];
  return ['time is', ...limits].join(' ');
}

function listWords(how: 'any' | 'all', conditions: readonly Condition[]): string {
  return `${how} of (${conditions.map(wordsOf).join('; ')})`;
}

/** How that is now with which a condition deals. */
function valueNow(hub: Hub, condition: Condition): string {
  if ('state' in condition) return stateNow(hub, condition);
  if ('numeric' in condition) return shown(hub, condition.numeric, condition.attribute);
  if ('time' in condition) {
    const { hour, minute, weekday } = clockParts(asyncScheduler.now(), condition.time.time_zone);
    return `${weekday} ${hour}:${minute}`;
  }
  if ('not' in condition) return valueNow(hub, condition.not);
  const parts = 'any' in condition ? condition.any : condition.all;
  return parts.map((part) => valueNow(hub, part)).join('; ');
}

/** Of several entities the one that is not as it should be. */
function stateNow(hub: Hub, condition: StateIs): string {
  const { state: ids, attribute, for_seconds: seconds } = condition;
  const all = [ids].flat();
  const id = all.find((one) => !isEntity(hub, one, condition)) ?? all[0] ?? '';
  const state = hub.states.get(id);
  const value = shown(hub, id, attribute);
  const now = all.length > 1 ? `${id} is ${value}` : value;
  if (!state || seconds === undefined) return now;
  return `${now} for ${Math.floor(sinceMs(state, attribute) / 1000)} s`;
}

function shown(hub: Hub, id: string, attribute: string | undefined): string {
  const state = hub.states.get(id);
  if (!state) return 'not there';
  const value = attribute === undefined ? state.state : state.attributes[attribute];
  if (value === undefined) return 'not there';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
