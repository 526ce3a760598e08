import { now } from '../clock/clock.js';
import { formatUlid, stampSequence, stampTime } from '../clock/ulid.js';

/** What a context can be given by hand. */
export interface ContextInit {
  /** An id from elsewhere, such as another hub's. By default a new ULID. */
  readonly id?: string;
  /** The id of the context that led to this one. */
  readonly parentId?: string | null;
  /** The user who started it. */
  readonly userId?: string | null;
}

/**
 * Who or what caused something: an id, the id of the cause, and the user behind it.
 *
 * Ids are ULIDs and sort by the order in which things happened. A context keeps what its own id
 * and its parent's id are made of, never the parent itself, so a chain of causes keeps nothing
 * alive. (In Home Assistant a context holds its first event, which has to be cut off by hand.)
 */
export class Context {
  readonly userId: string | null;
  readonly #time: number;
  readonly #sequence: number;
  #id: string | null;
  readonly #parentTime: number;
  readonly #parentSequence: number;
  #parentId: string | null;

  /** A context without a known cause; inside a listener or task you rarely need one. */
  constructor(init?: ContextInit, at?: number);
  constructor(init?: ContextInit, at: number = now(), cause: Context | null = null) {
    // Made for every event: no destructuring, and every field written once.
    const id = init?.id;
    this.#id = id ?? null;
    if (id === undefined) {
      this.#time = stampTime(at);
      this.#sequence = stampSequence();
    } else {
      this.#time = 0;
      this.#sequence = 0;
    }
    this.userId = init?.userId ?? null;
    if (cause === null) {
      this.#parentTime = 0;
      this.#parentSequence = 0;
      this.#parentId = init?.parentId ?? null;
    } else {
      this.#parentTime = cause.#time;
      this.#parentSequence = cause.#sequence;
      this.#parentId = cause.#id;
    }
  }

  /** The context of something that `cause` led to, made at `at`; without a cause, a first one. */
  static causedBy(cause: Context | null, at: number = now()): Context {
    return new (Context as ContextClass)(undefined, at, cause);
  }

  /** 26 characters, written at the first reading. */
  get id(): string {
    return (this.#id ??= formatUlid(this.#time, this.#sequence));
  }

  /** Whether another context led to this one; nothing has to be written to know it. */
  get hasParent(): boolean {
    return this.#parentTime > 0 || this.#parentId !== null;
  }

  /** The id of the context that led to this one; `null` at the start of a chain. */
  get parentId(): string | null {
    if (this.#parentId === null && this.#parentTime > 0)
      this.#parentId = formatUlid(this.#parentTime, this.#parentSequence);
    return this.#parentId;
  }

  /**
   * Writes what the ids are made of, so that they can be remembered without keeping the context;
   * returns what it was given as text, if anything. @internal
   */
  writeStamps(
    stamps: Float64Array,
    at: number,
  ): { id: string; parentId: string | null; userId: string | null } | null {
    stamps[at] = this.#time;
    stamps[at + 1] = this.#sequence;
    stamps[at + 2] = this.#parentTime;
    stamps[at + 3] = this.#parentSequence;
    const isMade = this.#time > 0 && (this.#parentId === null || this.#parentTime > 0);
    if (isMade && this.userId === null) return null;
    return { id: this.id, parentId: this.parentId, userId: this.userId };
  }

  /** Home Assistant's wire form. */
  toJSON(): { id: string; parent_id: string | null; user_id: string | null } {
    return { id: this.id, parent_id: this.parentId, user_id: this.userId };
  }
}

// The third argument is nobody else's business.
type ContextClass = new (init: undefined, at: number, cause: Context | null) => Context;
