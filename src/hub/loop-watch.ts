import { type LoopWatch, watchLoop } from '../diagnostics/loop-watchdog.js';
import type { HubCore } from './hub-core.js';
import { runningCode } from './running-code.js';

/** Begins to watch the loop for a hub; `null` when its options say not to. */
export function watchLoopFor(core: HubCore): LoopWatch | null {
  const { watchdogMs: thresholdMs } = core.settings;
  if (thresholdMs === null) return null;
  return watchLoop({
    thresholdMs,
    runs: ({ hub }) => hub === core,
    runningCode: (execution) => runningCode(core.dispatcher, execution),
    record: core.diagnostics.record,
  });
}
