/**
 * Whether `given`, of which nothing is known, says the same as `kept`, which is plain data: strict,
 * deep, whatever the order of keys. What would not be taken as plain data repeats nothing, and what
 * cannot be read does not either. It goes no deeper than `kept`, so a cycle does not hold it up.
 */
export function repeats(kept: unknown, given: unknown): boolean {
  try {
    return isRepeated(kept, given);
  } catch {
    return false; // a getter has thrown
  }
}

/**
 * Whether `value` is an object without a class.
 *
 * V8 compiles the reading of `__proto__` to nothing, but has to call `Object.getPrototypeOf`. An
 * object that has a property of that name can say of itself what it likes; its copy is plain.
 */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const { __proto__: prototype } = value as { readonly __proto__?: unknown };
  return prototype === Object.prototype || hasPlainPrototype(value);
}

// Of any realm: a test runner's objects have another Object.prototype.
function hasPlainPrototype(value: object): boolean {
  if (Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isRepeated(kept: unknown, given: unknown): boolean {
  if (Object.is(kept, given)) return true;
  if (typeof kept !== 'object' || typeof given !== 'object') return false;
  if (kept === null || given === null) return false;
  if (Array.isArray(kept)) return Array.isArray(given) && isListRepeated(kept, given);
  return isPlainObject(given) && isObjectRepeated(kept as Readonly<Record<string, unknown>>, given);
}

function isListRepeated(kept: readonly unknown[], given: readonly unknown[]): boolean {
  const { length } = kept;
  if (given.length !== length) return false;
  for (let i = 0; i < length; i++) if (!isRepeated(kept[i], given[i])) return false;
  return true;
}

function isObjectRepeated(
  kept: Readonly<Record<string, unknown>>,
  given: Readonly<Record<string, unknown>>,
): boolean {
  let more = 0;
  // `for in` makes no list of keys: this runs at many writes of a state.
  for (const key in given) {
    if (!Object.hasOwn(kept, key) || !isRepeated(kept[key], given[key])) return false;
    more++;
  }
  for (const key in kept) if (Object.hasOwn(kept, key)) more--;
  return more === 0;
}
