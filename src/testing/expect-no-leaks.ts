import type { Hub } from '../hub-api/hub.js';
import { LeakError } from './testing-errors.js';

/**
 * Fails when something that an owner should have ended is still there: listeners, tasks, jobs,
 * open scopes below the hub.
 *
 * @throws LeakError naming each by its owner.
 */
export function expectNoLeaks(hub: Hub): void {
  const { listeners, tasks, executor } = hub.snapshot();
  const leaks = [
    ...Object.entries(listeners).map(([type, count]) => `${count} listener(s) of \`${type}\``),
    ...tasks.map(({ name, owner, kind }) => `${kind} \`${name}\` of ${owner}`),
    ...hub.scope.children.map(({ name }) => `scope \`${name}\`, still open`),
  ];
  if (executor.running + executor.queued > 0)
    leaks.push(`${executor.running} running and ${executor.queued} queued executor job(s)`);
  if (leaks.length > 0) throw new LeakError(`The hub still has ${leaks.join(', ')}.`);
}
