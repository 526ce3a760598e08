export { changedFrom } from './changed-from.js';
export { changedTo } from './changed-to.js';
export { forEntity } from './for-entity.js';
export { heldFor } from './held-for.js';
export type { StateMatch } from './held-for.js';
export { keepAlive } from './keep-alive.js';
export { ofType } from './of-type.js';
export { untilUnload } from './until-unload.js';

/* Operators that start work */
export { executeIn } from '../listeners/execute-in.js';
export type { ExecuteOptions, WorkerCaller } from '../listeners/execute-in.js';
export { runAction } from '../listeners/run-action.js';
export type { ActionMode, ActionOptions } from '../listeners/run-action.js';
export type { Action } from '../listeners/action-subscriber.js';
export type { Overflow } from '../listeners/action-runs.js';
export type { FlowCounts } from '../events/stream-owner.js';
