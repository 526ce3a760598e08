import { AsyncLocalStorage } from 'node:async_hooks';

const real = new AsyncLocalStorage<true>();

/**
 * Runs what talks to the world by itself, such as a pool of sockets: the timers that it sets, now
 * and in its callbacks, are real ones also while a test has virtual time. Or nothing would come in
 * while time stands still.
 */
export function inRealTime<T>(fn: () => T): T {
  return real.run(true, fn);
}

/** Whether this code is part of that. */
export function isInRealTime(): boolean {
  return real.getStore() === true;
}
