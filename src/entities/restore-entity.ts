import { type LastState, restoreState } from '../storage/restore-state.js';
import { Entity } from './entity.js';

/**
 * An entity that knows how it was when it was seen last: before a reload or a restart of the hub.
 * A subclass with an `onAdded` of its own begins it with `await super.onAdded()`.
 *
 *     class Switch extends RestoreEntity {
 *       isOn = false;
 *       override async onAdded() {
 *         await super.onAdded();
 *         this.isOn = this.lastState?.state === 'on';
 *       }
 *     }
 *
 * Kept are its state and attributes, every 15 minutes, at its removal and when the hub stops, for 7
 * days. Only an entity whose id stays the same finds its own.
 */
export abstract class RestoreEntity extends Entity {
  #lastState: LastState | undefined;

  /** How it was; `undefined` if nothing is known, and before `super.onAdded()` has ended. */
  get lastState(): LastState | undefined {
    return this.#lastState;
  }

  /** Plain data to be kept beside its state: it comes back as `lastState.extra`. @default null */
  get extraData(): unknown {
    return null;
  }

  override async onAdded(): Promise<void> {
    const { entityId, hub } = this;
    if (entityId === undefined) return;
    const kept = restoreState(hub);
    await kept.load();
    this.#lastState = kept.get(entityId);
    hub.scope.own(kept.track(entityId, () => this.extraData));
  }
}
