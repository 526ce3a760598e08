import { SHUTDOWN_PLAN, type ShutdownWork } from './shutdown-plan.js';
import type { StagedHub } from './stages.js';

/**
 * Walks down the shutdown plan. What is late at the end of a step is named and left behind, so
 * stopping ends within the sum of the plan's limits.
 */
export async function shutDown(hub: StagedHub, work: ShutdownWork): Promise<void> {
  for (const { name, stage, event, limit, before, wait } of SHUTDOWN_PLAN) {
    if (stage) hub.enter(stage);
    before?.(work);
    if (event) hub.fire(event);
    const timeoutMs = hub.timeouts[limit];
    const late = await wait(work, timeoutMs);
    if (late.length > 0)
      hub.warn(`Stage "${name}" of the shutdown took over ${timeoutMs} ms`, late);
  }
  hub.enter('stopped');
}
