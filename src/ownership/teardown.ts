import type { TeardownLogic } from 'rxjs';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { TeardownError } from '../errors/work-errors.js';

/**
 * Anything that can be ended: a function (async or not), an rxjs Subscription, or an object for
 * `using` or `await using`.
 */
export type Teardown =
  TeardownLogic | Disposable | AsyncDisposable | (() => void | PromiseLike<unknown>);

/**
 * The function that ends `teardown`.
 *
 * @throws InvalidOptionError when it is nothing that can be ended.
 */
export function teardownFunction(teardown: Teardown): () => unknown {
  if (typeof teardown === 'function') return teardown;
  if (typeof teardown === 'object' && teardown !== null) {
    if (Symbol.asyncDispose in teardown) return () => teardown[Symbol.asyncDispose]();
    if (Symbol.dispose in teardown) return () => teardown[Symbol.dispose]();
    if ('unsubscribe' in teardown) return () => teardown.unsubscribe();
  }
  throw new InvalidOptionError(
    `Expected a teardown (a function, a Subscription or a Disposable), got ${quote(teardown)}.`,
  );
}

/** The name under which a teardown is reported. */
export function teardownName(teardown: Teardown): string {
  if (typeof teardown === 'function') return teardown.name || 'teardown';
  return teardown?.constructor?.name ?? 'teardown';
}

/** One error for all that has failed while `owner` was closed. */
export function teardownError(owner: string, failures: readonly unknown[]): TeardownError {
  const messages = failures.map((error) =>
    error instanceof Error ? error.message : String(error),
  );
  return new TeardownError(
    `${failures.length} of the teardowns of \`${owner}\` failed: ${messages.join('; ')}`,
    failures,
  );
}
