import { monotonic } from '../clock/clock.js';
import { SHUTDOWN_PLAN, type ShutdownStep, type ShutdownWork } from './shutdown-plan.js';
import type { StagedHub } from './stages.js';

/**
 * Walks down the shutdown plan. What is late in a step is named and left behind, so stopping ends
 * within the sum of the limits.
 */
export async function shutDown(hub: StagedHub, work: ShutdownWork): Promise<void> {
  let limit: ShutdownStep['limit'] | undefined;
  let endsAt = 0;
  for (const step of SHUTDOWN_PLAN) {
    if (step.limit !== limit) {
      limit = step.limit;
      endsAt = monotonic() + hub.timeouts[limit];
    }
    if (step.stage) hub.enter(step.stage);
    step.before?.(work);
    if (step.event) hub.fire(step.event);
    await step.wait(work, Math.max(0, endsAt - monotonic()));
  }
  hub.enter('stopped');
}
