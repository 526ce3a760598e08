import { Context } from '../causality/context.js';
import {
  carriedExecution,
  currentExecution,
  enterAsync,
  swapRunning,
} from '../causality/execution.js';
import { now } from '../clock/clock.js';
import type { Scope } from '../ownership/scope.js';
import { tellOfEvent } from './activity.js';
import { BusEvent, type FireOptions } from './bus-event.js';
import { Channel } from './channel.js';
import { checkFireArguments } from './check-options.js';
import { Delivery, type DeliveryHost } from './delivery.js';
import { type EventData, MATCH_ALL, NOT_FOR_MATCH_ALL } from './event-map.js';
import { EventQueue, type QueuedEvent } from './event-queue.js';
import { assertEventType } from './event-type.js';
import { type EventHandler, ListenerNode, type NodeOptions } from './listener-node.js';
import { noteMaker } from './makers.js';
import { mergeChannels } from './merge-channels.js';
import { type Route, Topic } from './topic.js';

const NO_DATA = Object.freeze({});
const NO_TYPE = Symbol(); // nobody can fire it, so what comes first is looked at

/**
 * Delivers events: one order for all, first in first out, run to completion.
 *
 * What is fired while an event is being delivered waits until that event has reached everybody.
 * So every listener sees a cause before its effects, whatever its place in the order of
 * registration. An error of a listener goes to `report`, and stops neither the others nor whoever fired.
 */
export class EventDispatcher {
  readonly #host: DeliveryHost;
  readonly #delivery: Delivery;
  readonly #topics = new Map<string, Topic>();
  readonly #matchAll = new Channel<ListenerNode>();
  readonly #queue = new EventQueue();
  #lastType: string | symbol = NO_TYPE;
  #lastTopic: Topic | undefined;
  #registrations = 0;
  // The event that is being delivered: how deep in the chain of causes, and its link of it.
  #depth = 0;
  #item: QueuedEvent | null = null;
  #fired = 0;
  #dropped = 0;
  #hasReportedDrop = false;
  #isComplete = false;

  constructor(host: DeliveryHost) {
    this.#host = host;
    this.#delivery = new Delivery(host);
  }

  /** Lets listeners of `type` be addressed by keys. Once per type, before anybody listens. */
  addRoutes(type: string, routes: readonly Route[]): void {
    this.#topics.set(type, new Topic(routes));
  }

  /** Calls `handler` for every event of `type`, or of every type, that is fired from now on. */
  add(type: string, handler: EventHandler, options: NodeOptions): ListenerNode {
    const channel = type === MATCH_ALL ? this.#matchAll : this.#topic(type).all;
    return this.#register(channel, handler, options);
  }

  /** The same for the events of one key only. */
  addKeyed(
    type: string,
    route: string,
    key: string,
    handler: EventHandler,
    options: NodeOptions,
  ): ListenerNode {
    return this.#register(this.#topic(type).channel(route, key), handler, options);
  }

  /** Who listens, by the type to which they listen. */
  *channels(): Iterable<readonly [type: string, channel: Channel<ListenerNode>]> {
    yield [MATCH_ALL, this.#matchAll];
    for (const [type, topic] of this.#topics)
      for (const channel of topic.everyChannel()) yield [type, channel];
  }

  /** What is being delivered, and to whom. */
  get delivery(): { readonly event: BusEvent | null; readonly node: ListenerNode | null } {
    return this.#delivery;
  }

  /** How many events were fired so far, also unheard; how many wait, and how many were dropped. */
  get stats(): { readonly fired: number; readonly queued: number; readonly dropped: number } {
    return { fired: this.#fired, queued: this.#queue.size, dropped: this.#dropped };
  }

  /** Fires an event: at once, or inside a listener, after the current one has reached all. */
  fire(type: string, data: unknown, options?: FireOptions, owner?: Scope): void {
    const topic = type === this.#lastType ? this.#lastTopic : this.#find(type);
    if (data !== undefined || options !== undefined) checkFireArguments(data, options);
    if (this.#isComplete) return;
    this.#fired++;
    const running = currentExecution();
    const cause = running === undefined ? null : running.context;
    if (cause !== null) this.#host.log?.rememberCause(running);
    const { seesEvents } = this.#host.probe;
    // Nobody will hear it: neither an event nor an id is made.
    if (topic?.isEmpty !== false && this.#matchAll.size === 0 && !seesEvents) return;
    const time = options?.timeFired ?? now();
    const event = new BusEvent(
      type,
      (data ?? NO_DATA) as EventData<string>,
      options?.origin ?? 'local',
      time,
      // An id tells when it was made, also for an event that is said to be of another time.
      options?.context ?? Context.causedBy(cause, options?.timeFired === undefined ? time : now()),
      owner,
    );
    if (event.context.hasParent) this.#host.log?.remember(event);
    if (seesEvents) tellOfEvent(this.#host.probe, event, owner?.name ?? 'hub');
    if (this.#depth > 0) this.#enqueue(event, topic);
    else this.#drain(event, topic);
  }

  /** Ends all streams: their subscribers are told that nothing more will come. */
  complete(): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    const channels = [...this.channels()].map(([, channel]) => channel);
    for (const node of mergeChannels(channels)) this.#end(node);
  }

  #register(
    channel: Channel<ListenerNode>,
    handler: EventHandler,
    options: NodeOptions,
  ): ListenerNode {
    const node = new ListenerNode(channel, ++this.#registrations, handler, options);
    if (options.owner.hasParts) noteMaker(node, this.#delivery.node);
    if (this.#isComplete) this.#end(node);
    return node;
  }

  #end(node: ListenerNode): void {
    const { stream, owner, name, kind: source } = node;
    node.remove();
    try {
      stream?.complete();
    } catch (error) {
      this.#host.report({ error, source, owner: owner.name, name });
    }
  }

  // Events come in runs of one type, and looking it up is a good part of what a fire costs.
  #find(type: string): Topic | undefined {
    assertEventType(type);
    this.#lastType = type;
    return (this.#lastTopic = this.#topics.get(type));
  }

  /** Delivers an event and all that is fired meanwhile. */
  #drain(first: BusEvent, topic: Topic | undefined): void {
    // Nothing of what fired the first event is seen by those who listen.
    const running = swapRunning(this.#delivery.execution);
    const carried = carriedExecution();
    if (carried !== undefined) enterAsync(undefined);
    this.#depth = 1;
    try {
      this.#deliver(first, topic, this.#registrations);
      if (this.#queue.size > 0) this.#drainQueue();
    } finally {
      this.#depth = 0;
      this.#delivery.end();
      swapRunning(running);
      if (carried !== undefined) enterAsync(carried);
    }
  }

  #drainQueue(): void {
    for (let item = this.#queue.shift(); item !== undefined; item = this.#queue.shift()) {
      this.#depth = item.depth;
      this.#item = item;
      this.#deliver(item.event, item.topic, item.asOf);
    }
    this.#item = null;
    this.#hasReportedDrop = false;
  }

  #deliver(event: BusEvent, topic: Topic | undefined, asOf: number): void {
    if (topic?.hasNoRoutes === true && this.#matchAll.size === 0) {
      this.#deliverTo(topic.all, event, asOf);
      return;
    }
    let matchAll: Channel<ListenerNode> | undefined;
    if (this.#matchAll.size > 0 && !NOT_FOR_MATCH_ALL.has(event.type)) matchAll = this.#matchAll;
    const first = topic?.first(event) ?? matchAll;
    if (first === undefined) return;
    const others = topic?.others(event, first);
    if (others === undefined && (matchAll === undefined || matchAll === first)) {
      this.#deliverTo(first, event, asOf);
      return;
    }
    const channels = [first, ...(others ?? [])];
    if (matchAll !== undefined && matchAll !== first) channels.push(matchAll);
    this.#delivery.deliver(event, mergeChannels(channels), asOf);
  }

  /** One channel, as nearly always: its list is the order. */
  #deliverTo(channel: Channel<ListenerNode>, event: BusEvent, asOf: number): void {
    if (asOf === this.#registrations) this.#delivery.deliverTo(channel, event);
    else this.#delivery.deliver(event, channel.nodes, asOf);
  }

  #enqueue(event: BusEvent, topic: Topic | undefined): void {
    // The first event of a run gets its link of the chain only now, when it has led to another.
    const first = this.#delivery.event ?? event;
    this.#item ??= { event: first, topic, asOf: 0, depth: 1, firedIn: null };
    const depth = this.#depth + 1;
    const item = { event, topic, asOf: this.#registrations, depth, firedIn: this.#item };
    const refusal = this.#queue.push(item);
    if (refusal) this.#drop(event, refusal);
  }

  /** One report tells of a loop; the bus goes on with what is left. */
  #drop(event: BusEvent, error: Error): void {
    this.#dropped++;
    if (this.#hasReportedDrop) return;
    this.#hasReportedDrop = true;
    const { node } = this.#delivery;
    this.#host.report({
      error,
      source: 'event',
      owner: node?.owner.name ?? 'hub',
      name: node?.name ?? event.type,
      event,
      context: event.context,
    });
  }

  #topic(type: string): Topic {
    let topic = this.#topics.get(type);
    if (topic === undefined) {
      assertEventType(type); // nobody can wait for what can never be fired
      topic = new Topic([], () => {
        this.#topics.delete(type);
        this.#lastType = NO_TYPE;
      });
      this.#topics.set(type, topic);
      this.#lastType = NO_TYPE;
    }
    return topic;
  }
}
