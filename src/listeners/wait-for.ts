import { after } from '../clock/clock.js';
import { TimeoutError } from '../errors/work-errors.js';
import type { BusEvent } from '../events/bus-event.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import { onAbort } from '../ownership/abort-relay.js';
import type { Fence } from '../ownership/fence.js';
import { checkOptions } from './check-options.js';

/** Which event is waited for, and how long. */
export interface WaitOptions<E> {
  readonly filter?: ((event: E) => unknown) | undefined;
  /** Milliseconds. @default no limit */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A promise of the first event that fits; however it settles, nothing of it is left behind. */
export function waitForEvent(
  dispatcher: EventDispatcher,
  fence: Fence,
  type: string,
  options: WaitOptions<BusEvent>,
): Promise<BusEvent> {
  const first = new Promise<BusEvent>((resolve, reject) => {
    checkOptions(options);
    const { filter, timeoutMs, signal } = options;
    if (fence.scope.closed) throw fence.error('bus.waitFor');
    signal?.throwIfAborted();
    const { scope } = fence;
    const given: unknown = type;
    const owned = {
      name: `waitFor ${String(given)}`,
      silence: () => fail(fence.error('bus.waitFor')),
    };
    const node = dispatcher.add(
      type,
      (event) => {
        release();
        resolve(event);
      },
      {
        owner: scope,
        kind: 'listener',
        name: owned.name,
        filter: filter,
        stream: { complete: () => fail(fence.error('bus.waitFor')) },
      },
    );
    const cancelTimeout =
      timeoutMs === undefined
        ? undefined
        : after(timeoutMs, () =>
            fail(new TimeoutError(`No event \`${type}\` came within ${timeoutMs} ms.`)),
          );
    scope.attach(owned);
    const forget = signal && onAbort(signal, () => fail(signal.reason));

    function release(): void {
      node.remove();
      cancelTimeout?.();
      scope.detach(owned);
      forget?.();
    }

    function fail(reason: unknown): void {
      release();
      reject(reason);
    }
  });
  first.catch(() => undefined); // waiting without awaiting is no failure, whatever ends it
  return first;
}
