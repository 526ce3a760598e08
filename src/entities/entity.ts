import { StageError } from '../errors/work-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { PlatformEntity } from '../hub-api/platform.js';
import { type AddedEntity, addedEntity, hubOf } from './added-entity.js';

/* eslint-disable @typescript-eslint/no-unsafe-declaration-merging --
   only what an interface declares may become a field in one subclass and a getter in another */

/**
 * A thing of the home as the hub shows it: extend it, say what it is by fields or getters, and give
 * it to a platform. What it is not told is as below.
 *
 *     class Uptime extends Entity {
 *       name = 'Uptime';
 *       uniqueId = 'uptime';
 *       get state() {
 *         return Math.round(process.uptime());
 *       }
 *     }
 */
export interface Entity extends PlatformEntity {
  /** @default none: two of the same name are told apart by a number */
  readonly uniqueId: string | null;
  /** How people call it; it becomes the attribute `friendly_name`. @default null */
  readonly name: string | null;
  /** @default null, which is written as `unknown` */
  readonly state: PlatformEntity['state'];
  /** @default none */
  readonly attributes: Readonly<Record<string, unknown>>;
  /** @default true */
  readonly available: boolean;
  /** @default true, which matters only where there is an `update` */
  readonly shouldPoll: boolean;
  /** @default false */
  readonly forceUpdate: boolean;
}

export abstract class Entity implements PlatformEntity {
  static {
    Object.assign(this.prototype, {
      uniqueId: null,
      name: null,
      state: null,
      attributes: Object.freeze({}),
      available: true,
      shouldPoll: true,
      forceUpdate: false,
    } satisfies PlatformEntity);
  }

  /** Set it to wish for an id; the platform sets it when it is added. */
  entityId?: string | undefined;

  /**
   * The hub as this entity sees it: what is begun through it ends when the entity is removed. In an
   * update before it is added it is that of the platform.
   *
   * @throws StageError before that.
   */
  get hub(): Hub {
    return hubOf(this) ?? this.#added().hub;
  }

  /** Whether it is part of a hub now, with a first state. */
  get isAdded(): boolean {
    return addedEntity(this)?.isWritable ?? false;
  }

  /**
   * Writes what it shows now. Does nothing before its first state is due and after it was removed.
   *
   * @throws StageError when it was never added. InvalidStateError, InvalidAttributesError when it
   * shows what cannot be shown: its state is `unknown` then.
   */
  writeState(): void {
    this.#added().write();
  }

  /**
   * Takes it out of the hub: `onRemoved` is called, its state goes. Later calls join the first.
   *
   * @throws (as a rejection) TeardownError with what failed, all of which was reported; StageError
   * when it was never added.
   */
  remove(): Promise<void> {
    // What the scope gives as it is: nobody has to await it.
    return addedEntity(this)?.remove() ?? Promise.reject(this.#notAdded());
  }

  #added(): AddedEntity {
    const added = addedEntity(this);
    if (added) return added;
    throw this.#notAdded();
  }

  #notAdded(): StageError {
    return new StageError(
      `The entity ${this.entityId ?? this.name ?? this.constructor.name} was not added to a platform.`,
    );
  }
}
