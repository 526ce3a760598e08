import { BRAND, isHubError } from './hub-error.js';
import * as httpErrors from './http-errors.js';
import * as inputErrors from './input-errors.js';
import * as integrationErrors from './integration-errors.js';
import * as storageErrors from './storage-errors.js';
import * as workErrors from './work-errors.js';

/**
 * An error as plain data, so that it crosses threads whole: structured clone alone keeps only
 * the built-in classes, and loses name, code and fields of all others.
 */
export interface WireError {
  /** The name of its class, unless it says another itself. */
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** An error of rxhome, also if its class is not known on the other side. */
  readonly isHub: boolean;
  readonly cause?: WireValue;
  readonly errors?: readonly WireValue[];
}

/** Anything can be thrown: an error, or a plain value. */
export type WireValue = { readonly error: WireError } | { readonly value: unknown };

type ErrorClass = abstract new (...args: never[]) => Error;

const MAX_DEPTH = 8;
const classes = new Map<string, ErrorClass>();
for (const known of [
  Error,
  TypeError,
  RangeError,
  SyntaxError,
  ReferenceError,
  URIError,
  EvalError,
])
  classes.set(known.name, known);
classes.set('AggregateError', AggregateError);
for (const known of [inputErrors, workErrors, integrationErrors, storageErrors, httpErrors])
  for (const errorClass of Object.values<ErrorClass>(known))
    classes.set(errorClass.name, errorClass);

/**
 * Makes `instanceof` work for an error class of your own after it crossed a thread. Without it
 * such an error still keeps its name, message, stack, cause and fields.
 */
export function registerErrorClass(errorClass: ErrorClass): void {
  classes.set(errorClass.name, errorClass);
}

/**
 * Takes an error apart. What cannot be cloned among its fields is kept as text. It never throws,
 * whatever happens when somebody looks at what was thrown.
 */
export function toWire(thrown: unknown, depth = 0): WireValue {
  try {
    return isError(thrown)
      ? { error: takeApart(thrown, depth) }
      : { value: cloneable(() => thrown) };
  } catch {
    return { value: 'Something was thrown that cannot be read.' };
  }
}

function takeApart(thrown: Error, depth: number): WireError {
  const fields: Record<string, unknown> = {};
  for (const key of Object.keys(thrown)) {
    if (key === 'cause' || key === 'errors' || key === 'name') continue;
    const value = cloneable(() => (thrown as unknown as Record<string, unknown>)[key]);
    // Not by an assignment, which would take a field `__proto__` for something else.
    Object.defineProperty(fields, key, { value, enumerable: true });
  }
  const { message, stack, cause } = thrown;
  const errors = (thrown as { errors?: unknown }).errors;
  return {
    name: nameOf(thrown),
    message,
    ...(stack === undefined ? {} : { stack }),
    fields,
    isHub: isHubError(thrown),
    ...(cause === undefined || depth >= MAX_DEPTH ? {} : { cause: toWire(cause, depth + 1) }),
    ...(Array.isArray(errors) && depth < MAX_DEPTH
      ? { errors: errors.map((error) => toWire(error, depth + 1)) }
      : {}),
  };
}

/** Few classes of errors set `name`, and inherit one that says less than their own. */
function nameOf(thrown: Error): string {
  const { name } = thrown;
  const ownName = (thrown.constructor as { name?: unknown } | undefined)?.name;
  const isBuiltIn = globalThis[name as 'Error'] !== undefined;
  return isBuiltIn && typeof ownName === 'string' && ownName !== '' ? ownName : name;
}

/** Puts an error together again, of the class it had if that class is known here. */
export function fromWire(wire: WireValue): unknown {
  if ('value' in wire) return wire.value;
  const { name, message, stack, fields, isHub, cause, errors } = wire.error;
  const error = new Error(message, cause === undefined ? undefined : { cause: fromWire(cause) });
  const known = classes.get(name);
  if (known) Object.setPrototypeOf(error, known.prototype as object);
  if (isHub && !isHubError(error)) define(error, BRAND, true);
  define(error, 'name', name);
  if (stack !== undefined) define(error, 'stack', stack);
  if (errors) define(error, 'errors', errors.map(fromWire));
  for (const [key, field] of Object.entries(fields))
    Object.defineProperty(error, key, {
      value: field,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  return error;
}

function define(error: Error, key: string | symbol, value: unknown): void {
  Object.defineProperty(error, key, { value, configurable: true, writable: true });
}

// Errors of another realm (a test runner's) are not `instanceof` ours.
function isError(value: unknown): value is Error {
  return (
    value instanceof Error ||
    isHubError(value) ||
    /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value))
  );
}

function cloneable(read: () => unknown): unknown {
  try {
    const value = read();
    if (typeof value === 'function' || typeof value === 'symbol') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    return copyOf(value);
  } catch {
    return '[Something that cannot be read]';
  }
}

function copyOf(value: object): unknown {
  try {
    return structuredClone(value);
  } catch {
    return `[${value.constructor?.name ?? 'Object'}, which cannot be copied between threads]`;
  }
}
