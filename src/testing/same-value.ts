/**
 * Whether two values are alike in depth: same kind, same content, by own enumerable fields.
 *
 * Classes are compared by name and prototypes not at all, because values that crossed a thread
 * or a test runner's realm have other ones. Errors are alike when name, message, cause and
 * fields are. An object with `toJSON` is what that returns. A matcher of jest or vitest
 * (`expect.any(…)`) as `expected` decides by itself.
 */
export function sameValue(actual: unknown, expected: unknown): boolean {
  return same(actual, expected, new Map());
}

/** Whether `actual` has at least the fields of `expected`, alike in depth. */
export function hasFields(actual: object, expected: object): boolean {
  return Object.entries(expected).every(
    ([key, value]) => key in actual && sameValue((actual as Fields)[key], value),
  );
}

/** A matcher of jest, vitest or sinon: it decides by itself what is alike. */
export interface Matcher {
  asymmetricMatch(actual: unknown): unknown;
}

export function isMatcher(value: unknown): value is Matcher {
  return isObject(value) && isFunction(value.asymmetricMatch);
}

type Pairs = Map<object, Set<object>>;

function same(actual: unknown, expected: unknown, seen: Pairs): boolean {
  if (Object.is(actual, expected)) return true;
  if (isMatcher(expected)) return expected.asymmetricMatch(actual) === true;
  if (!isObject(actual) || !isObject(expected)) return false;
  // A pair that is being compared further up is alike unless something else differs.
  const partners = seen.get(actual) ?? new Set();
  if (partners.has(expected)) return true;
  seen.set(actual, partners.add(expected));
  return sameObject(actual, expected, seen);
}

function sameObject(actual: Fields, expected: Fields, seen: Pairs): boolean {
  const tag = tagOf(actual);
  if (tag !== tagOf(expected) || classOf(actual) !== classOf(expected)) return false;
  const alike = (a: unknown, b: unknown): boolean => same(a, b, seen);
  switch (tag) {
    case 'Date':
      return Object.is(Number(actual), Number(expected));
    case 'RegExp':
      return RegExp.prototype.toString.call(actual) === RegExp.prototype.toString.call(expected);
    case 'Map':
    case 'Set':
      return alike(
        [...(actual as unknown as Set<unknown>)],
        [...(expected as unknown as Set<unknown>)],
      );
    case 'Function':
    case 'Promise':
    case 'WeakMap':
    case 'WeakSet':
      return false;
    case 'Error':
    case 'DOMException':
      return (
        alike(
          [actual.name, actual.message, actual.cause, actual.errors],
          [expected.name, expected.message, expected.cause, expected.errors],
        ) && sameFields(actual, expected, alike)
      );
    default:
      if (isFunction(actual.toJSON) && isFunction(expected.toJSON))
        return alike(actual.toJSON.call(actual), expected.toJSON.call(expected));
      // Nothing of it can be seen: private fields only, so only the very same one is alike.
      if (!PLAIN.has(classOf(actual)) && keysOf(actual).length === 0 && !isList(tag)) return false;
      return sameFields(actual, expected, alike);
  }
}

type Fields = Record<PropertyKey, unknown>;

const PLAIN = new Set(['Object', '']);

function isObject(value: unknown): value is Fields {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function isFunction(value: unknown): value is (this: unknown, ...args: unknown[]) => unknown {
  return typeof value === 'function';
}

function isList(tag: string): boolean {
  return tag.endsWith('Array');
}

function sameFields(
  actual: Fields,
  expected: Fields,
  alike: (a: unknown, b: unknown) => boolean,
): boolean {
  const keys = keysOf(actual);
  return (
    keys.length === keysOf(expected).length &&
    keys.every((key) => Object.hasOwn(expected, key) && alike(actual[key], expected[key]))
  );
}

function keysOf(value: Fields): PropertyKey[] {
  return Reflect.ownKeys(value).filter((key) =>
    Object.prototype.propertyIsEnumerable.call(value, key),
  );
}

function tagOf(value: Fields): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function classOf(value: Fields): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: string } } | null;
  return prototype?.constructor?.name ?? '';
}
