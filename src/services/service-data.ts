import { isThenable } from '../clock/is-thenable.js';
import { InvalidServiceResponseError, ServiceValidationError } from '../errors/service-errors.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { CallOptions, ServiceData, ServiceResponse } from '../hub-api/services.js';
import type { SchemaResult } from '../hub-api/standard-schema.js';
import type { RegisteredService } from './service-table.js';

/** The data of a call with its target over it: an object of its own, so that the caller's stays. */
export function mergeTarget(data: unknown, target: unknown): ServiceData {
  for (const [name, value] of Object.entries({ data, target }))
    if (value !== undefined && !isRecord(value))
      throw new InvalidOptionError(`Expected an object as ${name}, got ${quote(value)}.`);
  return Object.freeze({ ...(data as ServiceData), ...(target as ServiceData) });
}

/**
 * The data as the schema of the service makes it; a promise only if the schema needs one.
 *
 * @throws ServiceValidationError naming every path that is wrong.
 */
export function validate(
  { schema, ...called }: ServiceNamed & Pick<RegisteredService, 'schema'>,
  data: ServiceData,
): unknown {
  if (!schema) return data;
  const result = schema['~standard'].validate(data);
  return isThenable(result)
    ? result.then((settled) => valueOf(called, settled))
    : valueOf(called, result);
}

function valueOf(called: ServiceNamed, result: SchemaResult<unknown>): unknown {
  if (!result.issues) return result.value;
  const issues = result.issues.map(({ message, path = [] }) => ({
    path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
  const words = issues.map(({ path, message }) => (path ? `\`${path}\`: ${message}` : message));
  throw new ServiceValidationError(
    `The data for ${named(called)} is wrong: ${words.join('; ')}`,
    issues,
  );
}

/** @throws ServiceValidationError when an answer is asked for that there is none of, or must be. */
export function checkResponse(called: RegisteredService, { returnResponse }: CallOptions): void {
  if (returnResponse && called.supportsResponse === 'none')
    throw new ServiceValidationError(
      `${named(called)} gives no answer: call it without \`returnResponse\`.`,
    );
  if (!returnResponse && called.supportsResponse === 'only')
    throw new ServiceValidationError(
      `${named(called)} does nothing but answer: call it with \`returnResponse: true\`.`,
    );
}

/** What a handler returned, for a caller who asked for it. @throws InvalidServiceResponseError */
export function responseOf(called: ServiceNamed, result: unknown): ServiceResponse {
  if (isRecord(result)) return result;
  throw new InvalidServiceResponseError(
    `${named(called)} has to answer with an object, but its answer was ${quote(result)}.`,
  );
}

type ServiceNamed = Pick<RegisteredService, 'domain' | 'service'>;

/** How a service is called in messages. */
export function named({ domain, service }: ServiceNamed): string {
  return `\`${domain}.${service}\``;
}

/** Values under names; a `Map`, a `Date` or an error has none that could be taken over. */
function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}
