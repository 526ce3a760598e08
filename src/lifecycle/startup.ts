import type { StagedHub } from './stages.js';

/**
 * Brings the hub up. What is tracked is awaited for a while; what is late is named, and the start
 * goes on: one slow integration must not keep the home from running.
 */
export async function startUp(
  hub: StagedHub,
  settleTasks: (timeoutMs: number) => Promise<readonly string[]>,
): Promise<void> {
  hub.enter('starting');
  hub.fire('core_config_updated');
  hub.fire('homeassistant_start');
  const late = await settleTasks(hub.timeouts.start);
  if (late.length > 0) hub.warn('Something is holding up the start', late);
  if (hub.stage !== 'starting') return; // it was stopped meanwhile
  hub.enter('running');
  hub.fire('core_config_updated');
  hub.fire('homeassistant_started');
}
