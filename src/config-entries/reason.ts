import { ConfigEntryAuthFailed } from '../errors/integration-errors.js';

/** Why an entry is not loaded, in words: of the error, or else of what caused it. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.message) return error.message;
  if (error.cause !== undefined) return reasonOf(error.cause);
  return error instanceof ConfigEntryAuthFailed ? 'could not authenticate' : error.name;
}
