import { OperationNotAllowedError } from '../errors/integration-errors.js';
import type { ManagedEntry } from './config-entry.js';

/** What is set up or unloaded would wait for itself. @throws OperationNotAllowedError */
export function refuseFromInside(entry: ManagedEntry, what: string): void {
  if (entry.isCaller()) throw notAllowed(entry, what);
}

/** The error for what an entry cannot be now. */
export function notAllowed({ label, state }: ManagedEntry, what: string): OperationNotAllowedError {
  return new OperationNotAllowedError(`${label} cannot be ${what} while it is \`${state}\`.`);
}
