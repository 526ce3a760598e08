import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** What `listen` and `waitFor` can be given alike; of any type, as it may come from JavaScript. */
export interface GivenOptions {
  readonly filter?: unknown;
  readonly signal?: unknown;
  readonly name?: unknown;
  readonly timeoutMs?: unknown;
}

/**
 * Checks options before anything is registered.
 *
 * @throws InvalidOptionError naming the option and the value.
 */
export function checkOptions({ filter, signal, name, timeoutMs }: GivenOptions): void {
  if (filter !== undefined && typeof filter !== 'function')
    throw invalid('filter', 'a function', filter);
  if (signal !== undefined && !isSignal(signal)) throw invalid('signal', 'an AbortSignal', signal);
  if (name !== undefined && typeof name !== 'string') throw invalid('name', 'text', name);
  if (timeoutMs !== undefined && !(typeof timeoutMs === 'number' && timeoutMs >= 0))
    throw invalid('timeoutMs', 'milliseconds from 0 up', timeoutMs);
}

// Of any realm.
function isSignal(value: unknown): boolean {
  const like = value as Partial<AbortSignal> | null;
  return typeof like?.aborted === 'boolean' && typeof like.addEventListener === 'function';
}

function invalid(option: string, wanted: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(`Expected ${wanted} as option \`${option}\`, got ${quote(value)}.`);
}
