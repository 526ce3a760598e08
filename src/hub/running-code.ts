import type { Execution } from '../causality/execution.js';
import type { RunningCode } from '../diagnostics/stall-finding.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';

/** Whose code runs, for a finding: what only the delivery knows of is told apart by its node. */
export function runningCode(
  { delivery: { node } }: Pick<EventDispatcher, 'delivery'>,
  { owner, task }: Execution,
): RunningCode {
  return { owner: (owner ?? node?.owner)?.name ?? null, work: (task ?? node)?.name ?? null };
}
