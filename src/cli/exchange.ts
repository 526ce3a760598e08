import { type IncomingMessage, request } from 'node:http';

export interface ExchangeOptions {
  readonly signal?: AbortSignal;
  /** Sent as JSON, by POST. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds without a word, after which it is given up. */
  readonly silenceMs?: number;
}

/** More than this in one answer is nothing that an inspector sends. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Asks over a connection of its own, which ends with the answer: no proxy, and nothing that keeps
 * the process alive. The promise is fulfilled with the head of the answer.
 */
export function exchange(url: string, options: ExchangeOptions = {}): Promise<IncomingMessage> {
  const { signal, body, headers, silenceMs = 10_000 } = options;
  return new Promise((resolve, reject) => {
    const asked = request(url, {
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        // What a page of somebody else cannot send unasked.
        'x-rxhome': '1',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      timeout: silenceMs,
      ...(signal && { signal }),
    });
    asked.on('response', resolve);
    asked.on('error', reject);
    asked.on('timeout', () => asked.destroy(new Error(`It said nothing for ${silenceMs} ms.`)));
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** The whole of an answer as text. @throws RangeError (as a rejection) above 64 MB. */
export async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MAX_BYTES) throw new RangeError('The answer is larger than 64 MB.');
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
