/* eslint-disable no-restricted-imports -- who watches the loop must not see a virtual clock */
import { performance } from 'node:perf_hooks';
import { clearInterval, clearTimeout, setImmediate, setInterval, setTimeout } from 'node:timers';
import type { CancelTimer } from './clock.js';

/**
 * Time of the event loop, which is never virtual. Who watches the loop measures the process that
 * runs, not the home: a virtual clock would tell it of stalls that did not happen, and hide those
 * that did. Nothing but a watcher of the loop may use these.
 */

/** Milliseconds from an unknown start: the same for all threads; it stands while a machine sleeps. */
export function loopNow(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e3 + nanoseconds / 1e6;
}

/** Milliseconds that the loop of this thread has waited for something to do. */
export function loopIdleMs(): number {
  return performance.nodeTiming.idleTime;
}

/** Runs `fn` every `ms` milliseconds; does not keep the process alive. */
export function everyOnLoop(ms: number, fn: () => void): CancelTimer {
  const handle = setInterval(fn, ms).unref();
  return () => clearInterval(handle);
}

/** Runs `fn` once, after `ms` milliseconds; keeps the process alive until then. */
export function afterOnLoop(ms: number, fn: () => void): CancelTimer {
  const handle = setTimeout(fn, ms);
  return () => clearTimeout(handle);
}

/** Runs `fn` in the next turn of the loop. */
export function nextLoopTurn(fn: () => void): void {
  setImmediate(fn);
}
