/** How errors of another copy of the package are known. */
export const BRAND = Symbol.for('rxhome.HubError');

/**
 * The base of every error that rxhome makes.
 *
 * A subclass says what the caller should do about it; `code` says what happened and never
 * changes between versions; the message names the culprit and the value. Every code is
 * explained in `docs/errors.md`.
 */
export abstract class HubError extends Error {
  /** Stable, upper case: what happened, for programs. */
  abstract readonly code: string;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, so that it reads like a built-in error and adds nothing to a log line.
    Object.defineProperty(this, 'name', {
      value: new.target.name,
      configurable: true,
      writable: true,
    });
  }

  get [BRAND](): true {
    return true;
  }
}

/**
 * Whether `value` is an error of rxhome, and of this `code` if one is given.
 *
 * Unlike `instanceof` it also knows errors of another copy of the package and errors that came
 * from a worker thread.
 */
export function isHubError(value: unknown, code?: string): value is HubError {
  if (typeof value !== 'object' || value === null || !(BRAND in value)) return false;
  return code === undefined || (value as unknown as HubError).code === code;
}
