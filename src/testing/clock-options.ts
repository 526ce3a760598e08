import type { Duration } from './durations.js';

/** What made a timer: a global function, or a marble diagram. */
export type TimerKind = 'timeout' | 'interval' | 'immediate' | 'marble';

/** How virtual time begins. */
export interface VirtualClockOptions {
  /** Shown when somebody else wants virtual time meanwhile. @default the place of the call */
  readonly name?: string;
  /** What `Date` says at frame 0. @default 2026-01-01T00:00:00Z */
  readonly startAt?: number | string | Date;
  /** Notes where every timer was made, for `pendingTimers`; slow. @default false */
  readonly trace?: boolean;
}

/** Where `advanceUntil` gives up. */
export interface AdvanceUntilOptions {
  /** What is waited for, for the message of the error. */
  readonly what?: string;
  /** More for that message, asked when it is made: what still runs, say. */
  readonly clue?: () => string;
  /** How much virtual time may pass at most. @default '30d' */
  readonly maxMs?: Duration;
}

/** A timer that waits, as `pendingTimers` shows it. */
export interface PendingTimer {
  readonly kind: TimerKind;
  /** The name of the function that it calls, if it has one. */
  readonly name: string;
  readonly dueInMs: number;
  /** Of an interval: how often it ticks. */
  readonly everyMs?: number;
  /** `path:line:column`, if it is known. */
  readonly madeAt?: string;
}
