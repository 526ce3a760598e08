import type { Scope } from '../ownership/scope.js';
import type { BusEvent } from './bus-event.js';
import type { Channel } from './channel.js';

/** What is called for an event. What it returns matters only if it is a promise. */
export type EventHandler = (event: BusEvent) => unknown;
export type EventFilter = (event: BusEvent) => unknown;

/** How a node is called, and under which name it fails. */
export interface NodeOptions {
  readonly owner: Scope;
  readonly name: string;
  readonly filter?: EventFilter | undefined;
  readonly kind: 'listener' | 'subscriber';
  /** Whether it may go on after an `await`, and then still has its cause. Streams may not. */
  readonly mayAwait?: boolean;
  /** An async function: each call gets an execution of its own, so that its task can be told apart. */
  readonly isAsync?: boolean;
  /** Promised with `callback()` to do all its work at once. */
  readonly isMarked?: boolean;
  /** What its calls have begun ends when the hub begins to stop. */
  readonly cancelOnShutdown?: boolean;
  /** Told when the bus ends for good. */
  readonly stream?: Completable | undefined;
}

/** What can be told that nothing more comes. */
export interface Completable {
  complete(): void;
}

const ignore = (): void => undefined;

/** One registration on the bus, and the handle that ends it. */
export class ListenerNode {
  handler: EventHandler;
  filter: EventFilter | null;
  stream: Completable | null;
  readonly owner: Scope;
  readonly name: string;
  readonly kind: 'listener' | 'subscriber';
  readonly mayAwait: boolean;
  readonly isMarked: boolean;
  readonly cancelOnShutdown: boolean;
  /** Each call gets an execution of its own, so that its task can be told from others'. */
  isAsync: boolean;
  needsCare: boolean;
  /** The number of the registration: the order in which nodes are called. */
  readonly since: number;
  /** Its slot in the channel. */
  index = 0;
  #channel: Channel<ListenerNode> | null;

  constructor(
    channel: Channel<ListenerNode>,
    since: number,
    handler: EventHandler,
    options: NodeOptions,
  ) {
    this.handler = handler;
    this.filter = options.filter ?? null;
    this.stream = options.stream ?? null;
    this.owner = options.owner;
    this.name = options.name;
    this.kind = options.kind;
    this.mayAwait = options.mayAwait ?? false;
    this.isMarked = options.isMarked ?? false;
    this.cancelOnShutdown = options.cancelOnShutdown ?? false;
    this.isAsync = options.isAsync ?? false;
    this.needsCare = this.isAsync || this.filter !== null;
    this.since = since;
    this.#channel = channel;
    channel.add(this);
  }

  /** Never called again, not even for the event that is being delivered. */
  remove(): void {
    const channel = this.#channel;
    if (channel === null) return;
    this.#channel = null;
    this.handler = ignore; // a delivery under way may still hold the node
    this.filter = null;
    this.stream = null;
    channel.remove(this);
  }

  /** It has returned a promise: from now on its calls are told apart. */
  foundAsync(): void {
    this.isAsync = true;
    this.#channel?.takeCareOf(this);
  }

  // As part of a scope: silent from the first step of closing.
  silence(): void {
    this.remove();
  }
}
