export { changedFrom } from './changed-from.js';
export { changedTo } from './changed-to.js';
export { forEntity } from './for-entity.js';
export { heldFor } from './held-for.js';
export type { StateMatch } from './held-for.js';
export { keepAlive } from './keep-alive.js';
export { ofType } from './of-type.js';
export { untilUnload } from './until-unload.js';
