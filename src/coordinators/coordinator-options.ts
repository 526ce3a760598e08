import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** What a coordinator fetches, and how often. */
export interface CoordinatorOptions<T> {
  /** How it is called in messages: what it fetches. */
  readonly name: string;
  /**
   * Fetches the data. Throw `UpdateFailed` for what may work again later. The signal aborts when
   * the owner is unloaded or the hub stops.
   */
  readonly update: (signal: AbortSignal) => T | PromiseLike<T>;
  /** Milliseconds from the end of one refresh to the next, above 0; `null`: none. @default null */
  readonly updateIntervalMs?: number | null;
  /** Called once, before the first `update`, by `firstRefresh`. */
  readonly setup?: (signal: AbortSignal) => unknown;
  /** If false, listeners are only called when the data has changed, compared in depth. @default true */
  readonly alwaysUpdate?: boolean;
  /** The cool-down of `requestRefresh`, in milliseconds from 0 up. @default 10_000 */
  readonly requestRefreshCooldownMs?: number;
}

/** @throws InvalidOptionError naming the option and the value. */
export function checkCoordinatorOptions({
  name,
  update,
  updateIntervalMs = null,
  setup,
  alwaysUpdate,
}: CoordinatorOptions<unknown>): void {
  if (typeof name !== 'string' || name === '') refuse('a text', 'name', name);
  if (typeof update !== 'function') refuse('a function', 'update', update);
  if (updateIntervalMs !== null && !(Number.isFinite(updateIntervalMs) && updateIntervalMs > 0))
    refuse('milliseconds above 0', 'updateIntervalMs', updateIntervalMs);
  if (setup !== undefined && typeof setup !== 'function') refuse('a function', 'setup', setup);
  if (alwaysUpdate !== undefined && typeof alwaysUpdate !== 'boolean')
    refuse('true or false', 'alwaysUpdate', alwaysUpdate);
}

function refuse(expected: string, name: string, value: unknown): never {
  throw new InvalidOptionError(
    `Expected ${expected} as \`${name}\` of a coordinator, got ${quote(value)}.`,
  );
}
