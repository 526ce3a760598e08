/**
 * What rxhome is compared with. Each is loaded by the question that asks for it, and stands here
 * because this folder is the one that has them: a package of its own, with a lock file of its own.
 */
export const mitt = async () => (await import('mitt')).default;
export const eventemitter3 = async () => (await import('eventemitter3')).EventEmitter;
export const nanoevents = async () => (await import('nanoevents')).createNanoEvents;
export const emittery = async () => (await import('emittery')).default;
export const effect = () => import('effect');
export const pLimit = async () => (await import('p-limit')).default;
export const pMap = async () => (await import('p-map')).default;
export const pQueue = async () => (await import('p-queue')).default;
export const asyncMutex = async () => (await import('async-mutex')).Semaphore;
export const ulid = async () => (await import('ulid')).ulid;
