import { types } from 'node:util';
import { InvalidAttributesError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { isPlainObject, repeats } from './plain-data.js';

/** What is known of an entity beside its state: plain data, deeply frozen. */
export type Attributes = Readonly<Record<string, unknown>>;

export const NO_ATTRIBUTES: Attributes = Object.freeze({});

const MAX_DEPTH = 500; // the stack would take some thousands
const OWN = { enumerable: true, configurable: true, writable: true };

/**
 * V8 gives objects that were filled key by key in the same order one common layout, and keeps it
 * when they are frozen; from about 20 keys on it makes each a dictionary instead, five times as
 * slow to copy and to compare. A copy by `...` stays an object, but has a layout of its own.
 */
const FEW_KEYS = 18;

/**
 * A deeply frozen copy of plain data: text, numbers, booleans, null, lists and objects of these.
 * Lists and objects directly in it that say what they said in `before` are shared with it.
 *
 * @throws InvalidAttributesError naming the path and the value of anything else, of a cycle, and
 * of a getter that throws.
 */
export function freezeAttributes(
  given: unknown,
  entityId: string,
  before: Attributes = NO_ATTRIBUTES,
): Attributes {
  if (!isObject(given) || !isPlainObject(given))
    throw invalid(entityId, 'attributes', given, 'an object');
  return freezeObject(given, entityId, 'attributes', [], before);
}

/** @param above the lists and objects in which `given` is, to notice a cycle */
function freezeObject(
  given: object,
  entityId: string,
  path: string,
  above: object[],
  before: Attributes,
): Attributes {
  above.push(given);
  const copy = shallowCopy(given, entityId, path);
  for (const key in copy) {
    const value = copy[key];
    if (isLeaf(value) || !Object.hasOwn(copy, key)) continue; // `in` shows also what is inherited
    const known = Object.hasOwn(before, key) ? before[key] : undefined;
    copy[key] = repeats(known, value)
      ? known
      : freezeBranch(value, entityId, `${path}.${key}`, above);
  }
  above.pop();
  return Object.freeze(copy);
}

function freezeList(
  given: readonly unknown[],
  entityId: string,
  path: string,
  above: object[],
): readonly unknown[] {
  above.push(given);
  const copy: unknown[] = [];
  for (let i = 0; i < given.length; i++) {
    const value = read(given, i, entityId, path);
    copy.push(isLeaf(value) ? value : freezeBranch(value, entityId, `${path}[${i}]`, above));
  }
  above.pop();
  return Object.freeze(copy);
}

function freezeBranch(given: unknown, entityId: string, path: string, above: object[]): unknown {
  const isList = Array.isArray(given);
  if (!isObject(given) || (!isList && !isPlainObject(given)))
    throw invalid(entityId, path, given, 'plain data');
  if (above.includes(given)) throw invalid(entityId, path, 'a cycle', 'plain data');
  if (above.length === MAX_DEPTH)
    throw new InvalidAttributesError(
      `The attributes of \`${entityId}\` can be nested ${MAX_DEPTH} deep; they go on in ${quote(path)}.`,
    );
  return isList
    ? freezeList(given, entityId, path, above)
    : freezeObject(given, entityId, path, above, NO_ATTRIBUTES);
}

function shallowCopy(given: object, entityId: string, path: string): Record<string, unknown> {
  const keys = Object.keys(given);
  if (keys.length > FEW_KEYS) {
    try {
      return spreadCopy(given);
    } catch {
      // What follows finds out which getter has thrown.
    }
  }
  const copy: Record<string, unknown> = {};
  for (const key of keys) {
    const value = read(given, key, entityId, path);
    if (key === '__proto__') Object.defineProperty(copy, key, { ...OWN, value });
    else copy[key] = value;
  }
  return copy;
}

function spreadCopy(given: object): Record<string, unknown> {
  const copy: Record<string | symbol, unknown> = { ...given };
  for (const symbol of Object.getOwnPropertySymbols(copy)) Reflect.deleteProperty(copy, symbol);
  return copy;
}

function read(given: object, key: string | number, entityId: string, path: string): unknown {
  try {
    return (given as Readonly<Record<string | number, unknown>>)[key];
  } catch (cause) {
    const where = typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`;
    throw new InvalidAttributesError(`Reading \`${where}\` of \`${entityId}\` failed.`, { cause });
  }
}

function isLeaf(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
    case 'number':
    case 'boolean':
    case 'undefined':
      return true;
    default:
      return value === null;
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function invalid(entityId: string, path: string, value: unknown, wanted: string): Error {
  const hint = types.isDate(value) ? ' Write a date as text: `date.toISOString()`.' : '';
  return new InvalidAttributesError(
    `Expected ${wanted} as \`${path}\` of \`${entityId}\`, got ${quote(value)}.${hint}`,
  );
}
