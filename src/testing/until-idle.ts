import type { Hub } from '../hub-api/hub.js';
import { watchLineage } from './timer-lineage.js';
import type { VirtualClock } from './virtual-clock.js';

const idling = new Map<VirtualClock, number>();

/** Whether somebody waits for silence now. */
export function isIdling(clock: VirtualClock): boolean {
  return idling.has(clock);
}

function count(clock: VirtualClock, more: 1 | -1): void {
  const calls = (idling.get(clock) ?? 0) + more;
  if (calls > 0) idling.set(clock, calls);
  else idling.delete(clock);
}

/**
 * Lets time pass until no timer waits but such as repeat, and nothing is `unfinished`: the names of
 * that are in the error when it never comes to its end.
 */
export async function untilIdle(
  clock: VirtualClock,
  unfinished: () => readonly string[] = () => [],
): Promise<void> {
  const stopWatching = watchLineage();
  count(clock, 1);
  const isIdle = (): boolean =>
    clock.isQuiet && clock.busy?.() !== true && unfinished().length === 0;
  const clue = (): string => stillRunning(unfinished());
  try {
    await clock.advanceUntil(isIdle, { what: 'silence', clue });
  } finally {
    count(clock, -1);
    stopWatching();
  }
}

/** The work of a hub that is waited for, each by its name and owner. */
export function unfinishedWork(hub: Hub): string[] {
  return hub
    .snapshot()
    .tasks.filter(({ kind }) => kind !== 'background')
    .map(({ kind, name, owner }) => `${kind} \`${name}\` of \`${owner}\``);
}

/** What still runs, as a sentence; nothing when nothing does. */
export function stillRunning(names: readonly string[]): string {
  if (names.length === 0) return '';
  const more = names.length > 5 ? ` and ${names.length - 5} more` : '';
  return `Still running: ${names.slice(0, 5).join(', ')}${more}.`;
}
