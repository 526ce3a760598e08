import { now } from '../clock/clock.js';
import { listenerCounts } from '../events/listener-counts.js';
import type { HubSnapshot } from '../hub-api/hub.js';
import { ioOf } from '../ownership/outside-io.js';
import type { HubCore } from './hub-core.js';

/** A picture of the hub as plain data, for a page, a command line or a bug report. */
export function takeSnapshot(core: HubCore): HubSnapshot {
  const at = now();
  return {
    stage: core.stage,
    listeners: listenerCounts(core.dispatcher),
    events: core.dispatcher.stats,
    states: core.states.size(),
    tasks: core.tracker.running.map(({ name, owner, kind, status, startedAt }) => ({
      name,
      owner,
      kind,
      status,
      ageMs: at - startedAt,
    })),
    flows: [...core.flows].map(({ owner, flow: { name, mode, counts } }) => ({
      owner,
      name,
      mode,
      ...counts,
    })),
    timeouts: core.timeoutManager.describe(),
    entries: core.entries.describe(),
    executor: core.executor.stats,
    io: ioOf(core.scope).underWay,
    loop: core.loopWatch?.stats ?? null,
    owners: core.finders.owners(),
    diagnostics: core.diagnostics.kept,
  };
}
