import { isoTime } from '../clock/clock.js';
import type { Context } from '../causality/context.js';
import type { EntityIdParts } from './entity-id.js';
import type { Attributes } from './attributes.js';

/** Home Assistant's wire form of a state. */
export interface StateJson {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Attributes;
  readonly last_changed: string;
  readonly last_reported: string;
  readonly last_updated: string;
  readonly context: ReturnType<Context['toJSON']>;
}

/**
 * What is known about one entity at one moment. It never changes: each write makes another one.
 *
 * All instants are epoch milliseconds. The three differ in what moves them: `lastChanged` only
 * another text (or a forced update), `lastUpdated` also other attributes, `lastReported` every
 * write.
 */
export class State {
  readonly entityId: string;
  readonly state: string;
  /** Plain data, deeply frozen; the same object as before when nothing in it has changed. */
  readonly attributes: Attributes;
  readonly lastChanged: number;
  readonly lastUpdated: number;
  readonly lastReported: number;
  /** Who or what caused the last write that has changed something. */
  readonly context: Context;
  readonly #parts: EntityIdParts;

  // In turns and not by name: it is made at every write.
  constructor(
    entity: { readonly entityId: string; readonly parts: EntityIdParts },
    state: string,
    attributes: Attributes,
    lastChanged: number,
    lastUpdated: number,
    lastReported: number,
    context: Context,
  ) {
    this.entityId = entity.entityId;
    this.state = state;
    this.attributes = attributes;
    this.lastChanged = lastChanged;
    this.lastUpdated = lastUpdated;
    this.lastReported = lastReported;
    this.context = context;
    this.#parts = entity.parts;
    Object.freeze(this);
  }

  get domain(): string {
    return this.#parts.domain;
  }

  get objectId(): string {
    return this.#parts.objectId;
  }

  /** The attribute `friendly_name`, else the object id with spaces. */
  get name(): string {
    const { friendly_name: friendly } = this.attributes;
    return typeof friendly === 'string' ? friendly : this.objectId.replaceAll('_', ' ');
  }

  toJSON(): StateJson {
    return {
      entity_id: this.entityId,
      state: this.state,
      attributes: this.attributes,
      last_changed: isoTime(this.lastChanged),
      last_reported: isoTime(this.lastReported),
      last_updated: isoTime(this.lastUpdated),
      context: this.context.toJSON(),
    };
  }
}
