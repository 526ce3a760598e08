/**
 * What a diagnostic tells of.
 *
 * `blocking-call`: a call that blocks the loop while it lasts. `loop-stall`: the loop stood still.
 * `slow-listener`, `slow-job`: somebody takes long. `growth`: a count that only grows. `leak`:
 * an owner is gone and has left something behind. `late`: something holds up the start, the stop or
 * the unloading of an owner.
 */
export type DiagnosticKind =
  'blocking-call' | 'loop-stall' | 'slow-listener' | 'slow-job' | 'growth' | 'leak' | 'late';

/** One line of `hub.diagnostics$`: who costs the home time or memory. */
export interface Diagnostic {
  readonly kind: DiagnosticKind;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The scope whose code it was: a config entry, an automation, `hub`; `null` if nobody can say. */
  readonly owner: string | null;
  /** What it was: the listener, task, job or function; the call that blocked. */
  readonly name: string;
  /** The whole of it in a sentence, as it stands in the log. */
  readonly message: string;
  /** How long it took, or takes by now, in milliseconds; `null` where time is not the matter. */
  readonly durationMs: number | null;
  /** `file:line` of the code that is to blame, where that is known. */
  readonly where: string | null;
  /** The stack at that moment, where that is known. */
  readonly stack: string | null;
  /** What belongs to the kind: the stage that is held up, the count that grows. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A count of an owner that only grew, minute by minute. */
export interface Growing {
  readonly kind: 'listener' | 'task';
  /** The event type; `null` for tasks, and where it is listeners of many types. */
  readonly type: string | null;
  /** Of the listener or task; `null` where they have many names. */
  readonly name: string | null;
  /** What it was when it had last fallen, or was first seen. */
  readonly from: number;
  /** When that was, in epoch milliseconds. */
  readonly since: number;
  readonly count: number;
}
