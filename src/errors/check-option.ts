import { InvalidOptionError } from './input-errors.js';
import { quote } from './quote.js';

/** @throws InvalidOptionError when it is not a number of milliseconds above 0. */
export function checkMs(
  name: string,
  value: unknown,
  { orZero = false, orInfinity = false } = {},
): void {
  const isInRange = typeof value === 'number' && (orZero ? value >= 0 : value > 0);
  if (isInRange && (orInfinity || value !== Infinity)) return;
  throw refusal(orZero ? 'milliseconds from 0 up' : 'milliseconds above 0', name, value);
}

/** @throws InvalidOptionError when it is not a whole number from `least` up. */
export function checkCount(
  name: string,
  value: unknown,
  { least = 1, orInfinity = false } = {},
): void {
  const isCount = Number.isInteger(value) || (orInfinity && value === Infinity);
  if (isCount && (value as number) >= least) return;
  throw refusal(`a whole number from ${least} up`, name, value);
}

/** @throws InvalidOptionError when it is not one of `allowed`. */
export function checkOneOf(name: string, value: unknown, allowed: readonly unknown[]): void {
  if (allowed.includes(value)) return;
  throw refusal(`one of ${allowed.map((one) => quote(one)).join(', ')}`, name, value);
}

/** @throws InvalidOptionError when it is not a function. */
export function checkFunction(name: string, value: unknown): void {
  if (typeof value === 'function') return;
  throw refusal('a function', name, value);
}

/** @throws InvalidOptionError when it is not a text with something in it. */
export function checkText(name: string, value: unknown): void {
  if (typeof value === 'string' && value !== '') return;
  throw refusal('a text', name, value);
}

/** @throws InvalidOptionError when it is neither an AbortSignal nor left out. */
export function checkSignal(value: AbortSignal | undefined): void {
  if (value === undefined || value instanceof AbortSignal) return;
  throw refusal('an AbortSignal', 'signal', value);
}

function refusal(expected: string, name: string, value: unknown): InvalidOptionError {
  return new InvalidOptionError(`Expected ${expected} as \`${name}\`, got ${quote(value)}.`);
}
