import type { Worker } from 'node:worker_threads';
import { Execution, runAsync } from '../causality/execution.js';
import { attachWorker } from '../executor/attach-worker.js';
import type { Scope } from '../ownership/scope.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { exposedTo } from './exposed.js';
import type { HubCore } from './hub-core.js';

/** Lets a worker of the user's call the hub, as `scope`. */
export function attachTo(core: HubCore, scope: Scope, worker: Worker, name: string): Unsubscribe {
  const execution = new Execution(core, null, null, 0, scope);
  const detach = attachWorker(worker, {
    name,
    owner: scope.name,
    report: core.failures.report,
    runOnLoop: (fn) => runAsync(execution, fn),
    exposed: (asked) => exposedTo(core.hubOf(scope), core.exposed, asked),
    onShutdown: (shutDown) => {
      core.onCallsShutDown.add(shutDown);
      return unsubscribe(() => core.onCallsShutDown.delete(shutDown));
    },
  });
  const owned = { name, silence: detach };
  scope.attach(owned);
  return unsubscribe(() => {
    scope.detach(owned);
    detach();
  });
}
