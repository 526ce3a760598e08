import { nextLoopTurn } from '../clock/loop-time.js';
import { BusEvent } from '../events/bus-event.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { EndlessEventsError } from './testing-errors.js';
import type { VirtualClock } from './virtual-clock.js';

/**
 * Sees every event of a test hub at the moment in which it is fired, whether somebody listens or
 * not, without being a listener that the test could see.
 *
 * Events that lead to each other without an end would keep promises busy for ever, and time would
 * never go on: from the 100,000th on without a timer or a turn of the loop between, `fire` throws.
 */
export class BusWatch {
  readonly #watchers = new Set<(event: BusEvent) => void>();
  readonly #fail: (error: Error) => void;
  readonly #clock: VirtualClock;
  #caused = 0;
  #timersRun = 0;

  constructor(clock: VirtualClock, fail: (error: Error) => void) {
    this.#clock = clock;
    this.#fail = fail;
  }

  add(watcher: (event: BusEvent) => void): Unsubscribe {
    this.#watchers.add(watcher);
    return unsubscribe(() => this.#watchers.delete(watcher));
  }

  /** Given to the hub, which calls it for every event. */
  readonly tap = (event: BusEvent): void => {
    if (event.context.hasParent) this.#count(event);
    for (const watcher of this.#watchers) watcher(event);
  };

  #count(event: BusEvent): void {
    const { timersRun } = this.#clock;
    if (timersRun !== this.#timersRun) this.#caused = 0;
    this.#timersRun = timersRun;
    if (this.#caused++ === 0) nextLoopTurn(() => (this.#caused = 0));
    if (this.#caused < MAX_CAUSED) return;
    const owner = BusEvent.firedBy(event)?.name ?? 'hub';
    const error = new EndlessEventsError(
      `${MAX_CAUSED} events led to each other and time never went on: \`${event.type}\` of \`${owner}\` is fired again and again. Does a listener fire what it listens to?`,
    );
    this.#fail(error);
    throw error;
  }
}

const MAX_CAUSED = 100_000;
