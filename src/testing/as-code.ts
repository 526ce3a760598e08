import { inspect } from 'node:util';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/**
 * A value as source code that makes one like it: plain data, dates, maps, sets, errors by their
 * message; of other objects what `toJSON` gives, or their own fields.
 *
 * @throws InvalidOptionError for a function, a symbol, and an object that contains itself.
 */
export function asCode(value: unknown): string {
  return codeOf(value, []);
}

function codeOf(value: unknown, around: readonly object[]): string {
  if (typeof value === 'function' || typeof value === 'symbol')
    throw new InvalidOptionError(`Expected data that can be written down, got ${quote(value)}.`);
  // Numbers with their sign, long numbers with their `n`, texts in quotes.
  if (typeof value !== 'object' || value === null)
    return inspect(value, { compact: true, breakLength: Infinity, maxStringLength: Infinity });
  if (around.includes(value))
    throw new InvalidOptionError(
      `Expected data that can be written down, got an object that contains itself: ${quote(value)}.`,
    );
  return codeOfObject(value, (inner) => codeOf(inner, [...around, value]));
}

function codeOfObject(value: object, code: (inner: unknown) => string): string {
  const list = (items: Iterable<unknown>): string => `[${Array.from(items, code).join(', ')}]`;
  if (Array.isArray(value)) return list(value as unknown[]);
  const toJSON: unknown = 'toJSON' in value ? value.toJSON : undefined;
  switch (Object.prototype.toString.call(value)) {
    case '[object Date]':
      return `new Date(${Number(value)})`;
    case '[object Map]':
      return `new Map(${list(value as Map<unknown, unknown>)})`;
    case '[object Set]':
      return `new Set(${list(value as Set<unknown>)})`;
    case '[object Error]':
      return `new Error(${code((value as Error).message)})`;
    default:
      if (typeof toJSON === 'function') return code(toJSON.call(value));
  }
  const fields = Object.entries(value).map(([key, inner]) => `${keyOf(key)}: ${code(inner)}`);
  return fields.length > 0 ? `{ ${fields.join(', ')} }` : '{}';
}

/** What stands before the colon; `__proto__` there would be no field. */
function keyOf(key: string): string {
  if (key === '__proto__') return `['__proto__']`;
  return /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : asCode(key);
}
