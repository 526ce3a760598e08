import { Context } from '../causality/context.js';
import { currentContext } from '../causality/execution.js';
import { now } from '../clock/clock.js';
import { EntityIdTakenError, InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { checkContext, checkFlag, checkInstant } from '../events/check-options.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import type { Scope } from '../ownership/scope.js';
import { freezeAttributes, isSame } from './attributes.js';
import { parseEntityId } from './entity-id.js';
import {
  STATE_CHANGED,
  STATE_REPORTED,
  STATE_ROUTES,
  StateChanged,
  StateReported,
} from './state-events.js';
import { stateText } from './state-text.js';
import { State } from './state.js';

/** What may be given to a write. */
export interface SetOptions {
  /** Counts the state as changed although the text is the same. @default false */
  readonly forceUpdate?: boolean | undefined;
  /** Who or what caused it. @default a child of the context whose code is running */
  readonly context?: Context | undefined;
  /** When it was so, in epoch milliseconds. @default now */
  readonly timestamp?: number | undefined;
}

/** The states of all entities: decides what a write has changed, keeps it and tells the bus. */
export class StateTable {
  readonly #dispatcher: EventDispatcher;
  readonly #states = new Map<string, State>();
  readonly #domains = new Map<string, Map<string, State>>();
  readonly #reserved = new Set<string>();

  constructor(dispatcher: EventDispatcher) {
    this.#dispatcher = dispatcher;
    dispatcher.addRoutes(STATE_CHANGED, STATE_ROUTES);
    dispatcher.addRoutes(STATE_REPORTED, STATE_ROUTES);
  }

  get(entityId: string): State | undefined {
    return this.#states.get(entityId);
  }

  isReserved(entityId: string): boolean {
    return this.#reserved.has(entityId);
  }

  /** The states of a domain, or of all, in the order in which their entities came. */
  values(domain?: string): Iterable<State> {
    if (domain === undefined) return this.#states.values();
    return this.#domains.get(domain)?.values() ?? [];
  }

  size(domain?: string): number {
    if (domain === undefined) return this.#states.size;
    return this.#domains.get(domain)?.size ?? 0;
  }

  set(
    entityId: string,
    value: unknown,
    attributes: unknown,
    options: SetOptions,
    owner: Scope,
  ): void {
    checkWriteOptions(options);
    const { forceUpdate = false, context, timestamp } = options;
    const old = this.#states.get(entityId);
    const parts = old ?? parseEntityId(entityId);
    const state = stateText(value, entityId);
    const isSameText = old?.state === state && !forceUpdate;
    // The frozen object of the last write can be told by identity, at no cost.
    const given =
      old && attributes === old.attributes ? attributes : freezeAttributes(attributes, entityId);
    const isSameAttributes = old !== undefined && isSame(old.attributes, given);
    const at = timestamp ?? now();
    const next = new State({
      entityId,
      parts: { domain: parts.domain, objectId: parts.objectId },
      state,
      attributes: isSameAttributes ? old.attributes : (given as State['attributes']),
      lastChanged: old && isSameText ? old.lastChanged : at,
      lastUpdated: old && isSameText && isSameAttributes ? old.lastUpdated : at,
      lastReported: at,
      context: context ?? Context.causedBy(currentContext(), timestamp === undefined ? at : now()),
    });
    this.#keep(next);
    const fired = { context: next.context, timeFired: at };
    if (old && isSameText && isSameAttributes)
      this.#dispatcher.fire(
        STATE_REPORTED,
        new StateReported(entityId, old.lastReported, next),
        fired,
        owner,
      );
    else
      this.#dispatcher.fire(
        STATE_CHANGED,
        new StateChanged(entityId, old ?? null, next),
        fired,
        owner,
      );
  }

  remove(entityId: string, options: SetOptions, owner: Scope): boolean {
    checkWriteOptions(options);
    const { context, timestamp } = options;
    this.#reserved.delete(entityId);
    const old = this.#states.get(entityId);
    if (old === undefined) return false;
    this.#states.delete(entityId);
    const domain = this.#domains.get(old.domain);
    domain?.delete(entityId);
    if (domain?.size === 0) this.#domains.delete(old.domain);
    this.#dispatcher.fire(
      STATE_CHANGED,
      new StateChanged(entityId, old, null),
      { context, timeFired: timestamp },
      owner,
    );
    return true;
  }

  reserve(entityId: string): void {
    parseEntityId(entityId);
    if (this.#states.has(entityId) || this.#reserved.has(entityId))
      throw new EntityIdTakenError(
        `\`${entityId}\` ${this.#states.has(entityId) ? 'has a state' : 'is reserved'} already.`,
      );
    this.#reserved.add(entityId);
  }

  #keep(state: State): void {
    this.#states.set(state.entityId, state);
    let domain = this.#domains.get(state.domain);
    if (domain === undefined) this.#domains.set(state.domain, (domain = new Map<string, State>()));
    domain.set(state.entityId, state);
  }
}

/** @throws InvalidOptionError naming the option and the value; nothing is stored then. */
function checkWriteOptions(options: SetOptions): void {
  if (typeof options !== 'object' || (options as unknown) === null)
    throw new InvalidOptionError(`Expected options of a write, got ${quote(options)}.`);
  const { forceUpdate, context, timestamp } = options;
  checkFlag('forceUpdate', forceUpdate);
  checkContext(context);
  checkInstant('timestamp', timestamp);
}
