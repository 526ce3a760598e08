import type { IncomingMessage } from 'node:http';
import { Refused } from './refusal.js';

const MAX_BYTES = 256 * 1024;

/**
 * The JSON object in a request.
 *
 * @throws Refused (as a rejection)
 */
export async function readBody(
  request: IncomingMessage,
): Promise<Readonly<Record<string, unknown>>> {
  const type = request.headers['content-type'] ?? '';
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new Refused(415, 'CONTENT_TYPE', 'Expected `content-type: application/json`.');
  const body: unknown = parse(await readBytes(request));
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new Refused(400, 'NO_OBJECT', 'Expected a JSON object.');
  return body as Record<string, unknown>;
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const tooLarge = new Refused(413, 'TOO_LARGE', `Expected at most ${MAX_BYTES / 1024} kB.`, {
    connection: 'close',
  });
  if (Number(request.headers['content-length'] ?? 0) > MAX_BYTES) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BYTES) throw tooLarge;
      chunks.push(chunk);
    }
  } catch (error) {
    if (error === tooLarge) throw error;
    // Whoever asked has gone away in the middle: nobody's failure.
    throw new Refused(400, 'BROKEN_OFF', 'Expected the whole body.');
  }
  return Buffer.concat(chunks);
}

function parse(bytes: Buffer): unknown {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    // What is called so is never data, and has fooled many a program.
    return JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') throw new SyntaxError('`__proto__` is no name for data');
      return value;
    });
  } catch (error) {
    throw new Refused(400, 'NO_JSON', `Expected JSON in UTF-8: ${(error as Error).message}.`);
  }
}
