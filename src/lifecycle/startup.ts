import type { Late } from '../ownership/late.js';
import type { StagedHub } from './stages.js';

/**
 * Brings the hub up. What is tracked is awaited for a while; what is late is named, and the start
 * goes on: one slow integration must not keep the home from running. A hub that is stopped
 * meanwhile stays where it is.
 */
export async function startUp(
  hub: StagedHub,
  settleTasks: (timeoutMs: number) => Promise<readonly Late[]>,
): Promise<void> {
  hub.enter('starting');
  hub.fire('core_config_updated');
  hub.fire('homeassistant_start');
  const late = await settleTasks(hub.timeouts.start);
  if (hub.isStopping) return;
  hub.tellLate('start', late);
  hub.enter('running');
  hub.fire('core_config_updated');
  hub.fire('homeassistant_started');
}
