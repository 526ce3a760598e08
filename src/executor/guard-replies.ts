import { MessagePort } from 'node:worker_threads';
import { toWire } from '../errors/wire.js';
import type { JobReply } from './job-wire.js';
import { resultNotCloneable } from './not-cloneable.js';

const names = new WeakMap<JobReply, string>();

/** Marks `reply` as the result of `name`, so that it reaches the loop even if it cannot be copied. */
export function guardReply(reply: JobReply, name: string): JobReply {
  names.set(reply, name);
  return reply;
}

/**
 * tinypool posts the result after our code has returned, and a result that cannot be copied ends
 * the whole thread there. Trying to copy it beforehand would copy every result twice. So the
 * posting itself is guarded: for replies only, and only if it fails.
 */
export function guardReplies(): void {
  const { prototype } = MessagePort;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- it is called with its `this`
  const { postMessage } = prototype;
  prototype.postMessage = function (this: MessagePort, message: unknown, transfer): void {
    try {
      postMessage.call(this, message, transfer);
    } catch (error) {
      const response = message as { readonly result?: JobReply } | null;
      const name = response?.result && names.get(response.result);
      if (!response?.result || name === undefined) throw error;
      const { value } = response.result as { readonly value?: unknown };
      const result: JobReply = { thrown: toWire(resultNotCloneable(name, value, error)) };
      postMessage.call(this, { ...response, result });
    }
  };
}
