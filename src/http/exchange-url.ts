import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/** Where a request goes, and how that is called in messages. */
export interface Target {
  readonly url: URL;
  /** Without name, password and what looks like a secret. */
  readonly shown: string;
  /** The `Authorization` header that the URL asked for. */
  readonly authorization: string | undefined;
}

/** Reads a URL. @throws InvalidOptionError when it is not one of `http:` or `https:`. */
export function readUrl(given: string | URL, baseUrl?: string | URL): Target {
  let url: URL;
  try {
    url = new URL(given, baseUrl);
  } catch (error) {
    throw new InvalidOptionError(
      `Expected a URL like \`http://device/api\`, got ${quote(given)}.`,
      {
        cause: error,
      },
    );
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new InvalidOptionError(
      `Expected a URL of \`http:\` or \`https:\`, got one of ${quote(url.protocol)}.`,
    );
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return { url, shown: shownUrl(url), authorization: basic(username, password) };
}

/** A URL as messages show it. */
export function shownUrl(given: string | URL): string {
  const url = new URL(given);
  url.username = '';
  url.password = '';
  for (const name of [...url.searchParams.keys()])
    if (SECRET.test(name)) url.searchParams.set(name, '***');
  return url.href;
}

const SECRET = /^(.*token|.*secret|.*password|pass|pwd|api_?key|key|auth|sig|signature)$/i;

function basic(username: string, password: string): string | undefined {
  if (username === '' && password === '') return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}
