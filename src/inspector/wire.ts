/**
 * What the inspector and its clients say to each other: the page and the command line know of a hub
 * only what stands here. Pure types and numbers, so that a browser can read it too.
 *
 * `GET /api/feed` is a stream of server-sent events, each named as a key of `FeedMessages`, and with
 * an id `session:sequence` by which `Last-Event-ID` goes on where it broke off.
 */

import type { PackedRow, PackedUpdate } from './wire-row.js';

export * from './wire-row.js';

/** Changes when a message changes its meaning. A page of another protocol says so and stops. */
export const PROTOCOL = 1;

/** Where the inspector listens if nobody says otherwise; the next free one of ten if it is taken. */
export const DEFAULT_PORT = 8128;
export const PORTS_TRIED = 10;

/** How long, and at most how much, is kept for a page that comes later. */
export const KEPT_MS = 5 * 60_000;
export const KEPT_ROWS = 90_000;

/** States in one answer of `GET /api/states`; whoever gets so many asks with a pattern for the others. */
export const MOST_STATES = 10_000;

/** The first message: who speaks. */
export interface Hello {
  readonly protocol: number;
  /** Of this run of the hub. Another one than before: forget all rows. */
  readonly session: string;
  /** Of rxhome. */
  readonly version: string;
  readonly host: string;
  readonly node: string;
  readonly pid: number;
  /** The clock of the hub now, epoch milliseconds. */
  readonly at: number;
  readonly startedAt: number;
  /** Not real: `Simulated home`. Shown always; `null` for real data. */
  readonly label: string | null;
  /** Threads at most. */
  readonly workers: number;
  /** The rows go on behind `Last-Event-ID`; otherwise they begin anew with what is kept. */
  readonly resumed: boolean;
}

/** Four times a second: how the hub fares. */
export interface Stat {
  readonly at: number;
  /** Events and changes of state per second, over the last second. */
  readonly rate: number;
  /** All since the hub was started. */
  readonly events: number;
  /** By how many milliseconds the loop was behind at worst, since the last one of these. */
  readonly delay: number;
  /** The share of time in which the loop was busy since the last one, 0 to 1. */
  readonly use: number;
  readonly busy: number;
  readonly threads: number;
  readonly queued: number;
  readonly listeners: number;
  readonly leaked: number;
  /** Since the hub was started. */
  readonly errors: number;
}

/** What one owner holds of a name and a type. */
export interface HeldRow {
  readonly owner: string;
  /** The owner is gone, and this is still there. */
  readonly closed: boolean;
  /** Whoever made it is gone, and nobody will unsubscribe it; or the owner itself is gone. */
  readonly leaked: boolean;
  /** Its number only grew, minute by minute. */
  readonly growing: boolean;
  /** Event type, `*` for all. */
  readonly type: string;
  readonly name: string;
  readonly count: number;
  /** Calls since the inspector was started, of all of this owner and name. */
  readonly calls: number;
  /** Who made it, if that is not the owner. */
  readonly madeBy: string | null;
}

/** What runs. */
export interface TaskRow {
  readonly owner: string;
  readonly name: string;
  readonly kind: string;
  readonly status: string;
  readonly ageMs: number;
}

/** What there is: now and then, and at once when it has changed. */
export interface Slow {
  readonly at: number;
  readonly stage: string;
  readonly held: readonly HeldRow[];
  readonly tasks: readonly TaskRow[];
  /** Lists end here at 500; how many more there are. */
  readonly more: { readonly held: number; readonly tasks: number };
  readonly entries: readonly {
    readonly title: string;
    readonly domain: string;
    readonly state: string;
    readonly reason: string | null;
  }[];
}

/** The states that changed; the first one holds all (at most 2,000). `null`: removed. */
export type EntityRow = readonly [
  id: string,
  state: string | null,
  name: string,
  unit: string | null,
];

/**
 * There was more than can be shown, or than this page took: what happened between is counted only.
 * The page draws it as a gap and says so.
 */
export interface Gap {
  readonly from: number;
  readonly to: number;
  /** Events and changes of state in it; `null` when nobody knows. */
  readonly events: number | null;
  /** `flood`: the hub was too fast for being looked at. `slow-page`: this page was too slow. `lost`: not kept so long. */
  readonly because: 'flood' | 'slow-page' | 'lost';
}

/** Something to press on the page. */
export interface Button {
  readonly id: string;
  readonly label: string;
  readonly hint: string | null;
  /** A key that presses it, one letter. */
  readonly key: string | null;
}

/** What comes over the feed. */
export interface FeedMessages {
  readonly hello: Hello;
  /** Every 50 ms, if there are some. */
  readonly rows: readonly (PackedRow | PackedUpdate)[];
  readonly stat: Stat;
  readonly slow: Slow;
  readonly entities: readonly EntityRow[];
  readonly gap: Gap;
  /** At the start, and all of them again when they have changed. */
  readonly buttons: readonly Button[];
  /** The hub stops: nothing more comes. */
  readonly bye: { readonly at: number };
}

/** `GET /api/rows/:id`: what a row was about. */
export interface Payload {
  readonly id: number;
  /** `null`: not kept any more; `note` says why. */
  readonly data: unknown;
  /** Cut to 64 kB, 2,000 values and a depth of 12; cycles and functions are texts. */
  readonly isCut: boolean;
  readonly note: string | null;
  readonly context: {
    readonly id: string;
    readonly parentId: string | null;
    readonly userId: string | null;
  } | null;
  /** Stack of an error or a finding, `file:line` of a culprit. */
  readonly stack: string | null;
  readonly where: string | null;
}

/** `POST /api/call`: what a service has answered, and the context of the call in Home Assistant's form. */
export interface Called {
  /** `null` if none was asked for. */
  readonly response: unknown;
  /** Cut to 4 MB, 100,000 values and a depth of 32. */
  readonly isCut: boolean;
  readonly context: unknown;
}

/** Every refusal: status 4xx, and this. */
export interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}
