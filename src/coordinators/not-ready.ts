import {
  ConfigEntryAuthFailed,
  ConfigEntryError,
  ConfigEntryNotReady,
} from '../errors/integration-errors.js';
import { quote } from '../errors/quote.js';

/** What the failure of a first refresh means for the entry: try again later, unless it says more. */
export function notReady(name: string, error: unknown): unknown {
  if (error instanceof ConfigEntryAuthFailed || error instanceof ConfigEntryError) return error;
  const reason = error instanceof Error ? error.message : quote(error);
  return new ConfigEntryNotReady(`${name}: ${reason}`, { cause: error });
}
