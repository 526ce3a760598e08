// A part of wire.ts: pure types and names, for browsers too.

/**
 * What a row tells of.
 *
 * `service`: a service was called. `automation`: one was triggered. `blocked`: one was triggered, and a
 * condition was not met. `listener`: a listener that led to something, lasted, or failed; others make
 * no rows. `timer`: something will go on later (`sleep`, trackers, durable waits). `timeout`: something
 * may take only so long. `error`: a line of `errors$`. `diagnostic`: a line of `diagnostics$`.
 */
export const ROW_KINDS = [
  'event',
  'state',
  'service',
  'automation',
  'blocked',
  'listener',
  'task',
  'job',
  'timer',
  'timeout',
  'error',
  'diagnostic',
  'stage',
] as const;
export type RowKind = (typeof ROW_KINDS)[number];

/** How far it is. What happens in an instant is a `point`, also if it failed. */
export const ROW_STATUSES = ['point', 'running', 'done', 'failed', 'cancelled'] as const;
export type RowStatus = (typeof ROW_STATUSES)[number];

/** One thing that happened, or that lasts. */
export interface Row {
  /** Of its own; what lasts keeps it to its end. Not in the order of time. Negative for errors and diagnostics. */
  readonly id: number;
  /** The row that led to it; 0: nothing on the bus did. It may come after this one, or be gone. */
  readonly cause: number;
  /** The first row of its chain: its own id if nothing led to it. */
  readonly root: number;
  /** Epoch milliseconds, with fractions: two things of one millisecond keep their order. */
  readonly at: number;
  readonly kind: RowKind;
  status: RowStatus;
  /** Milliseconds; 0 for a point and while it runs. */
  dur: number;
  /** The scope: a config entry's title or domain, `hub`. Text of users: never trusted. */
  readonly owner: string;
  /** The type of an event, the name of a task, `light.turn_on` of a call, a listener's name. */
  readonly name: string;
  /** The whole of it in words, one line, at most 120 characters: `light.page: off → on`. */
  readonly text: string;
  /** What fits into a marble, at most 8 characters: `on`, `412`, `21.6`, `+`. Empty: nothing does. */
  readonly short: string;
  /** Of a state, and of what is about one. */
  readonly entity: string | null;
  /** The state as a number, where it is one. */
  readonly number: number | null;
  /** Of a timer and timeout: when it is over if nothing ends it before, in epoch milliseconds. */
  readonly due: number | null;
  /** Of a job: the number of its thread, from 1; filled when one has taken it. */
  worker: number | null;
  /** A human did it: the page's own buttons, a call with a user's id. */
  readonly human: boolean;
}

/** A row on the wire: its fields in the order of the interface; kind and status as their index. */
export type PackedRow = readonly [
  id: number,
  cause: number,
  root: number,
  at: number,
  kind: number,
  status: number,
  dur: number,
  owner: string,
  name: string,
  text: string,
  short: string,
  entity: string | null,
  number: number | null,
  due: number | null,
  worker: number | null,
  human: 0 | 1,
];

/** Something that lasts has gone on: `['u', id, status, dur, worker]`. */
export type PackedUpdate = readonly [
  'u',
  id: number,
  status: number,
  dur: number,
  worker: number | null,
];
