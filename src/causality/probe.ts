import type { Context } from './context.js';

/**
 * What kind of thing the activity feed tells of.
 *
 * `timer`: something goes on later, by itself. `timeout`: something may take only so long. Both have
 * `detail.dueAt`, in epoch milliseconds (`null`: nobody can say), and at their end `detail.status`:
 * a `timer` is `done` when it has gone off, a `timeout` when what it limits has ended in time. A
 * timer of something that is done again and again, which nothing leads to, has `detail.repeats`.
 */
export type ActivityKind =
  'event' | 'state' | 'listener' | 'task' | 'job' | 'timer' | 'timeout' | 'stage';

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

/** In tests: takes every event that is fired, also if nobody listens to it. */
export type Tap = (event: object) => void;

/**
 * The place where a hub keeps who looks at it: empty, and free, until somebody does. What is asked
 * for every event stands in a field of its own.
 */
export class ProbeSlot {
  readonly tap: Tap | null;
  /** Whether each event that is fired is told to somebody. */
  seesEvents: boolean;
  /** Whether each call of a listener is told to somebody. */
  seesCalls = false;
  #probe: Probe | null = null;
  #stopwatch: Stopwatch | null = null;

  constructor(tap: Tap | null = null) {
    this.tap = tap;
    this.seesEvents = tap !== null;
  }

  get probe(): Probe | null {
    return this.#probe;
  }

  set probe(probe: Probe | null) {
    this.#probe = probe;
    this.#look();
  }

  /** In debug mode. */
  get stopwatch(): Stopwatch | null {
    return this.#stopwatch;
  }

  set stopwatch(stopwatch: Stopwatch | null) {
    this.#stopwatch = stopwatch;
    this.#look();
  }

  #look(): void {
    this.seesEvents = this.#probe !== null || this.tap !== null;
    this.seesCalls = this.#probe !== null || this.#stopwatch !== null;
  }
}

/** As much of a hub as can be known on the ground floor: the place where one looks at it. */
export interface ProbedHub {
  readonly probe: ProbeSlot;
}
