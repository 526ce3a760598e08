import { isThenable } from '../clock/is-thenable.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Scope } from '../ownership/scope.js';
import type { Stored } from './read-stored.js';

/** What is to be written to a store file, and for whom. */
export interface PendingSave {
  readonly owner: Scope;
  readonly version: number;
  /** The text of the file, of the data as it is now. */
  text(): string;
  /** From now on the text is that of this moment. */
  settle(): void;
}

/** A save of data as it is now. @throws InvalidOptionError when it cannot be written as JSON. */
export function saveOf(owner: Scope, { key, version }: StoreName, data: unknown): PendingSave {
  const text = textOf(key, version, data);
  return { owner, version, text: () => text, settle: () => undefined };
}

/** A save of data that is asked for when it is written. */
export function laterSaveOf(
  owner: Scope,
  { key, version }: StoreName,
  make: () => unknown,
): PendingSave {
  let text = (): string => textOf(key, version, make());
  const settle = (): void => {
    const settled = text();
    text = () => settled;
  };
  return { owner, version, text: () => text(), settle };
}

/** What a load would find in the file that is about to be written: a copy. */
export function storedIn(pending: PendingSave): Stored {
  return JSON.parse(pending.text()) as Stored;
}

interface StoreName {
  readonly key: string;
  readonly version: number;
}

function textOf(key: string, version: number, data: unknown): string {
  // JSON would make an empty object of it, without a word.
  if (isThenable(data))
    throw new InvalidOptionError(`The data for store ${quote(key)} is a promise: await it.`);
  let json: string | undefined;
  try {
    json = JSON.stringify(data, null, 2);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidOptionError(
      `The data for store ${quote(key)} cannot be written as JSON: ${reason}`,
      { cause: error },
    );
  }
  if (json === undefined)
    throw new InvalidOptionError(
      `Expected data for store ${quote(key)} that JSON has, got ${quote(data)}.`,
    );
  return `{\n"version": ${version},\n"key": ${JSON.stringify(key)},\n"data": ${json}\n}\n`;
}
