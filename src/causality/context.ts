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
  #time = 0;
  #sequence = 0;
  #id: string | null;
  #parentTime = 0;
  #parentSequence = 0;
  #parentId: string | null;

  /** A context without a known cause; inside a listener or task you rarely need one. */
  constructor({ id, parentId, userId }: ContextInit = NOTHING_GIVEN, at: number = now()) {
    this.userId = userId ?? null;
    this.#id = id ?? null;
    this.#parentId = parentId ?? null;
    if (id === undefined) {
      this.#time = stampTime(at);
      this.#sequence = stampSequence();
    }
  }

  /** The context of something that `cause` led to, made at `at`; without a cause, a first one. */
  static causedBy(cause: Context | null, at: number = now()): Context {
    const context = new Context(NOTHING_GIVEN, at);
    if (cause !== null) {
      context.#parentTime = cause.#time;
      context.#parentSequence = cause.#sequence;
      context.#parentId = cause.#id;
    }
    return context;
  }

  /** 26 characters, written at the first reading. */
  get id(): string {
    return (this.#id ??= formatUlid(this.#time, this.#sequence));
  }

  /** The id of the context that led to this one; `null` at the start of a chain. */
  get parentId(): string | null {
    if (this.#parentId === null && this.#parentTime > 0)
      this.#parentId = formatUlid(this.#parentTime, this.#parentSequence);
    return this.#parentId;
  }

  /** Home Assistant's wire form. */
  toJSON(): { id: string; parent_id: string | null; user_id: string | null } {
    return { id: this.id, parent_id: this.parentId, user_id: this.userId };
  }
}

const NOTHING_GIVEN: ContextInit = Object.freeze({});
