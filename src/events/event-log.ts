import type { Scope } from '../ownership/scope.js';
import type { BusEvent } from './bus-event.js';

/** An event, and who fired it. */
export interface LoggedEvent {
  readonly event: BusEvent;
  readonly owner: string;
}

/**
 * The last events of a hub, in two rings: adding one is two writes and makes nothing, because it
 * happens for every event and is read only when somebody asks why.
 */
export class EventLog {
  readonly size: number;
  readonly #events: (BusEvent | undefined)[];
  readonly #owners: (Scope | undefined)[];
  #next = 0;
  #isFull = false;

  constructor(size: number) {
    this.size = size;
    this.#events = Array.from({ length: size });
    this.#owners = Array.from({ length: size });
  }

  add(event: BusEvent, owner: Scope | undefined): void {
    this.#events[this.#next] = event;
    this.#owners[this.#next] = owner;
    if (++this.#next === this.size) {
      this.#next = 0;
      this.#isFull = true;
    }
  }

  /** Whether older events have been overwritten. */
  get hasForgotten(): boolean {
    return this.#isFull;
  }

  /** What is kept, newest first. */
  *newestFirst(): Iterable<LoggedEvent> {
    const count = this.#isFull ? this.size : this.#next;
    for (let back = 1; back <= count; back++) {
      const at = (this.#next - back + this.size) % this.size;
      const event = this.#events[at];
      if (event) yield { event, owner: this.#owners[at]?.name ?? 'hub' };
    }
  }

  clear(): void {
    this.#events.fill(undefined);
    this.#owners.fill(undefined);
    this.#next = 0;
    this.#isFull = false;
  }
}
