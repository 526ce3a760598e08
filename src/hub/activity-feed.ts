import type { Activity, Probe, ProbeSlot } from '../causality/probe.js';
import { now } from '../clock/clock.js';
import { Feed } from '../events/feed.js';

/** Puts a probe into the slot while somebody looks, and takes it out again. */
export class ActivityFeed implements Probe {
  readonly feed: Feed<Activity>;
  readonly #slot: ProbeSlot;
  #lastId = 0;

  constructor(slot: ProbeSlot, onError: (error: unknown) => void) {
    this.#slot = slot;
    this.feed = new Feed({
      onFirst: () => (slot.probe = this),
      onLast: () => (slot.probe = null),
      onError,
    });
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** Tells of a stage of the hub, if somebody looks. */
  recordStage(stage: string): void {
    if (this.#slot.probe === null) return;
    this.record({
      id: this.nextId(),
      parent: 0,
      phase: 'point',
      kind: 'stage',
      at: now(),
      owner: 'hub',
      name: stage,
      context: null,
      detail: {},
    });
  }

  record(activity: Activity): void {
    this.feed.emit(activity);
  }
}
