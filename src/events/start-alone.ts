import type { Context } from '../causality/context.js';
import { currentExecution, Execution, runAsync } from '../causality/execution.js';
import { CancelledError } from '../errors/work-errors.js';
import type { StartedWork } from './stream-owner.js';

export interface AloneOptions {
  readonly name: string;
  readonly context: Context | null;
  /** The activity that led to it. */
  readonly parent?: number;
}

/** Starts work that belongs to no owner: nobody tracks it, but it has a cause and can be cancelled. */
export function startAlone<T>(
  body: (signal: AbortSignal) => T | PromiseLike<T>,
  { name, context, parent = 0 }: AloneOptions,
): StartedWork<T> {
  const controller = new AbortController();
  // Whose it is nobody can say, but it is code of the hub in whose code it begins.
  const execution = new Execution(currentExecution()?.hub ?? null, context, null, parent);
  const run = async (): Promise<T> => body(controller.signal);
  const work = runAsync(execution, run).then((result) => {
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
