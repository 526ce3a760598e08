import { AsyncLocalStorage } from 'node:async_hooks';

type Callback = (this: unknown, ...args: unknown[]) => unknown;

/** A timer that has run, as those know it that it led to. */
interface Ancestor {
  readonly source: string;
  readonly delayMs: number;
  readonly parent: Ancestor | undefined;
}

/** Retries with growing or random delays are told by their number only. */
const MANY = 5;

const lineage = new AsyncLocalStorage<Ancestor>();
let watchers = 0;

/** From now on timers know what led to them, until the returned function is called; slow. */
export function watchLineage(): () => void {
  watchers++;
  return () => {
    watchers--;
  };
}

/**
 * Whether a timer that is made now is one that goes on for ever, such as the next poll: what led to
 * it is a timer with the same code and the same delay, or several with the same code.
 */
export function comesAgain(callback: unknown, delayMs: number): boolean {
  if (watchers === 0) return false;
  const source = String(callback);
  let count = 0;
  for (let one = lineage.getStore(); one; one = one.parent) {
    if (one.source !== source) continue;
    if (one.delayMs === delayMs || ++count >= MANY) return true;
  }
  return false;
}

/** The callback of a timer, so that what it leads to can be traced back to it. */
export function asAncestor(callback: Callback, delayMs: number): Callback {
  if (watchers === 0) return callback;
  const parent = lineage.getStore();
  // What is known to come again would make the line longer at every turn, and says nothing new.
  if (comesAgain(callback, delayMs)) return callback;
  const ancestor = { source: String(callback), delayMs, parent };
  return function (...args) {
    return lineage.run(ancestor, () => callback.apply(this, args));
  };
}
