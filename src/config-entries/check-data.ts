import { InvalidConfigError } from '../errors/input-errors.js';
import type { Integration, NewConfigEntry } from '../hub-api/config-entry.js';
import type { SchemaIssue } from '../hub-api/standard-schema.js';

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
