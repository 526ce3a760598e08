import type { Observable } from 'rxjs';
import type { BusEvent, FireOptions } from '../events/bus-event.js';
import { BusObservable } from '../events/bus-observable.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import type { EventMap, EventType, MatchAll, UnknownData } from '../events/event-map.js';
import { assertEventType } from '../events/event-type.js';
import { listenerCounts } from '../events/listener-counts.js';
import type { EventFilter, EventHandler } from '../events/listener-node.js';
import type { StreamOwner } from '../events/stream-owner.js';
import { isAsyncFunction } from '../jobs/callback.js';
import { Job } from '../jobs/job.js';
import type { TaskRunner } from '../jobs/task-runner.js';
import { repeatable, type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { checkOptions } from './check-options.js';
import { endEarly } from './end-early.js';
import { waitForEvent, type WaitOptions } from './wait-for.js';

/** The event that a listener of `K` gets. */
export type EventOf<K extends EventType | MatchAll> = K extends MatchAll ? BusEvent : BusEvent<K>;

/** Called for an event. If it returns a promise, that becomes a tracked task of the owner. */
export type Listener<K extends EventType | MatchAll> =
  ((event: EventOf<K>) => unknown) | Job<[EventOf<K>]> | Job<[]>;

/** Which events a listener wants, how long, and under which name it fails. */
export interface ListenOptions<K extends EventType | MatchAll> {
  /** Asked for each event; one that throws is reported, and its listener left out. */
  readonly filter?: ((event: EventOf<K>) => unknown) | undefined;
  /** Ends the listening when it aborts. */
  readonly signal?: AbortSignal | undefined;
  /** @default the name of the function */
  readonly name?: string | undefined;
}

// Known types require their data, unless they have none.
type FireArguments<K extends EventType> = K extends keyof EventMap
  ? Record<never, never> extends EventMap[K]
    ? [data?: EventMap[K], options?: FireOptions]
    : [data: EventMap[K], options?: FireOptions]
  : [data?: UnknownData, options?: FireOptions];

/** The bus as one owner sees it: what is begun here ends with that owner. */
export class EventBus {
  readonly #dispatcher: EventDispatcher;
  readonly #owner: StreamOwner;
  readonly #tasks: TaskRunner;

  constructor(dispatcher: EventDispatcher, owner: StreamOwner, tasks: TaskRunner) {
    this.#dispatcher = dispatcher;
    this.#owner = owner;
    this.#tasks = tasks;
  }

  /**
   * Tells everybody who listens. They have all been called when this returns; inside a listener
   * it waits until the current event has reached everybody, so all see one order. Nothing that a
   * listener throws comes out here.
   *
   * @throws InvalidEventTypeError when the type is not a string of 1 to 64 characters.
   */
  fire<K extends EventType>(type: K, ...rest: FireArguments<K>): void;
  fire(type: string, data?: unknown, options?: FireOptions): void {
    if (this.#owner.fence.blocks('bus.fire')) return;
    this.#dispatcher.fire(type, data, options, this.#owner.fence.scope);
  }

  /**
   * The events of a type, or of all (`MATCH_ALL`), as a hot stream: late subscribers see nothing
   * of the past. It completes when the hub has stopped; unloading the owner unsubscribes without
   * completing. Errors of subscribers are reported and change nothing.
   */
  on<K extends EventType, E extends EventOf<K>>(
    type: K,
    filter: (event: EventOf<K>) => event is E,
  ): Observable<E>;
  on<K extends EventType | MatchAll>(
    type: K,
    filter?: (event: EventOf<K>) => unknown,
  ): Observable<EventOf<K>>;
  on(type: string, filter?: EventFilter): Observable<BusEvent> {
    assertEventType(type);
    checkOptions({ filter });
    return new BusObservable<BusEvent>(this.#owner, (next, stream, name) => [
      this.#dispatcher.add(type, next, {
        owner: this.#owner.fence.scope,
        kind: 'subscriber',
        name,
        stream,
        filter,
      }),
    ]);
  }

  /**
   * Calls `listener` for every event of a type, or of all (`MATCH_ALL`), until it is unsubscribed,
   * the signal aborts or the owner is unloaded. Listeners are called in the order in which they
   * were registered. One that throws is reported and stays.
   *
   * A plain function runs inline; the promise of an async one becomes a tracked task. Runs of one
   * listener may overlap: `runAction` limits that.
   *
   * @throws InvalidEventTypeError, InvalidOptionError.
   */
  listen<K extends EventType | MatchAll>(
    type: K,
    listener: Listener<K>,
    options: ListenOptions<K> = {},
  ): Unsubscribe {
    const job = listener instanceof Job ? listener : new Job(listener);
    return this.#listen(type, job as Job<unknown[]>, options as ListenOptions<EventType>);
  }

  /** Like `listen`, for one event: it ends before the listener is called. */
  listenOnce<K extends EventType | MatchAll>(
    type: K,
    listener: Listener<K>,
    options: ListenOptions<K> = {},
  ): Unsubscribe {
    const job = listener instanceof Job ? listener : new Job(listener);
    return this.#listen(type, job as Job<unknown[]>, options as ListenOptions<EventType>, true);
  }

  /**
   * The first event of a type from now on.
   *
   * @throws (as a rejection) TimeoutError after `timeoutMs`; the signal's own reason;
   * ScopeClosedError when the owner is unloaded or the hub stops meanwhile.
   */
  waitFor<K extends EventType | MatchAll>(
    type: K,
    options: WaitOptions<EventOf<K>> = {},
  ): Promise<EventOf<K>> {
    return waitForEvent(
      this.#dispatcher,
      this.#owner.fence,
      type,
      options as WaitOptions<BusEvent>,
    ) as Promise<EventOf<K>>;
  }

  /** How many listen to each type, `*` included, where there are any. */
  listenerCounts(): Record<string, number> {
    return listenerCounts(this.#dispatcher);
  }

  #listen(
    type: string,
    job: Job<unknown[]>,
    options: ListenOptions<EventType>,
    isOnce = false,
  ): Unsubscribe {
    checkOptions(options);
    const { signal, filter, name = job.name } = options;
    const { scope } = this.#owner.fence;
    if (this.#owner.fence.blocks('bus.listen') || signal?.aborted)
      return unsubscribe(() => undefined);
    const node = this.#dispatcher.add(type, this.#handler(job), {
      owner: scope,
      kind: 'listener',
      name,
      filter: filter,
      mayAwait: !job.isMarked,
      isAsync: isAsyncFunction(job.target),
      isMarked: job.isMarked,
      cancelOnShutdown: job.cancelOnShutdown,
    });
    if (isOnce || signal) return endEarly(node, { isOnce, signal });
    scope.attach(node);
    return repeatable(() => {
      node.remove();
      scope.detach(node);
    });
  }

  // What it returns is the dispatcher's business; a worker gets the event as plain data.
  #handler(job: Job<unknown[]>): EventHandler {
    const { target } = job;
    if (typeof target === 'function') return target;
    const { scope } = this.#owner.fence;
    return (event) => {
      const { type, data, origin, timeFired, context } = event;
      const plain = { type, data, origin, timeFired, context: context.toJSON() };
      void this.#tasks.startInExecutor(scope, target, [plain], { name: job.name });
    };
  }
}
