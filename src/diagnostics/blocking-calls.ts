import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Told of a blocking call, `fs.readFileSync`, before it is made; what it throws is thrown instead
 * of the call. `entered` is the function that was called: the stack above it is the caller's.
 */
export type CallWatcher = (call: string, entered: Callable) => void;
export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Tells `watcher` of every synchronous call of this thread that makes it wait for a disk, another
 * process, a long calculation or another thread, until the result is called. The functions are
 * replaced once, whoever watches, and the last one who stops puts back what was there.
 *
 * Looking at a file (`existsSync`, `statSync`) is among them: on a share of the network or a disk
 * that sleeps it takes as long as reading, and it can be awaited just as well. What only counts
 * bits of what it was given, for microseconds (`randomFillSync`, `hkdfSync`), is not.
 */
export function watchBlockingCalls(watcher: CallWatcher): () => void {
  // Two copies of rxhome in one process, or a test runner's second one, share the replacements.
  const replaced = (slot[SLOT] ??= replaceAll());
  replaced.watchers.add(watcher);
  return () => {
    if (!replaced.watchers.delete(watcher) || replaced.watchers.size > 0) return;
    Reflect.deleteProperty(slot, SLOT);
    replaced.restore();
  };
}

interface Replaced {
  readonly watchers: Set<CallWatcher>;
  readonly restore: () => void;
}

const SLOT = Symbol.for('rxhome.blockingCalls');
const slot = fs as unknown as { [SLOT]?: Replaced }; // one object in all realms of a thread

type Home = Record<PropertyKey, unknown>;
// Found when somebody watches: together they take as long to load as the rest of the house.
const HOMES = ['fs', 'child_process', 'crypto', 'zlib'];
const FAST = new Set(['crypto.randomFillSync', 'crypto.hkdfSync', 'crypto.generateKeySync']);

function replaceAll(): Replaced {
  const watchers = new Set<CallWatcher>();
  const undo: (() => void)[] = [];
  let isInside = false;

  const watched = (original: Callable, call: string): Callable => {
    const entered: Callable = function (...args) {
      // What a blocking call does itself, or whoever is told of it, is not told as well.
      if (isInside) return Reflect.apply(original, this, args);
      isInside = true;
      try {
        for (const watcher of watchers) watcher(call, entered);
        return Reflect.apply(original, this, args);
      } finally {
        isInside = false;
      }
    };
    // To everybody else it is the same function: its name, length, prototypes and properties.
    Object.setPrototypeOf(entered, Object.getPrototypeOf(original) as object);
    Object.defineProperties(entered, Object.getOwnPropertyDescriptors(original));
    return entered;
  };

  const replace = (home: Home, key: string, call: string): void => {
    const before = Object.getOwnPropertyDescriptor(home, key);
    if (typeof before?.value !== 'function' || !before.configurable) return;
    const entered = watched(before.value as Callable, call);
    if (key === 'realpathSync') replace(entered as unknown as Home, 'native', `${call}.native`);
    Object.defineProperty(home, key, { ...before, value: entered });
    undo.push(() => {
      // Somebody else may have put something around it, which is theirs to take away.
      if (home[key] === entered) Object.defineProperty(home, key, before);
    });
  };

  for (const name of HOMES) {
    const home = process.getBuiltinModule(`node:${name}`) as unknown as Home;
    for (const key of Object.keys(home)) {
      const call = `${name}.${key}`;
      if (key.endsWith('Sync') && !FAST.has(call)) replace(home, key, call);
    }
  }
  replace(Atomics as unknown as Home, 'wait', 'Atomics.wait');
  syncBuiltinESMExports(); // for those who import the functions by name
  return {
    watchers,
    restore: () => {
      for (const putBack of undo) putBack();
      syncBuiltinESMExports();
    },
  };
}
