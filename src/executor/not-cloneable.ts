import { NotCloneableError } from '../errors/work-errors.js';

/** Says which of the arguments of `name` could not be copied, after the attempt has failed. */
export function argumentsNotCloneable(
  name: string,
  args: readonly unknown[],
  cause: unknown,
): NotCloneableError {
  const index = args.findIndex((arg) => !isCloneable(arg));
  const which = index < 0 ? 'What is passed to' : `Argument ${index + 1} of`;
  return new NotCloneableError(
    `${which} \`${name}\` cannot be copied to another thread: ${messageOf(cause)}`,
    { cause },
  );
}

/** Says that `result`, which came from `name`, could not be copied. */
export function resultNotCloneable(
  name: string,
  result: unknown,
  cause: unknown,
): NotCloneableError {
  const hint = isIterator(result) ? ' It is an iterator: return an array of what it yields.' : '';
  return new NotCloneableError(
    `The result of \`${name}\` cannot be copied to another thread: ${messageOf(cause)}${hint}`,
    { cause },
  );
}

/** Says that a thread sent something on behalf of `name` that could be written, but not read. */
export function notReadable(name: string, cause?: unknown): NotCloneableError {
  return new NotCloneableError(
    `The result of \`${name}\`, or what it passed to a callback, cannot be read in another thread: ${cause === undefined ? 'it may be nested too deep' : messageOf(cause)}`,
    { cause },
  );
}

/** Whether copying it throws, whatever it throws. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value);
    return true;
  } catch {
    return false;
  }
}

function isIterator(value: unknown): boolean {
  try {
    return typeof (value as { next?: unknown } | null | undefined)?.next === 'function';
  } catch {
    return false;
  }
}

/** The message of whatever was thrown: a getter among what is copied can throw anything. */
export function messageOf(error: unknown): string {
  try {
    return String((error as { message?: unknown } | null | undefined)?.message ?? error);
  } catch {
    return 'what was thrown cannot be read';
  }
}
