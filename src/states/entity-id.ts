import { InvalidEntityIdError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** `domain.object_id`: which kind of thing, and which one. */
export interface EntityIdParts {
  readonly domain: string;
  readonly objectId: string;
}

// Home Assistant's rules, without the two quirks of its expression: there `\d` also takes digits
// of other scripts, and `$` takes a newline at the end.
const ENTITY_ID = /^(?!.*__)(?!_)([a-z0-9_]+)(?<!_)\.(?!_)([a-z0-9_]+)(?<!_)$/;

/** Whether `value` is an entity id; a state can only be written under one. */
export function isEntityId(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\n') && ENTITY_ID.test(value);
}

/**
 * Takes an entity id apart.
 *
 * @throws InvalidEntityIdError naming the value, and the lower-case form where that would do.
 */
export function parseEntityId(value: unknown): EntityIdParts {
  if (!isEntityId(value)) throw invalidEntityId(value);
  const dot = value.indexOf('.');
  return { domain: value.slice(0, dot), objectId: value.slice(dot + 1) };
}

/** Text of anybody's as the second part of an entity id: `My report.pdf` → `my_report_pdf`. */
export function slugify(text: string): string {
  const slug = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '');
  return slug || 'unknown';
}

function invalidEntityId(value: unknown): InvalidEntityIdError {
  const lower = typeof value === 'string' ? value.trim().toLowerCase() : value;
  const hint = lower !== value && isEntityId(lower) ? ` Did you mean ${quote(lower)}?` : '';
  return new InvalidEntityIdError(
    `Expected an entity id like \`light.kitchen\`, got ${quote(value)}.${hint}`,
  );
}
