import { MessagePort } from 'node:worker_threads';
import { toWire } from '../errors/wire.js';
import type { JobReply } from './job-wire.js';
import { resultNotCloneable } from './not-cloneable.js';

// One is enough: a thread answers a call before it takes the next.
let guarded: { readonly reply: JobReply; readonly name: string } | undefined;

/** Marks `reply` as that of `name`, so that it reaches the loop even if it cannot be copied. */
export function guardReply(reply: JobReply, name: string): JobReply {
  guarded = { reply, name };
  return reply;
}

export function newestReply(): JobReply | undefined {
  return guarded?.reply;
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
      if (!guarded || response?.result !== guarded.reply) throw error;
      const result = uncopiedReply(guarded.reply, guarded.name, error);
      guarded = { ...guarded, reply: result };
      postMessage.call(this, { ...response, result });
    }
  };
}

/** What takes the place of a reply of `name` that could not be copied. */
export function uncopiedReply(reply: JobReply, name: string, error: unknown): JobReply {
  const { value } = reply as { readonly value?: unknown };
  const thrown = toWire(resultNotCloneable(name, value, error));
  return reply.isSlow ? { thrown, isSlow: true } : { thrown };
}
