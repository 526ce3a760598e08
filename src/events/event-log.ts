import type { Execution } from '../causality/execution.js';
import { formatUlid } from '../clock/ulid.js';
import { BusEvent } from './bus-event.js';

/** What is remembered of an event. */
export interface LoggedEvent {
  readonly type: string;
  /** Who fired it. */
  readonly owner: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly contextId: string;
  readonly parentId: string | null;
  readonly userId: string | null;
  /** Of a change of state: whose, and its text; `null` for a removal. */
  readonly entityId: string | null;
  readonly state: string | null;
}

const STAMPS = 4; // time and sequence of the context, and of its parent

/**
 * The last events of a hub that were a cause or an effect, as numbers and texts: one that is
 * remembered keeps neither itself nor its data nor its context alive. An event that nothing led to
 * and that led to nothing is not in it, so what flows by costs nothing.
 */
export class EventLog {
  readonly size: number;
  readonly #known = new WeakSet<BusEvent>();
  readonly #stamps: Float64Array;
  readonly #times: Float64Array;
  readonly #types: string[];
  readonly #owners: (string | null)[];
  readonly #entityIds: (string | null)[];
  readonly #states: (string | null)[];
  /** What a context was given by hand: ids as text, a user. */
  readonly #given: ({ id: string; parentId: string | null; userId: string | null } | null)[];
  #next = 0;
  #isFull = false;

  constructor(size: number) {
    this.size = size;
    this.#stamps = new Float64Array(size * STAMPS);
    this.#times = new Float64Array(size);
    this.#types = new Array<string>(size).fill('');
    this.#owners = new Array<string | null>(size).fill(null);
    this.#entityIds = new Array<string | null>(size).fill(null);
    this.#states = new Array<string | null>(size).fill(null);
    this.#given = new Array<null>(size).fill(null);
  }

  /** Remembers the event of what is running, which goes on to cause something. */
  rememberCause(running: Execution | undefined): void {
    const event = running?.event;
    if (event instanceof BusEvent) this.remember(event as BusEvent);
  }

  /** Remembers an event, once. */
  remember(event: BusEvent): void {
    if (this.#known.has(event)) return;
    this.#known.add(event);
    const at = this.#next;
    this.#types[at] = event.type;
    this.#owners[at] = BusEvent.firedBy(event)?.name ?? null;
    this.#times[at] = event.timeFired;
    this.#given[at] = event.context.writeStamps(this.#stamps, at * STAMPS);
    if (event.type === 'state_changed') this.#addState(at, event.data);
    else this.#entityIds[at] = null;
    if (++this.#next === this.size) {
      this.#next = 0;
      this.#isFull = true;
    }
  }

  /** Whether older events have been overwritten. */
  get hasForgotten(): boolean {
    return this.#isFull;
  }

  /** What is remembered, newest first. */
  *newestFirst(): Iterable<LoggedEvent> {
    const count = this.#isFull ? this.size : this.#next;
    for (let back = 1; back <= count; back++)
      yield this.#read((this.#next - back + this.size) % this.size);
  }

  #addState(at: number, data: unknown): void {
    const { entityId, newState } = data as { entityId: string; newState: { state: string } | null };
    this.#entityIds[at] = entityId;
    this.#states[at] = newState?.state ?? null;
  }

  #read(at: number): LoggedEvent {
    const given = this.#given[at] ?? null;
    const [time = 0, sequence = 0, parentTime = 0, parentSequence = 0] = this.#stamps.subarray(
      at * STAMPS,
      (at + 1) * STAMPS,
    );
    const entityId = this.#entityIds[at] ?? null;
    return {
      type: this.#types[at] ?? '',
      owner: this.#owners[at] ?? 'hub',
      at: this.#times[at] ?? 0,
      contextId: given?.id ?? formatUlid(time, sequence),
      parentId: given
        ? given.parentId
        : parentTime > 0
          ? formatUlid(parentTime, parentSequence)
          : null,
      userId: given?.userId ?? null,
      entityId,
      state: entityId === null ? null : (this.#states[at] ?? null),
    };
  }
}
