import { InvalidConfigError, InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Integration, NewConfigEntry } from '../hub-api/config-entry.js';
import type { SchemaIssue } from '../hub-api/standard-schema.js';

/** @throws InvalidOptionError naming what cannot be an entry. */
export function checkNewEntry(entry: NewConfigEntry): void {
  const given: { readonly [K in keyof NewConfigEntry]: unknown } = entry ?? {};
  const { domain, title, entryId, data, options, stored } = given;
  if (typeof domain !== 'string') refuse('a domain', 'domain', domain);
  if (title !== undefined && (typeof title !== 'string' || title === ''))
    refuse('text', 'title', title);
  if (entryId !== undefined && !(typeof entryId === 'string' && /^[\w.-]{1,64}$/.test(entryId)))
    refuse('1 to 64 letters, digits, `_`, `-` or `.`', 'entryId', entryId);
  if (data !== undefined && !isObject(data)) refuse('an object', 'data', data);
  if (options !== undefined && !isObject(options)) refuse('an object', 'options', options);
  if (stored !== undefined && typeof stored !== 'boolean')
    refuse('true or false', 'stored', stored);
}

/**
 * The data of an entry as its integration wants it: checked, with defaults filled in.
 *
 * @throws InvalidConfigError (as a rejection) naming every path that is wrong.
 */
export async function checkData(
  { configSchema, domain }: Integration<unknown>,
  { data = {}, title }: NewConfigEntry,
): Promise<unknown> {
  if (!configSchema) return { ...data };
  const result = await configSchema['~standard'].validate(data);
  if (!result.issues) return result.value;
  const which = title === undefined || title === domain ? domain : `${domain} "${title}"`;
  throw new InvalidConfigError(
    `The configuration of ${which} is wrong: ${result.issues.map(describeIssue).join('; ')}`,
    { cause: result.issues },
  );
}

function describeIssue({ message, path = [] }: SchemaIssue): string {
  const keys = path.map((part) => String(typeof part === 'object' ? part.key : part));
  return keys.length === 0 ? message : `\`${keys.join('.')}\`: ${message}`;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function refuse(expected: string, name: string, value: unknown): never {
  throw new InvalidOptionError(
    `Expected ${expected} as \`${name}\` of a config entry, got ${quote(value)}.`,
  );
}
