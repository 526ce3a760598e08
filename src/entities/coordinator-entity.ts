import type { DataUpdateCoordinator } from '../coordinators/data-update-coordinator.js';
import { Entity } from './entity.js';

/**
 * An entity that shows a part of what a coordinator fetches: it is written whenever that has news,
 * and unavailable while it fails. A subclass with an `onAdded` of its own calls `super.onAdded()`.
 *
 *     class Temperature extends CoordinatorEntity<Weather> {
 *       name = 'Temperature';
 *       get state() {
 *         return this.coordinator.data?.temperature ?? null;
 *       }
 *     }
 */
export abstract class CoordinatorEntity<T> extends Entity {
  readonly coordinator: DataUpdateCoordinator<T>;
  override readonly shouldPoll = false;

  constructor(coordinator: DataUpdateCoordinator<T>) {
    super();
    this.coordinator = coordinator;
  }

  override get available(): boolean {
    return this.coordinator.lastUpdateSuccess;
  }

  /** Asks the coordinator for a refresh, soon. */
  override update(): Promise<void> {
    return this.coordinator.requestRefresh();
  }

  override onAdded(): unknown {
    this.hub.scope.own(this.coordinator.addListener(() => this.onCoordinatorUpdate()));
    return undefined;
  }

  /** The coordinator has news. */
  onCoordinatorUpdate(): void {
    this.writeState();
  }
}
