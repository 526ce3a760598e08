import type { Report } from '../errors/report.js';
import type { Fence } from '../ownership/fence.js';
import type { Owned } from '../ownership/scope.js';
import type { BusEvent } from './bus-event.js';

/** Whose streams they are: who ends them, and where their errors go. */
export interface StreamOwner {
  readonly fence: Fence;
  /** Streams of the hub itself end when it has stopped: by completing, after all else has ended. */
  readonly endsWithHub: boolean;
  readonly report: Report;
  readonly hub: object | null;
  /** The event that is being delivered, for the report. */
  readonly currentEvent: () => BusEvent | null;
  /** Takes what a subscriber returned: if it is a promise, its failure must not get lost. */
  readonly follow: (result: unknown, name: string) => void;
}

/** Lets the scope of `owner` end what belongs to one of its streams; call the result to forget it. */
export function attachTo({ endsWithHub, fence: { scope } }: StreamOwner, owned: Owned): () => void {
  if (endsWithHub) return () => undefined;
  scope.attach(owned);
  return () => scope.detach(owned);
}
