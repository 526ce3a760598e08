import { after } from '../clock/clock.js';
import { HttpStatusError } from '../errors/http-errors.js';
import { shownUrl } from './exchange-url.js';

const EXCERPT_LENGTH = 200;
const EXCERPT_BYTES = 1_000;
const EXCERPT_MS = 1_000;

/**
 * Gives the response back if the server says that it worked (status 200 to 299).
 *
 *     const image = await ensureOk(await hub.http.fetch(url));
 *
 * @throws HttpStatusError (as a rejection) with the status, the URL without credentials, and the
 * beginning of the body, for which it waits at most a second; the rest is dropped.
 */
export async function ensureOk(response: Response): Promise<Response> {
  if (response.ok) return response;
  throw await statusError(response, response.url === '' ? '' : shownUrl(response.url));
}

/** The error that a response is. */
export async function statusError(
  response: Response,
  url: string,
  method?: string,
): Promise<HttpStatusError> {
  const { status, statusText } = response;
  const excerpt = await beginningOf(response);
  const who = [method, url || 'The server'].filter(Boolean).join(' ');
  const answer = [status, statusText].filter(Boolean).join(' ');
  return new HttpStatusError(`${who} answered ${answer}${excerpt === '' ? '.' : `: ${excerpt}`}`, {
    status,
    url,
    excerpt,
  });
}

/** The beginning of a text, in one line. */
export function excerptOf(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > EXCERPT_LENGTH ? `${line.slice(0, EXCERPT_LENGTH)}…` : line;
}

async function beginningOf({ body, bodyUsed }: Response): Promise<string> {
  if (body === null || bodyUsed || body.locked) return '';
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  const drop = (): void => void reader.cancel().catch(() => undefined);
  const cancel = after(EXCERPT_MS, drop);
  try {
    while (text.length < EXCERPT_BYTES) {
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
  } catch {
    // What came before it broke off is said.
  } finally {
    cancel();
    drop();
  }
  return excerptOf(text);
}
