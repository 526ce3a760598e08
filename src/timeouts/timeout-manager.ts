import { runUncaused } from '../causality/execution.js';
import { TimerList } from './timer-list.js';
import { GLOBAL_ZONE, Zone } from './zone.js';
import { type Timed, ZoneTimer } from './zone-timer.js';

/** A zone as `hub.snapshot()` shows it. */
export interface ZoneStatus {
  /** `null` for the timeouts that are in no zone. */
  readonly zone: string | null;
  /** How many timeouts are in it. */
  readonly running: number;
  /** Whether no time counts in it. */
  readonly frozen: boolean;
}

/**
 * Knows every timeout of a hub, and for which of them time counts now.
 *
 * A freeze stops the timers of its zone; one of the global zone stops all, in whatever zone or in
 * none. Freezes are counted. A timer of the global zone that is over while another zone exists is
 * held back: it waits until there is none, then for its cool-down, anew if a zone comes meanwhile.
 */
export class TimeoutManager {
  readonly #timers = new TimerList();
  readonly #heldBack = new Set<ZoneTimer>();
  readonly #none = new Zone(null);
  readonly #global = new Zone(GLOBAL_ZONE);
  /** All others that exist. */
  readonly #named = new Map<string, Zone>();

  /** Takes something in. Its time counts at once, unless its zone is frozen. */
  enter(timed: Timed, ms: number, zoneName: string | undefined, coolDownMs: number): ZoneTimer {
    const zone = this.#zone(zoneName);
    const timer = new ZoneTimer(timed, zone, ms, coolDownMs);
    this.#timers.add(timer);
    zone.running++;
    if (!this.#isFrozen(zone)) timer.start();
    return timer;
  }

  leave(timer: ZoneTimer): void {
    timer.cancel();
    this.#timers.remove(timer);
    const { zone } = timer;
    zone.running--;
    if (zone === this.#global) this.#heldBack.delete(timer);
    else this.#dropIfEmpty(zone);
  }

  /** Whether something whose time is over goes on all the same, until it expires again. */
  holdsBack(timer: ZoneTimer): boolean {
    if (timer.zone !== this.#global || this.#named.size === 0) return false;
    timer.resetToCoolDown();
    this.#heldBack.add(timer);
    return true;
  }

  /** Stops time in a zone, until the function that it returns is called. */
  freeze(zoneName: string): () => void {
    const zone = this.#zone(zoneName);
    zone.freezes++;
    this.#updateAll();
    return () => {
      zone.freezes--;
      this.#dropIfEmpty(zone);
      this.#updateAll();
    };
  }

  /** What has a limit now, oldest first. */
  all(): Timed[] {
    return [...this.#timers].map(({ timed }) => timed);
  }

  /** The zones that exist, as plain data. */
  describe(): ZoneStatus[] {
    return [this.#none, this.#global, ...this.#named.values()]
      .filter((zone) => !zone.isEmpty)
      .map((zone) => ({
        zone: zone.name,
        running: zone.running,
        frozen: this.#isFrozen(zone),
      }));
  }

  #zone(name: string | undefined): Zone {
    if (name === undefined) return this.#none;
    if (name === GLOBAL_ZONE) return this.#global;
    let zone = this.#named.get(name);
    if (zone === undefined) {
      this.#named.set(name, (zone = new Zone(name)));
      for (const timer of this.#heldBack) timer.resetToCoolDown();
    }
    return zone;
  }

  #isFrozen(zone: Zone): boolean {
    return zone.freezes > 0 || this.#global.freezes > 0;
  }

  #dropIfEmpty({ name, isEmpty }: Zone): void {
    if (name === null || !isEmpty || !this.#named.delete(name) || this.#named.size > 0) return;
    for (const timer of this.#heldBack) this.#update(timer);
  }

  #updateAll(): void {
    for (const timer of this.#timers) this.#update(timer);
  }

  #update(timer: ZoneTimer): void {
    const waits = this.#named.size > 0 && this.#heldBack.has(timer);
    if (waits || this.#isFrozen(timer.zone)) timer.stop();
    // Whoever ends a freeze or a zone is not the cause of what then runs out of time.
    else runUncaused(() => timer.start());
  }
}
