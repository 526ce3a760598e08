import { isAbsolute } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { CallerArguments } from './main-callback.js';
import { WorkerFunction } from './worker-function.js';

/** How the calls into a worker module are run. */
export interface WorkerModuleOptions {
  /**
   * Gives the module one thread of its own that is kept, so that a client with state (a serial
   * port, a database) can live in its variables. Its calls run one after the other; do not make
   * one from a callback of another, which would wait for itself. When the thread dies or is
   * terminated, the next one begins with fresh variables. Only such a thread attends to timers
   * and sockets between calls; others sleep.
   * @default false: any thread that is free
   */
  readonly dedicated?: boolean;
}

export { isWorkerFunction, WorkerFunction, type WorkerFunctionOptions } from './worker-function.js';

type Callable = (...args: never[]) => unknown;

/** The exported functions of `M` as references; what is not a function is not there. */
export type WorkerModule<M> = {
  readonly [K in keyof M as M[K] extends Callable ? K : never]: M[K] extends (
    ...args: infer A
  ) => infer R
    ? WorkerFunction<CallerArguments<A>, Awaited<R>>
    : never;
};

/**
 * Refers to a module whose functions run in worker threads. The module is not loaded here.
 *
 * ```ts
 * const disk = workerModule<typeof import('./disk.worker.js')>(
 *   new URL('./disk.worker.js', import.meta.url),
 * );
 * const hash = await hub.addExecutorJob(disk.sha256, path);
 * ```
 *
 * A `.js` that does not exist stands for the `.ts` beside it, so the line above works from source
 * and built. Specifiers such as `node:fs` and names of packages work too. Of an overloaded
 * function the last overload counts.
 *
 * @throws InvalidOptionError for a relative path, because nobody could know relative to what.
 */
export function workerModule<M>(
  url: URL | string,
  { dedicated = false }: WorkerModuleOptions = {},
): WorkerModule<M> {
  const module = specifier(url);
  const functions = new Map<string, WorkerFunction>();
  const shown = {
    [Symbol.toStringTag]: 'WorkerModule',
    [inspect.custom]: () => `WorkerModule { ${module} }`,
  };
  return new Proxy(shown, {
    get(target, key) {
      if (typeof key === 'symbol') return Reflect.get(target, key) as unknown;
      // Whatever has a `then` would be awaited by an `await` that meets it.
      if (key === 'then') return undefined;
      let reference = functions.get(key);
      if (!reference) functions.set(key, (reference = new WorkerFunction(module, key, dedicated)));
      return reference;
    },
  }) as unknown as WorkerModule<M>;
}

function specifier(url: URL | string): string {
  if (typeof url !== 'string') {
    if (typeof (url as URL | undefined)?.href === 'string') return url.href;
    throw new InvalidOptionError(`Expected the URL of a worker module, got ${quote(url)}.`);
  }
  if (url === '' || /^\.{1,2}(\/|\\|$)/.test(url))
    throw new InvalidOptionError(
      `Expected the URL of a worker module, got ${quote(url)}. For a file beside this one: new URL(${JSON.stringify(url)}, import.meta.url).`,
    );
  return isAbsolute(url) ? pathToFileURL(url).href : url;
}
