import { enterAsync, Execution, swapRunning } from '../causality/execution.js';
import type { ProbedHub, ProbeSlot } from '../causality/probe.js';
import { monotonic, now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import type { FailureSource, Report } from '../errors/report.js';
import { CallbackReturnedPromiseError } from '../errors/work-errors.js';
import { eventActivity, recordCall } from './activity.js';
import type { BusEvent } from './bus-event.js';
import type { Channel } from './channel.js';
import type { EventLog } from './event-log.js';
import type { ListenerNode } from './listener-node.js';

/** What the delivery of events leaves to others. */
export interface DeliveryHost {
  readonly hub: ProbedHub | null;
  readonly report: Report;
  /** Takes what a listener returned, if it is a promise. */
  readonly onPromise: (promise: PromiseLike<unknown>, node: ListenerNode, event: BusEvent) => void;
  /** Whether listeners keep their cause over `await`. */
  readonly carriesOverAwait: boolean;
  readonly probe: ProbeSlot;
  /** Remembers what was fired, so that causes can be asked for later. */
  readonly log: EventLog | null;
}

type Nodes = readonly (ListenerNode | null)[];

/**
 * Calls the nodes of one event after the other, each on its own: what one throws goes to
 * `report`, and the next is called.
 *
 * This is the hot path. Where all nodes are alike (`deliverTo`) none is looked at: one `try` serves
 * all and is entered again behind the one that threw, and one execution serves the event. What runs
 * is told apart by node only where somebody can ask for it: async functions, and all while probed.
 */
export class Delivery {
  readonly #host: DeliveryHost;
  #nodes: Nodes = [];
  #at = 0;
  #isFiltering = false;
  /** Of the call that has failed, for its report. */
  #failed = 0;
  readonly #execution: Execution;

  constructor(host: DeliveryHost) {
    this.#host = host;
    this.#execution = new Execution(host.hub, null);
  }

  /** The event that is being delivered. */
  get event(): BusEvent | null {
    return this.#execution.event as BusEvent | null;
  }

  /** Who is being called. */
  get node(): ListenerNode | null {
    return this.event === null ? null : (this.#nodes[this.#at] ?? null);
  }

  /** What is running while listeners are called that cannot await; nobody may keep it. */
  get execution(): Execution {
    return this.#execution;
  }

  /** A run of deliveries is over; the last event is not kept. */
  end(): void {
    this.#execution.event = null;
  }

  /** Calls everybody in `channel`. */
  deliverTo(channel: Channel<ListenerNode>, event: BusEvent): void {
    const { nodes } = channel;
    if (!channel.isUniform || this.#host.probe.seesCalls) {
      this.deliver(event, nodes, Infinity);
      return;
    }
    const carries = channel.mayAwait && this.#host.carriesOverAwait;
    this.#begin(event, nodes);
    if (carries) this.#carry(event);
    const { length } = nodes; // who is added meanwhile comes too late
    for (let at = 0; at < length;) {
      try {
        for (; at < length; at++) {
          const node = nodes[at];
          if (node == null) continue;
          this.#at = at;
          const { handler } = node; // called alone: it is not to see the node as its `this`
          const result = handler(event);
          if (result !== undefined) this.#returned(result, node, event);
        }
      } catch (error) {
        this.#fail(error, nodes[at++] ?? null, event);
      }
    }
    if (carries) this.#drop();
  }

  /** Calls those of `nodes` that were registered up to `asOf`, looking at each. */
  deliver(event: BusEvent, nodes: Nodes, asOf: number): void {
    const { carriesOverAwait } = this.#host;
    const { seesCalls } = this.#host.probe;
    this.#begin(event, nodes);
    const { length } = nodes;
    let isCarrying = false;
    for (let at = 0; at < length; at++) {
      const node = nodes[at];
      if (node == null) continue;
      if (node.since > asOf) break;
      this.#at = at;
      try {
        if (node.filter !== null && !this.#passes(node, event)) continue;
        const carries = carriesOverAwait && node.mayAwait;
        if (carries !== isCarrying) {
          isCarrying = carries;
          if (carries) this.#carry(event);
          else this.#drop();
        }
        if (seesCalls || node.isAsync) {
          this.#callAlone(node, event, isCarrying);
          continue;
        }
        const { handler } = node;
        const result = handler(event);
        if (result !== undefined) this.#returned(result, node, event);
      } catch (error) {
        this.#fail(error, node, event);
      }
    }
    if (isCarrying) this.#drop();
  }

  #begin(event: BusEvent, nodes: Nodes): void {
    this.#execution.event = event;
    this.#nodes = nodes;
    this.#at = 0;
  }

  /** From here on what is called may await, and then still has `event` for its cause. */
  #carry(event: BusEvent): void {
    const execution = new Execution(this.#host.hub, event.context, null, 0, null, event);
    swapRunning(execution);
    enterAsync(execution);
  }

  /** From here on what is called is left without a cause at its first timer. */
  #drop(): void {
    swapRunning(this.#execution);
    enterAsync(undefined);
  }

  #returned(result: unknown, node: ListenerNode, event: BusEvent): void {
    if (!isThenable(result)) return;
    node.foundAsync();
    this.#host.onPromise(result, node, event);
  }

  #passes(node: ListenerNode, event: BusEvent): boolean {
    this.#isFiltering = true;
    const { filter } = node;
    const answer = filter?.(event);
    this.#isFiltering = false;
    if (!isThenable(answer)) return Boolean(answer);
    // An answer that is still to come is none.
    const fail = (error: unknown): void => this.#report(error, 'filter', node, event);
    const late = new CallbackReturnedPromiseError(
      `The filter of \`${node.name}\` returned a promise; it has to answer at once.`,
    );
    Promise.resolve(answer).then(() => fail(late), fail);
    return false;
  }

  /** A call with an execution of its own, so that what it begins can be told from the others'. */
  #callAlone(node: ListenerNode, event: BusEvent, isCarrying: boolean): void {
    const { probe, stopwatch } = this.#host.probe;
    const activity = probe?.nextId() ?? 0;
    const execution = new Execution(
      this.#host.hub,
      event.context,
      null,
      activity,
      node.owner,
      event,
    );
    const shared = swapRunning(execution);
    if (isCarrying) enterAsync(execution);
    const at = probe === null ? 0 : now();
    const begun = stopwatch === null ? 0 : monotonic();
    let failed = true;
    try {
      const { handler } = node;
      const result = handler(event);
      failed = false;
      if (result !== undefined) this.#returned(result, node, event);
    } finally {
      swapRunning(shared);
      if (isCarrying) enterAsync(shared);
      stopwatch?.took(monotonic() - begun, { node, type: event.type });
      if (failed) this.#failed = activity;
      if (probe !== null) recordCall(probe, { activity, node, event, at, failed });
    }
  }

  #fail(error: unknown, node: ListenerNode | null, event: BusEvent): void {
    const source = this.#isFiltering ? 'filter' : (node?.kind ?? 'listener');
    const activity = this.#failed;
    this.#isFiltering = false;
    this.#failed = 0;
    this.#report(error, source, node, event, activity);
  }

  #report(
    error: unknown,
    source: FailureSource,
    node: ListenerNode | null,
    event: BusEvent,
    activity = 0,
  ): void {
    this.#host.report({
      error,
      source,
      owner: node?.owner.name ?? 'hub',
      name: node?.name ?? event.type,
      event,
      context: event.context,
      activity: activity || eventActivity(event),
    });
  }
}
