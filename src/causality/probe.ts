import type { Context } from './context.js';

/** What kind of thing the activity feed tells of. */
export type ActivityKind = 'event' | 'state' | 'listener' | 'task' | 'job' | 'stage';

/**
 * One line of `hub.activity$`. What lasts is told twice, at its start and at its end, with the
 * same `id`; what happens in an instant is told once, as a `point`.
 */
export interface Activity {
  readonly id: number;
  /** The activity inside which this one began; 0 when there was none. */
  readonly parent: number;
  readonly phase: 'start' | 'end' | 'point';
  readonly kind: ActivityKind;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly owner: string;
  readonly name: string;
  readonly context: Context | null;
  /** What belongs to the kind: the event, the result's status, the worker's number. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Takes what happens. Nobody makes an `Activity` while no probe is set. */
export interface Probe {
  nextId(): number;
  record(activity: Activity): void;
}

/** Takes how long each call of a listener or subscriber has kept the loop, to its first `await`. */
export interface Stopwatch {
  took(ms: number, call: TimedCall): void;
}

/** The call of one listener for one event. */
export interface TimedCall {
  readonly node: {
    readonly owner: { readonly name: string };
    readonly name: string;
    readonly kind: string;
  };
  readonly type: string;
}

/** The place where a hub keeps who looks at it: empty, and free, until somebody does. */
export interface ProbeSlot {
  probe: Probe | null;
  /** In debug mode. */
  stopwatch: Stopwatch | null;
  /** In tests: takes every event that is fired, also if nobody listens to it. */
  tap: ((event: object) => void) | null;
}
