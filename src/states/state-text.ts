import { InvalidStateError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** What a state can be written as; it is kept as text. */
export type StateValue = string | number | boolean;

const MAX_LENGTH = 255; // Home Assistant's

/**
 * The text of a state: `on` and `21.5` as they are, `true` as `true`.
 *
 * @throws InvalidStateError naming the entity and the value of anything that has no such text.
 */
export function stateText(value: unknown, entityId: string): string {
  if (typeof value === 'string' && value.length <= MAX_LENGTH) return value;
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (typeof value !== 'string' && !isNumber && typeof value !== 'boolean')
    throw new InvalidStateError(
      `Expected text, a finite number or a boolean as the state of \`${entityId}\`, got ${quote(value)}.`,
    );
  const text = String(value);
  if (text.length > MAX_LENGTH)
    throw new InvalidStateError(
      `The state of \`${entityId}\` can have ${MAX_LENGTH} characters, got ${text.length}: ${quote(text)}.`,
    );
  return text;
}
