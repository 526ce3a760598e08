import { types } from 'node:util';

const MAX_NODES = 200;
const MAX_CHARS = 8 * 1024;

/**
 * Whether a value is small enough to be kept for those who may ask for it: 200 values, 8 kB. Looks
 * at no more than that, and calls no getter. What cannot be measured is large.
 */
export function isSmall(root: object): boolean {
  const seen = new Set<object>();
  const waiting: object[] = [root];
  let nodes = 0;
  let chars = 0;
  const weigh = (value: unknown): void => {
    nodes++;
    if (typeof value === 'string') chars += value.length;
    else if (typeof value === 'function')
      nodes = Infinity; // it may hold anything
    else if (typeof value === 'object' && value !== null && !seen.has(value)) waiting.push(value);
  };
  for (let at = waiting.pop(); at; at = waiting.pop()) {
    seen.add(at);
    if (types.isProxy(at) || types.isMap(at) || types.isSet(at)) return false;
    if (ArrayBuffer.isView(at)) {
      if (at.buffer.byteLength > MAX_CHARS) return false;
      chars += at.byteLength;
      continue;
    }
    if (types.isAnyArrayBuffer(at) || (Array.isArray(at) && at.length > MAX_NODES)) return false;
    for (const key in at) {
      const field = Object.getOwnPropertyDescriptor(at, key);
      if (!field) continue;
      chars += key.length;
      weigh(field.get ? undefined : field.value);
      if (nodes > MAX_NODES || chars > MAX_CHARS) return false;
    }
    if (types.isNativeError(at)) {
      weigh(Object.getOwnPropertyDescriptor(at, 'cause')?.value);
      chars += at.message.length; // its stack is never long
    }
  }
  return nodes <= MAX_NODES && chars <= MAX_CHARS;
}
