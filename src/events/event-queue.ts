import { EventLoopError, EventQueueFullError } from '../errors/work-errors.js';
import type { BusEvent } from './bus-event.js';
import type { Topic } from './topic.js';

/** An event that waits for its turn. */
export interface QueuedEvent {
  readonly event: BusEvent;
  /** Who listened to its type when it was fired. */
  readonly topic: Topic | undefined;
  /** Listeners registered after this number came too late for it. */
  readonly asOf: number;
  /** How deep in the chain of events that caused each other it is; the first is 1. */
  readonly depth: number;
  /** The event during whose delivery it was fired, for the chain in a report. */
  readonly firedIn: QueuedEvent | null;
}

const COMPACT_FROM = 1024;
const MAX_DEPTH = 1_000;
const MAX_QUEUED = 100_000;
const CHAIN_SHOWN = 10;

/**
 * First in, first out; taking from the front costs the same at any length. What is too deep in a
 * chain of causes, or one too many, is not taken.
 */
export class EventQueue {
  #items: (QueuedEvent | undefined)[] = [];
  #head = 0;
  #isOverflowing = false;

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Why `item` is not taken, if it is not. */
  push(item: QueuedEvent): Error | undefined {
    if (item.depth > MAX_DEPTH) return loopError(item);
    // Once full it stays closed until it is empty: listeners that each fire twice would refill it
    // for ever, and the chain of causes would be cut only after minutes.
    if (this.size >= MAX_QUEUED) this.#isOverflowing = true;
    if (this.#isOverflowing) return queueFullError(item);
    this.#items.push(item);
    return undefined;
  }

  shift(): QueuedEvent | undefined {
    if (this.size === 0) {
      this.#isOverflowing = false;
      return undefined;
    }
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined; // a delivered event is not kept
    if (this.#head > COMPACT_FROM && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}

function loopError(item: QueuedEvent): EventLoopError {
  const chain: string[] = [];
  for (let link: QueuedEvent | null = item; link && chain.length < CHAIN_SHOWN; link = link.firedIn)
    chain.unshift(link.event.type);
  return new EventLoopError(
    `Event \`${item.event.type}\` was dropped: it is number ${item.depth} in a chain of events ` +
      `that caused each other (… → ${chain.join(' → ')}).`,
    chain,
  );
}

function queueFullError({ event }: QueuedEvent): EventQueueFullError {
  return new EventQueueFullError(
    `Event \`${event.type}\` was dropped: ${MAX_QUEUED} events wait for delivery already.`,
  );
}
