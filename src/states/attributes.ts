import { types } from 'node:util';
import { InvalidAttributesError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** What is known of an entity beside its state: plain data, deeply frozen. */
export type Attributes = Readonly<Record<string, unknown>>;

export const NO_ATTRIBUTES: Attributes = Object.freeze({});

/**
 * A deeply frozen copy of plain data: text, numbers, booleans, null, lists and objects of these.
 *
 * @throws InvalidAttributesError naming the path and the value of anything else, of a cycle, and
 * of a getter that throws.
 */
export function freezeAttributes(given: unknown, entityId: string): Attributes {
  if (given === undefined || given === null) return NO_ATTRIBUTES;
  if (!isPlainObject(given)) throw invalid(entityId, 'attributes', given, 'an object');
  return freezeObject(given, entityId, 'attributes', []);
}

/** Whether two frozen values say the same: strict, deep, whatever the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = a as Record<string, unknown>;
  const right = b as Record<string, unknown>;
  // `for in` makes no list of keys: this runs at every write of a state.
  for (const key in left) {
    if (!Object.hasOwn(right, key) || !isSame(left[key], right[key])) return false;
  }
  for (const key in right) if (!Object.hasOwn(left, key)) return false;
  return true;
}

function freezeObject(
  given: object,
  entityId: string,
  path: string,
  above: readonly object[],
): Attributes {
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(given)) {
    const value = freezeValue(() => (given as Attributes)[key], entityId, `${path}.${key}`, [
      ...above,
      given,
    ]);
    if (key === '__proto__')
      Object.defineProperty(copy, key, { value, enumerable: true, configurable: true });
    else copy[key] = value;
  }
  return Object.freeze(copy);
}

function freezeValue(
  read: () => unknown,
  entityId: string,
  path: string,
  above: readonly object[],
): unknown {
  let value: unknown;
  try {
    value = read();
  } catch (cause) {
    throw new InvalidAttributesError(`Reading \`${path}\` of \`${entityId}\` failed.`, { cause });
  }
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return value;
    case 'object':
      if (value === null) return value;
      if (above.includes(value)) throw invalid(entityId, path, 'a cycle', 'plain data');
      if (Array.isArray(value)) {
        const list = value;
        return Object.freeze(
          list.map((_, i) =>
            freezeValue(() => list[i], entityId, `${path}[${i}]`, [...above, list]),
          ),
        );
      }
      if (isPlainObject(value)) return freezeObject(value, entityId, path, above);
  }
  throw invalid(entityId, path, value, 'plain data');
}

// Of any realm: a test runner's objects have another Object.prototype.
function isPlainObject(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function invalid(entityId: string, path: string, value: unknown, wanted: string): Error {
  const hint = types.isDate(value) ? ' Write a date as text: `date.toISOString()`.' : '';
  return new InvalidAttributesError(
    `Expected ${wanted} as \`${path}\` of \`${entityId}\`, got ${quote(value)}.${hint}`,
  );
}
