import { type LoopWatch, watchLoop } from '../diagnostics/loop-watchdog.js';
import type { HubCore } from './hub-core.js';

/** Begins to watch the loop for a hub; `null` when its options say not to. */
export function watchLoopFor(core: HubCore): LoopWatch | null {
  const { watchdogMs: thresholdMs } = core.settings;
  if (thresholdMs === null) return null;
  return watchLoop({
    thresholdMs,
    runs: ({ hub }) => hub === core,
    runningCode: ({ owner, task }) => {
      const { node } = core.dispatcher.delivery;
      return {
        owner: (owner ?? node?.owner)?.name ?? null,
        work: (task ?? node)?.name ?? null,
      };
    },
    record: core.diagnostics.record,
  });
}
