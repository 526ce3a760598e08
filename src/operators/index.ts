export { batchFor } from './batch-for.js';
export { cacheLatest } from './cache-latest.js';
export { changedFrom } from './changed-from.js';
export { changedTo } from './changed-to.js';
export { distinctState } from './distinct-state.js';
export { forEntity } from './for-entity.js';
export { heldFor } from './held-for.js';
export type { StateMatch } from './held-for.js';
export { keepAlive } from './keep-alive.js';
export { limitConcurrency } from './limit-concurrency.js';
export type { LimitConcurrencyOptions, Projected } from './limit-concurrency.js';
export { ofType } from './of-type.js';
export { perKey } from './per-key.js';
export type { PerKeyOptions } from './per-key.js';
export { retryWithBackoff } from './retry-with-backoff.js';
export { throttleByKey } from './throttle-by-key.js';
export { timeoutAfter } from './timeout-after.js';
export { untilUnload } from './until-unload.js';
export { withCurrent } from './with-current.js';
export type { CurrentStates } from './with-current.js';

/* Operators that start work */
export { executeIn } from '../listeners/execute-in.js';
export type { ExecuteOptions, WorkerCaller } from '../listeners/execute-in.js';
export { runAction } from '../listeners/run-action.js';
export type { ActionMode, ActionOptions } from '../listeners/run-action.js';
export type { Action } from '../listeners/action-subscriber.js';
export type { Overflow } from '../listeners/action-runs.js';
export type { FlowCounts } from '../events/stream-owner.js';
