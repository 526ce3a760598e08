/* Showing a hub while it runs */
export { startInspector } from './start-inspector.js';
export type { Inspector, InspectorOptions } from './start-inspector.js';
export { addInspectorButton } from './buttons.js';
export type { InspectorButton } from './buttons.js';
export type { PageEvent } from './presence.js';
export { InspectorPortError } from './http-server.js';

/* What happens, in words */
export { activityRows } from './activity-rows.js';
export type { RowBatch } from './activity-rows.js';
export type { Subject } from './row-of.js';
export { oneLine, valueOf } from './value-words.js';

/* What goes over the wire */
export { isUpdate, packRow, packUpdate, statusOf, unpackRow } from './pack-row.js';
export * from './wire.js';
