import { map, type Observable } from 'rxjs';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { BusEvent } from '../events/bus-event.js';
import { BusObservable } from '../events/bus-observable.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import type { EventHandler, ListenerNode, NodeOptions } from '../events/listener-node.js';
import type { StreamOwner } from '../events/stream-owner.js';
import type { Attributes } from './attributes.js';
import { isEntityId, parseEntityId } from './entity-id.js';
import { STATE_CHANGED } from './state-events.js';
import type { SetOptions, StateTable } from './state-table.js';
import type { StateValue } from './state-text.js';
import type { State } from './state.js';

export type StateChange = BusEvent<'state_changed'>;

/** Whose changes are wanted: one entity's, several entities', a domain's, or those that match. */
export type ChangeSelector =
  string | readonly string[] | { readonly domain: string } | ((event: StateChange) => boolean);

/** What is now: the last known state of every entity. One per owner, all over the same states. */
export class StateMachine {
  readonly #table: StateTable;
  readonly #dispatcher: EventDispatcher;
  readonly #owner: StreamOwner;

  constructor(table: StateTable, dispatcher: EventDispatcher, owner: StreamOwner) {
    this.#table = table;
    this.#dispatcher = dispatcher;
    this.#owner = owner;
  }

  /**
   * Writes the state of an entity. It is in force when this returns; `state_changed` has then
   * reached everybody too, except inside a listener, where it follows in order. A write that
   * changes neither text nor attributes fires `state_reported` instead.
   *
   * @throws InvalidEntityIdError, InvalidStateError, InvalidAttributesError; nothing is stored
   * and nothing fired then.
   */
  set(
    entityId: string,
    state: StateValue,
    attributes?: Attributes | null,
    options?: SetOptions,
  ): void {
    if (this.#owner.fence.blocks('states.set')) return;
    this.#table.set(entityId, state, attributes, options, this.#owner.fence.scope);
  }

  /** The state, or `undefined` for an entity that is not known. */
  get(entityId: string): State | undefined {
    return this.#table.get(entityId);
  }

  /** Whether the entity is known and its state is this text. */
  is(entityId: string, state: StateValue): boolean {
    return this.#table.get(entityId)?.state === String(state);
  }

  /** Forgets an entity and its reservation; `false` if it had no state. Fires `state_changed`. */
  remove(entityId: string, options: Pick<SetOptions, 'context' | 'timestamp'> = {}): boolean {
    if (this.#owner.fence.blocks('states.remove')) return false;
    return this.#table.remove(entityId, options, this.#owner.fence.scope);
  }

  /**
   * Keeps an entity id from being taken until it is removed. Fires nothing.
   *
   * @throws EntityIdTakenError when it has a state or is reserved; InvalidEntityIdError.
   */
  reserve(entityId: string): void {
    if (this.#owner.fence.blocks('states.reserve')) return;
    this.#table.reserve(entityId);
  }

  /** Whether the entity id has neither a state nor a reservation. */
  available(entityId: string): boolean {
    return this.#table.get(entityId) === undefined && !this.#table.isReserved(entityId);
  }

  /** The states of a domain, of several, or of all: a list of its own, oldest entity first. */
  all(domain?: string | readonly string[]): State[] {
    if (domain === undefined || typeof domain === 'string') return this.#table.values(domain);
    return [...new Set(domain)].flatMap((name) => this.#table.values(name));
  }

  entityIds(domain?: string | readonly string[]): string[] {
    return this.all(domain).map(({ entityId }) => entityId);
  }

  count(domain?: string | readonly string[]): number {
    if (domain === undefined || typeof domain === 'string') return this.#table.size(domain);
    return [...new Set(domain)].reduce((sum, name) => sum + this.#table.size(name), 0);
  }

  /**
   * The `state_changed` events of some entities, or of all. Hot: a late subscriber sees nothing of
   * the past. For entities and domains it costs nothing when others change; a predicate is asked
   * for every change. Completes when the hub has stopped.
   *
   * @throws InvalidEntityIdError, InvalidOptionError for a selector that can never match.
   */
  changes(selector?: ChangeSelector): Observable<StateChange> {
    return this.#changes(selector);
  }

  /** The state of one entity: at once what it is now, then every change; `undefined` while unknown. */
  watch(entityId: string): Observable<State | undefined> {
    parseEntityId(entityId);
    return this.#changes(entityId).reconnect<State | undefined>((changes, subscriber) => {
      // Subscribed first, or a change that its own first value leads to would be missed.
      const states = changes.pipe(map(({ data }) => data.newState ?? undefined));
      const subscription = states.subscribe(subscriber);
      subscriber.next(this.#table.get(entityId));
      return subscription;
    });
  }

  #changes(selector?: ChangeSelector): BusObservable<StateChange> {
    const add = this.#adder(selector);
    return new BusObservable<StateChange>(this.#owner, (next, stream, name) =>
      add(next as EventHandler, {
        owner: this.#owner.fence.scope,
        kind: 'subscriber',
        name,
        stream,
        ...(typeof selector === 'function' && {
          filter: selector as (event: BusEvent) => boolean,
        }),
      }),
    );
  }

  #adder(
    selector: ChangeSelector | undefined,
  ): (handler: EventHandler, options: NodeOptions) => ListenerNode[] {
    const dispatcher = this.#dispatcher;
    if (selector === undefined || typeof selector === 'function')
      return (handler, options) => [dispatcher.add(STATE_CHANGED, handler, options)];
    if (isDomainSelector(selector)) {
      const { domain } = selector;
      return (handler, options) => [
        dispatcher.addKeyed(STATE_CHANGED, 'domain', domain, handler, options),
      ];
    }
    if (typeof selector !== 'string' && !isList(selector)) throw invalidSelector(selector);
    const entityIds = [...new Set(typeof selector === 'string' ? [selector] : selector)];
    for (const entityId of entityIds) parseEntityId(entityId);
    // Of no entity at all nothing comes, but the end of the hub.
    const keys = entityIds.length > 0 ? entityIds : [''];
    return (handler, options) =>
      keys.map((id) => dispatcher.addKeyed(STATE_CHANGED, 'entity', id, handler, options));
  }
}

/** @throws InvalidOptionError for a domain that no entity can have. */
function isDomainSelector(selector: unknown): selector is { readonly domain: string } {
  if (typeof selector !== 'object' || selector === null || !('domain' in selector)) return false;
  const { domain } = selector;
  if (typeof domain === 'string' && isEntityId(`${domain}.x`)) return true;
  throw new InvalidOptionError(`Expected a domain like \`light\`, got ${quote(domain)}.`);
}

function isList(selector: unknown): selector is readonly string[] {
  return Array.isArray(selector);
}

function invalidSelector(selector: unknown): InvalidOptionError {
  return new InvalidOptionError(
    `Expected an entity id, a list of them, \`{ domain }\` or a function, got ${quote(selector)}.`,
  );
}
