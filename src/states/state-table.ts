import { Context } from '../causality/context.js';
import { currentContext } from '../causality/execution.js';
import { now } from '../clock/clock.js';
import { EntityIdTakenError, InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { checkContext, checkFlag, checkInstant } from '../events/check-options.js';
import type { EventDispatcher } from '../events/event-dispatcher.js';
import type { Scope } from '../ownership/scope.js';
import { type EntityIdParts, parseEntityId } from './entity-id.js';
import { KeptAttributes } from './kept-attributes.js';
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

/** One entity, from its first write until it is removed. */
class Entry {
  /** Its text is the one that all its states and events have: what they look up is hashed already. */
  readonly entityId: string;
  readonly parts: EntityIdParts;
  state: State | undefined = undefined;
  attributes = KeptAttributes.NONE;

  constructor(entityId: string) {
    this.entityId = entityId;
    this.parts = parseEntityId(entityId);
  }
}

const NO_OPTIONS: SetOptions = Object.freeze({});

/** The states of all entities: decides what a write has changed, keeps it and tells the bus. */
export class StateTable {
  readonly #dispatcher: EventDispatcher;
  readonly #entries = new Map<string, Entry>();
  readonly #domains = new Map<string, Map<string, Entry>>();
  readonly #reserved = new Set<string>();

  constructor(dispatcher: EventDispatcher) {
    this.#dispatcher = dispatcher;
    dispatcher.addRoutes(STATE_CHANGED, STATE_ROUTES);
    dispatcher.addRoutes(STATE_REPORTED, STATE_ROUTES);
  }

  get(entityId: string): State | undefined {
    return this.#entries.get(entityId)?.state;
  }

  isReserved(entityId: string): boolean {
    return this.#reserved.has(entityId);
  }

  /** The states of a domain, or of all, in the order in which their entities came. */
  values(domain?: string): State[] {
    const states: State[] = [];
    const entries = domain === undefined ? this.#entries : this.#domains.get(domain);
    for (const { state } of entries?.values() ?? []) if (state !== undefined) states.push(state);
    return states;
  }

  size(domain?: string): number {
    if (domain === undefined) return this.#entries.size;
    return this.#domains.get(domain)?.size ?? 0;
  }

  set(
    entityId: string,
    value: unknown,
    attributes: unknown,
    options: SetOptions | undefined,
    owner: Scope,
  ): void {
    if (options !== undefined) checkWriteOptions(options);
    const { forceUpdate = false, context, timestamp } = options ?? NO_OPTIONS;
    const known = this.#entries.get(entityId);
    if (known === undefined) parseEntityId(entityId); // one that has a state is valid
    const state = stateText(value, entityId);
    const kept = (known?.attributes ?? KeptAttributes.NONE).next(attributes, entityId);
    // A getter among the attributes may just have written or removed the same entity.
    const entry = known?.state === undefined ? this.#entry(entityId) : known;
    const old = entry.state;
    const isSameText = old !== undefined && old.state === state && !forceUpdate;
    const isUnchanged = isSameText && kept === entry.attributes;
    const at = timestamp ?? now();
    const next = new State(
      entry,
      state,
      kept.frozen,
      isSameText ? old.lastChanged : at,
      isUnchanged ? old.lastUpdated : at,
      at,
      // Whoever says the same again is not why it is so: that stays with the one who made it so.
      isUnchanged
        ? old.context
        : (context ?? Context.causedBy(currentContext(), timestamp === undefined ? at : now())),
    );
    entry.state = next;
    entry.attributes = kept;
    const fired = { context: isUnchanged ? context : next.context, timeFired: at };
    if (isUnchanged)
      this.#dispatcher.fire(
        STATE_REPORTED,
        new StateReported(entry.entityId, old.lastReported, next),
        fired,
        owner,
      );
    else
      this.#dispatcher.fire(
        STATE_CHANGED,
        new StateChanged(entry.entityId, old ?? null, next),
        fired,
        owner,
      );
  }

  remove(entityId: string, options: SetOptions, owner: Scope): boolean {
    checkWriteOptions(options);
    const { context, timestamp } = options;
    this.#reserved.delete(entityId);
    const entry = this.#entries.get(entityId);
    const old = entry?.state;
    if (entry === undefined || old === undefined) return false;
    entry.state = undefined;
    this.#entries.delete(entityId);
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
    if (this.#entries.has(entityId) || this.#reserved.has(entityId))
      throw new EntityIdTakenError(
        `\`${entityId}\` ${this.#entries.has(entityId) ? 'has a state' : 'is reserved'} already.`,
      );
    this.#reserved.add(entityId);
  }

  #entry(entityId: string): Entry {
    let entry = this.#entries.get(entityId);
    if (entry !== undefined) return entry;
    entry = new Entry(entityId);
    this.#entries.set(entityId, entry);
    const { domain: name } = entry.parts;
    let domain = this.#domains.get(name);
    if (domain === undefined) this.#domains.set(name, (domain = new Map<string, Entry>()));
    domain.set(entityId, entry);
    return entry;
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
