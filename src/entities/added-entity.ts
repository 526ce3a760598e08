import { after } from '../clock/clock.js';
import { LinkedSignal } from '../concurrency/linked-signal.js';
import type { Hub } from '../hub-api/hub.js';
import type { EntityState, PlatformEntity } from '../hub-api/platform.js';
import type { Scope } from '../ownership/scope.js';

const UNAVAILABLE = 'unavailable';
const UNKNOWN = 'unknown';
const SLOW_UPDATE_MS = 10_000;

const added = new WeakMap<PlatformEntity, AddedEntity>();
const early = new WeakMap<PlatformEntity, Hub>();

/** What a hub knows of an entity, from the moment it is added. */
export function addedEntity(entity: PlatformEntity): AddedEntity | undefined {
  return added.get(entity);
}

/** The hub through which an entity acts; `undefined` before it has anything to do with one. */
export function hubOf(entity: PlatformEntity): Hub | undefined {
  return early.get(entity) ?? added.get(entity)?.hub;
}

/** Calls `update` of an entity that is not added yet: until it is, its owner's hub is its hub. */
export async function updateEarly(
  entity: PlatformEntity,
  hub: Hub,
  signal: AbortSignal,
): Promise<void> {
  early.set(entity, hub);
  try {
    await entity.update?.(signal);
  } finally {
    early.delete(entity);
  }
}

/** An entity in a hub: it has an id, a scope of its own, and a state while that is open. */
export class AddedEntity {
  readonly entity: PlatformEntity;
  readonly entityId: string;
  readonly hub: Hub;
  readonly #root: Hub;
  #isWritable = false;
  #isUpdating = false;

  /** Takes `entityId`, which must be free. */
  constructor(entity: PlatformEntity, entityId: string, owner: Hub) {
    this.entity = entity;
    this.entityId = entityId;
    this.#root = rootOf(owner);
    entity.entityId = entityId; // first, because an object may refuse that
    this.#root.states.reserve(entityId);
    this.hub = owner.scoped(owner.scope.child(`${entityId} of ${owner.scope.name}`));
    this.hub.scope.own(() => this.#leave(), 'onRemoved');
    added.set(entity, this);
  }

  get isWritable(): boolean {
    return this.#isWritable && !this.hub.scope.closed;
  }

  /** Calls `onAdded`, then writes the first state. */
  async enter(): Promise<void> {
    await this.entity.onAdded?.();
    if (this.hub.scope.closed) return; // it was removed meanwhile
    this.#isWritable = true;
    this.write();
  }

  write(): void {
    if (!this.isWritable) return;
    const { states } = this.hub;
    try {
      const { text, attributes, forceUpdate } = shownBy(this.entity);
      states.set(this.entityId, text, attributes, { forceUpdate });
    } catch (error) {
      states.set(this.entityId, UNKNOWN); // what it showed before is not true any more
      throw error;
    }
  }

  /** Calls `update`, unless it still runs or the entity was removed, and writes the state. */
  async update(signal: AbortSignal): Promise<void> {
    if (this.#isUpdating || !this.isWritable) return;
    this.#isUpdating = true;
    const warn = (): void =>
      this.hub.logger.warn(`The update of ${this.entityId} takes over 10 s.`, {
        entityId: this.entityId,
      });
    const cancel = after(SLOW_UPDATE_MS, warn);
    const either = new LinkedSignal([signal, this.hub.scope.signal]);
    try {
      await this.entity.update?.(either.signal);
    } finally {
      either[Symbol.dispose]();
      cancel();
      this.#isUpdating = false;
    }
    this.write();
  }

  remove(): Promise<void> {
    return this.hub.scope.close();
  }

  /** The scope has closed: its own hub does nothing more, so the state is taken by the hub itself. */
  #leave(): unknown {
    this.#isWritable = false;
    try {
      return this.entity.onRemoved?.();
    } finally {
      // What a hub showed when it stopped is what it shows when it is looked at again.
      if (!isStopped(this.#root)) this.#root.states.remove(this.entityId);
    }
  }
}

interface Shown {
  readonly text: string | number | boolean;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly forceUpdate: boolean;
}

function shownBy(entity: PlatformEntity): Shown {
  const { name, available, forceUpdate = false } = entity;
  const friendly = name === null ? {} : { friendly_name: name };
  if (!available) return { text: UNAVAILABLE, attributes: friendly, forceUpdate: false };
  const attributes = { ...friendly, ...entity.attributes };
  return { text: textOf(entity.state), attributes, forceUpdate };
}

function textOf(state: EntityState): string | number | boolean {
  return state === null || state === undefined ? UNKNOWN : state;
}

function isStopped({ state }: Hub): boolean {
  return state === 'final_write' || state === 'stopped';
}

/** The hub that is nobody's: states are taken away after their owner may do nothing any more. */
export function rootOf(hub: Hub): Hub {
  let scope: Scope = hub.scope;
  while (scope.parent) scope = scope.parent;
  return hub.scoped(scope);
}
