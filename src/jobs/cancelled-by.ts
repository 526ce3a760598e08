import type { CancelledError } from '../errors/work-errors.js';

/**
 * Whether `error` only says that work was told to end: it may throw the reason of its signal, what
 * is behind that, an `AbortError` made of it, or the `CancelledError` of a task that it awaited and
 * that was told to end with it.
 */
export function isCancelledBy(cancelled: CancelledError, error: unknown): boolean {
  if (error === cancelled || error === cancelled.cause) return true;
  const name = (error as { name?: unknown } | null | undefined)?.name;
  return name === 'AbortError' || name === 'CancelledError';
}
