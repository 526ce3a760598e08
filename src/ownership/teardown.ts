import type { TeardownLogic } from 'rxjs';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

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
