import type { FeedMessages } from './wire.js';

/** A server-sent event; JSON has no line ends. */
export function sseFrame<K extends keyof FeedMessages>(
  event: K,
  data: FeedMessages[K],
  id?: string,
): Buffer {
  const idLine = id === undefined ? '' : `id: ${id}\n`;
  return Buffer.from(`${idLine}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
