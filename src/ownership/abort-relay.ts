/** What is to be called when a signal aborts; one listener of the signal serves all of them. */
interface Relay {
  readonly listeners: Set<() => void>;
  readonly onAbort: () => void;
}

const relays = new WeakMap<AbortSignal, Relay>();

/**
 * Calls `listener` when `signal` aborts, and returns what takes it back. However many calls share
 * a signal, it has one listener of ours, and none when the last of them has ended: Node warns of
 * a leak from the eleventh on, looks at all of them for each that is added, and a signal that
 * lives as long as the hub would collect them.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let relay = relays.get(signal);
  if (!relay) {
    relay = createRelay(signal);
    relays.set(signal, relay);
    signal.addEventListener('abort', relay.onAbort);
  }
  const { listeners, onAbort } = relay;
  listeners.add(listener);
  return () => {
    if (!listeners.delete(listener) || listeners.size > 0) return;
    signal.removeEventListener('abort', onAbort);
    relays.delete(signal);
  };
}

function createRelay(signal: AbortSignal): Relay {
  const listeners = new Set<() => void>();
  const onAbort = (): void => {
    signal.removeEventListener('abort', onAbort);
    relays.delete(signal);
    for (const listener of listeners) listener(); // one that is taken back meanwhile is left out
  };
  return { listeners, onAbort };
}
