import type { BusEvent } from './bus-event.js';
import { Channel } from './channel.js';
import type { ListenerNode } from './listener-node.js';

/** By what the listeners of a type may be addressed: one entity, one domain. */
export interface Route {
  readonly name: string;
  readonly keyOf: (event: BusEvent) => string;
}

/**
 * All who listen to one type: those who want every event of it, and those who want the events of
 * one key. Finding the latter is one look into a Map, so a listener of one entity costs nothing
 * when another changes.
 */
export class Topic {
  readonly all: Channel<ListenerNode>;
  /** Nobody can listen to less than every event of it. */
  readonly hasNoRoutes: boolean;
  readonly #routes: readonly Route[];
  readonly #channels: readonly Map<string, Channel<ListenerNode>>[];

  constructor(routes: readonly Route[] = [], onEmpty?: () => void) {
    this.all = new Channel<ListenerNode>(onEmpty);
    this.#routes = routes;
    this.hasNoRoutes = routes.length === 0;
    this.#channels = routes.map(() => new Map<string, Channel<ListenerNode>>());
  }

  get isEmpty(): boolean {
    if (this.all.size > 0) return false;
    for (let i = 0; i < this.#channels.length; i++)
      if ((this.#channels[i] as Map<string, unknown>).size > 0) return false;
    return true;
  }

  /** The channel of those who want only the events of `key`. An empty one is not kept. */
  channel(routeName: string, key: string): Channel<ListenerNode> {
    const channels = this.#channels[this.#routes.findIndex(({ name }) => name === routeName)];
    if (channels === undefined) throw new Error(`There is no route by ${routeName}.`);
    let channel = channels.get(key);
    if (channel === undefined) {
      channel = new Channel<ListenerNode>(() => channels.delete(key));
      channels.set(key, channel);
    }
    return channel;
  }

  /** The channel with somebody in it whom `event` concerns; the first, if there are several. */
  first(event: BusEvent): Channel<ListenerNode> | undefined {
    if (this.all.size > 0) return this.all;
    for (let i = 0; i < this.#routes.length; i++) {
      const channel = this.#keyed(i, event);
      if (channel !== undefined) return channel;
    }
    return undefined;
  }

  /** The others, if there are any. */
  others(event: BusEvent, first: Channel<ListenerNode>): Channel<ListenerNode>[] | undefined {
    let others: Channel<ListenerNode>[] | undefined;
    for (let i = 0; i < this.#routes.length; i++) {
      const channel = this.#keyed(i, event);
      if (channel !== undefined && channel !== first) (others ??= []).push(channel);
    }
    return others;
  }

  #keyed(route: number, event: BusEvent): Channel<ListenerNode> | undefined {
    const channels = this.#channels[route] as Map<string, Channel<ListenerNode>>;
    return channels.size === 0
      ? undefined
      : channels.get((this.#routes[route] as Route).keyOf(event));
  }

  /** Every channel, whomever it concerns. */
  *everyChannel(): Iterable<Channel<ListenerNode>> {
    yield this.all;
    for (const channels of this.#channels) yield* channels.values();
  }
}
