import type { Context } from '../causality/context.js';
import type { ProbedHub } from '../causality/probe.js';
import type { Report } from '../errors/report.js';
import type { Fence } from '../ownership/fence.js';
import type { Owned } from '../ownership/scope.js';
import type { BusEvent } from './bus-event.js';

/** Work that a stream has started: a promise that can be told to end. */
export interface StartedWork<T> extends PromiseLike<T> {
  readonly ended: Promise<void>;
  cancel(reason?: unknown): void;
}

export type StartWork = <T>(
  body: (signal: AbortSignal) => T | PromiseLike<T>,
  options: {
    readonly name: string;
    readonly context: Context | null;
    readonly event: BusEvent | null;
    /** The activity that led to it; 0 if that is not known. */
    readonly parent: number;
  },
) => StartedWork<T>;

/** How often a flow has done what; kept for `hub.snapshot()`. */
export interface FlowCounts {
  readonly running: number;
  readonly waiting: number;
  readonly completed: number;
  readonly failed: number;
  readonly dropped: number;
}

/** A part of a pipeline that counts what it does. */
export interface Flow {
  readonly name: string;
  readonly mode: string;
  readonly counts: FlowCounts;
}

/** Whose streams they are: who ends them, and where their errors go. */
export interface StreamOwner {
  readonly fence: Fence;
  /** Streams of the hub itself end when it has stopped: by completing, after all else has ended. */
  readonly endsWithHub: boolean;
  readonly report: Report;
  readonly hub: ProbedHub | null;
  /** The event that is being delivered, for the report. */
  readonly currentEvent: () => BusEvent | null;
  /** Starts work of the owner, as a tracked task. */
  readonly startWork: StartWork;
  /** Shows the counters of a flow in the snapshot, until the result is called. */
  readonly showFlow: (flow: Flow) => () => void;
  /** Takes what a subscriber returned: if it is a promise, its failure must not get lost. */
  readonly follow: (result: unknown, name: string) => void;
}

/** Lets the scope of `owner` end what belongs to one of its streams; call the result to forget it. */
export function attachTo({ endsWithHub, fence: { scope } }: StreamOwner, owned: Owned): () => void {
  if (endsWithHub) return () => undefined;
  scope.attach(owned);
  return () => scope.detach(owned);
}
