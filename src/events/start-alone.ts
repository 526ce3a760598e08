import type { Context } from '../causality/context.js';
import { Execution, runAsync } from '../causality/execution.js';
import { CancelledError } from '../errors/work-errors.js';
import type { StartedWork } from './stream-owner.js';

/** Starts work that belongs to no hub: nobody tracks it, but it has a cause and can be cancelled. */
export function startAlone<T>(
  body: (signal: AbortSignal) => T | PromiseLike<T>,
  { name, context }: { readonly name: string; readonly context: Context | null },
): StartedWork<T> {
  const controller = new AbortController();
  const run = async (): Promise<T> => body(controller.signal);
  const work = runAsync(new Execution(null, context), run).then((result) => {
    controller.signal.throwIfAborted();
    return result;
  });
  const nothing = (): void => undefined;
  return Object.assign(work, {
    ended: work.then(nothing, nothing), // whoever asked for it gets the error
    cancel: (cause?: unknown): void => {
      controller.abort(new CancelledError(`\`${name}\` was cancelled.`, { cause }));
    },
  });
}
