import type { Hub } from '../hub-api/hub.js';
import { LeakError } from './testing-errors.js';

/**
 * Fails when something that an owner should have ended is still there: listeners, tasks, jobs,
 * timeouts and their freezes, open scopes below the hub.
 *
 * @throws LeakError naming each by its owner.
 */
export function expectNoLeaks(hub: Hub): void {
  const leaks = leaksOf(hub);
  if (leaks.length > 0) throw new LeakError(`The hub still has ${leaks.join(', ')}.`);
}

/** What is still there, in words, each by its owner. */
export function leaksOf(hub: Hub): string[] {
  const { owners, tasks, timeouts, executor } = hub.snapshot();
  const leaks = [
    ...owners.flatMap(({ owner, closed, listeners }) =>
      Object.entries(listeners).map(
        ([type, count]) =>
          `${count} listener(s) of ${owner} for \`${type}\`${closed ? ', although it was unloaded' : ''}`,
      ),
    ),
    ...tasks.map(({ name, owner, kind }) => `${kind} \`${name}\` of ${owner}`),
    ...timeouts.map(
      ({ zone, running, frozen }) =>
        `${running} timeout(s) in ${frozen ? 'frozen ' : ''}${zone === null ? 'no zone' : `zone \`${zone}\``}`,
    ),
    ...hub.scope.children.map(({ name }) => `scope \`${name}\`, still open`),
  ];
  if (executor.running + executor.queued > 0)
    leaks.push(`${executor.running} running and ${executor.queued} queued executor job(s)`);
  return leaks;
}
