import type { ListenerNode } from '../events/listener-node.js';
import { onAbort } from '../ownership/abort-relay.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';

/** How a listener may end by itself. */
export interface EarlyEnd {
  /** With its first call, before it is called. */
  readonly isOnce: boolean;
  readonly signal: AbortSignal | undefined;
}

/** Lets a listener end by itself, or with its owner, or by hand; whatever comes first. */
export function endEarly(node: ListenerNode, { isOnce, signal }: EarlyEnd): Unsubscribe {
  const { owner, name, handler } = node;
  // Unloading ends it whole, so that nothing stays on a signal that lives longer.
  const owned = { name, silence: () => end() };
  owner.attach(owned);
  const end = unsubscribe(() => {
    node.remove();
    owner.detach(owned);
    forget?.();
  });
  const forget = signal && onAbort(signal, end);
  if (isOnce)
    node.handler = (event) => {
      end();
      return handler(event);
    };
  return end;
}
