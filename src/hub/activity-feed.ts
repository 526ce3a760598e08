import type { Activity, Probe, ProbeSlot } from '../causality/probe.js';
import { Feed } from '../events/feed.js';

/** Puts a probe into the slot while somebody looks, and takes it out again. */
export class ActivityFeed implements Probe {
  readonly feed: Feed<Activity>;
  #lastId = 0;

  constructor(slot: ProbeSlot, onError: (error: unknown) => void) {
    this.feed = new Feed({
      onFirst: () => (slot.probe = this),
      onLast: () => (slot.probe = null),
      onError,
    });
  }

  nextId(): number {
    return ++this.#lastId;
  }

  record(activity: Activity): void {
    this.feed.emit(activity);
  }
}
