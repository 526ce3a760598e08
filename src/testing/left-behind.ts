import { checkOneOf } from '../errors/check-option.js';
import type { Hub } from '../hub-api/hub.js';
import type { PendingTimer } from './clock-options.js';
import { leaksOf } from './expect-no-leaks.js';
import { LeakError } from './testing-errors.js';

/** What fails the close of a test hub: work that is left, timers as well, or nothing. */
export type LeakRule = 'work' | 'timers' | 'ignore';

const RULES: readonly LeakRule[] = ['work', 'timers', 'ignore'];
const NAMED_LEAKS = 10;
const NAMED_TIMERS = 5;

/** @throws InvalidOptionError naming the value. */
export function checkLeakRule(rule: unknown): void {
  checkOneOf('leaks', rule, RULES);
}

/**
 * Fails when a hub that has stopped has left something behind.
 *
 * @throws LeakError naming each thing by its owner, and the timers that waited.
 */
export function refuseLeaks(hub: Hub, rule: LeakRule, timers: readonly PendingTimer[]): void {
  if (rule === 'ignore') return;
  const { storage, http } = hub.snapshot().io;
  const leaks = leaksOf(hub);
  if (storage > 0) leaks.push(`${storage} file(s) that are read or written`);
  if (http > 0) leaks.push(`${http} request(s) under way`);
  if (leaks.length === 0 && (rule === 'work' || timers.length === 0)) return;
  const left = leaks.length > 0 ? ` It still has ${listed(leaks, NAMED_LEAKS)}.` : '';
  throw new LeakError(`The hub was stopped and left something behind.${left}${named(timers)}`);
}

/** The same for a close that nobody asked for: it is said, and fails nothing. */
export function warnOfLeaks(hub: Hub): void {
  try {
    refuseLeaks(hub, 'work', []);
  } catch (error) {
    console.warn((error as LeakError).message);
  }
}

function named(timers: readonly PendingTimer[]): string {
  if (timers.length === 0) return '';
  const names = timers.map(({ kind, name, dueInMs, everyMs, madeAt }) => {
    const when = everyMs === undefined ? `due in ${dueInMs} ms` : `every ${everyMs} ms`;
    return `${kind} \`${name}\` (${madeAt === undefined ? '' : `${madeAt}, `}${when})`;
  });
  return ` Timers that wait: ${listed(names, NAMED_TIMERS)}.`;
}

function listed(names: readonly string[], max: number): string {
  const more = names.length > max ? `, ${names.length - max} more` : '';
  return `${names.slice(0, max).join(', ')}${more}`;
}
