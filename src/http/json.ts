import { isThenable } from '../clock/is-thenable.js';
import { HttpResponseError } from '../errors/http-errors.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { JsonOptions } from '../hub-api/http.js';
import type { SchemaIssue } from '../hub-api/standard-schema.js';
import { excerptOf } from './ensure-ok.js';

/** Which answer it is, in messages. */
export interface Asked {
  readonly method: string;
  /** Without credentials. */
  readonly url: string;
}

/** The body as text. @throws HttpResponseError when it is longer than `maxBytes`. */
export async function readText(
  { body }: Response,
  { method, url }: Asked,
  maxBytes: number,
): Promise<string> {
  if (body === null) return '';
  const decoder = new TextDecoder();
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let bytes = 0;
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return text + decoder.decode();
    bytes += value.byteLength;
    if (bytes > maxBytes) {
      void reader.cancel().catch(() => undefined);
      throw new HttpResponseError(`${method} ${url} answered with more than ${maxBytes} bytes.`, {
        url,
        excerpt: excerptOf(text),
      });
    }
    text += decoder.decode(value, { stream: true });
  }
}

/** What a text holds. @throws HttpResponseError when it is no JSON, or does not fit the schema. */
export async function parseJson<T>(
  text: string,
  { method, url }: Asked,
  schema: JsonOptions<T>['schema'],
  mayBeEmpty: boolean,
): Promise<T> {
  const excerpt = excerptOf(text);
  const refuse = (what: string, cause?: unknown): HttpResponseError =>
    new HttpResponseError(`${method} ${url} answered ${what}`, { url, excerpt, cause });
  let data: unknown;
  try {
    data = mayBeEmpty && text === '' ? undefined : (JSON.parse(text) as unknown);
  } catch (error) {
    const found =
      excerpt === '' ? 'nothing, not even JSON.' : `with something else than JSON: ${excerpt}`;
    throw refuse(found, error);
  }
  if (!schema) return data as T;
  const result = await schema['~standard'].validate(data);
  if (!result.issues) return result.value;
  throw refuse(`with data that was not expected: ${result.issues.map(wordsOf).join('; ')}`);
}

/** What is sent as a body; `undefined` for none. @throws InvalidOptionError when JSON has no such data. */
export function jsonBody(body: unknown): string | undefined {
  if (body === undefined) return undefined;
  let json: string | undefined;
  try {
    if (!isThenable(body)) json = JSON.stringify(body);
  } catch (error) {
    throw new InvalidOptionError(`The body cannot be sent as JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
  if (json !== undefined) return json;
  throw new InvalidOptionError(`Expected a body that JSON has, got ${quote(body)}.`);
}

function wordsOf({ message, path = [] }: SchemaIssue): string {
  const where = path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return where === '' ? message : `\`${where}\`: ${message}`;
}
