import { promisify } from 'node:util';
import { isInRealTime } from '../clock/real-time.js';
import { quote } from '../errors/quote.js';
import type { TimerKind } from './clock-options.js';
import { makeVirtualDate } from './virtual-date.js';
import { VirtualTimer } from './virtual-timer.js';

/** What the replaced globals ask of the clock. */
export interface TimeSource {
  now(): number;
  frame(): number;
  start(kind: TimerKind, callback: () => void, delayMs: number, args: unknown[]): VirtualTimer;
  find(id: unknown): VirtualTimer | undefined;
  /** Whether the clock is still there; a function that was kept must not wait for ever. */
  isInstalled(): boolean;
}

/**
 * Puts virtual time in the place of `Date`, `performance.now` and the global timers. RxJS needs
 * no more: its schedulers read these globals at every call.
 *
 * @returns the function that puts back exactly what was there.
 */
export function installGlobals(time: TimeSource): () => void {
  const real = {
    setTimeout: globalThis.setTimeout,
    setInterval: globalThis.setInterval,
    setImmediate: globalThis.setImmediate,
    clearTimeout: globalThis.clearTimeout,
    clearImmediate: globalThis.clearImmediate,
  };
  const starter =
    (kind: TimerKind, fallback: (...args: never[]) => unknown) =>
    (callback: unknown, ...rest: unknown[]): unknown => {
      if (!time.isInstalled() || isInRealTime())
        return (fallback as (...args: unknown[]) => unknown)(callback, ...rest);
      const [delayMs, ...args] = kind === 'immediate' ? [0, ...rest] : rest;
      if (typeof callback !== 'function')
        throw new TypeError(
          `The "callback" argument must be of type function. Got ${quote(callback)}`,
        );
      return time.start(kind, callback as () => void, nodeDelay(delayMs), args);
    };
  const stopper =
    (fallback: (handle: never) => void) =>
    (handle: unknown): void => {
      const timer = handle instanceof VirtualTimer ? handle : time.find(handle);
      if (timer) timer.cancel();
      else fallback(handle as never); // made before virtual time began
    };
  const clearTimer = stopper(real.clearTimeout);
  return swap([
    [globalThis, 'Date', makeVirtualDate(Date, () => time.now())],
    [globalThis, 'setTimeout', promisable(starter('timeout', real.setTimeout), 1)],
    [globalThis, 'setInterval', starter('interval', real.setInterval)],
    [globalThis, 'setImmediate', promisable(starter('immediate', real.setImmediate), 0)],
    [globalThis, 'clearTimeout', clearTimer],
    [globalThis, 'clearInterval', clearTimer],
    [globalThis, 'clearImmediate', stopper(real.clearImmediate)],
    // On the object itself: it is the same one that `node:perf_hooks` exports.
    [performance, 'now', () => time.frame()],
  ]);
}

/** A delay as Node takes it, but for 0, which stays 0. */
function nodeDelay(given: unknown): number {
  const delayMs = trunc(typeof given === 'number' ? given : Number(given));
  return delayMs > LONGEST_TIMER_MS ? 1 : delayMs > 0 ? delayMs : 0;
}

const { trunc } = Math; // a test runner's realm is slow to find a global
const LONGEST_TIMER_MS = 2 ** 31 - 1;

type Starter = (callback: unknown, ...rest: unknown[]) => unknown;

/** Lets `util.promisify` work as it does on the functions of Node. */
function promisable(start: Starter, delays: number): Starter {
  const promised = (...args: unknown[]): Promise<unknown> =>
    new Promise((resolve) => start(() => resolve(args[delays]), ...args.slice(0, delays)));
  return Object.assign(start, { [promisify.custom]: promised });
}

function swap(replacements: readonly (readonly [object, string, unknown])[]): () => void {
  const undo: (() => void)[] = [];
  const restore = (): void => {
    for (const step of undo.splice(0).reverse()) step();
  };
  try {
    for (const [target, key, value] of replacements) {
      const before = Object.getOwnPropertyDescriptor(target, key);
      const enumerable = before?.enumerable ?? true;
      Object.defineProperty(target, key, { value, configurable: true, writable: true, enumerable });
      undo.push(() => {
        if (before) Object.defineProperty(target, key, before);
        else delete (target as Record<string, unknown>)[key];
      });
    }
  } catch (error) {
    restore();
    throw error;
  }
  return restore;
}
