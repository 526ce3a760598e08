import { InvalidEventTypeError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

const MAX_LENGTH = 64; // Home Assistant's

/** @throws InvalidEventTypeError when the type is not a string of 1 to 64 characters. */
export function assertEventType(type: unknown): void {
  if (typeof type === 'string' && type.length > 0 && type.length <= MAX_LENGTH) return;
  throw invalidType(type);
}

function invalidType(type: unknown): InvalidEventTypeError {
  const length = typeof type === 'string' ? ` of ${type.length} characters` : '';
  return new InvalidEventTypeError(
    `Expected an event type of 1 to ${MAX_LENGTH} characters, got ${quote(type)}${length}.`,
  );
}
