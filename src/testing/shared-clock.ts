import type { PendingTimer } from './clock-options.js';
import type { Duration } from './durations.js';
import { untilIdle } from './until-idle.js';
import { VirtualClock } from './virtual-clock.js';

/** One user's part of the virtual clock of a test. */
export interface ClockShare {
  readonly clock: VirtualClock;
  /** The timers that wait; none while other hubs use the clock, for some are theirs. */
  readonly pendingTimers: readonly PendingTimer[];
  /** Lets `span` of time pass. */
  advance(span: Duration): Promise<void>;
  /** Lets time pass until `work` has settled; `clue` tells more when it never does. */
  drive<T>(work: Promise<T>, clue?: () => string): Promise<T>;
  /** Lets time pass until nothing is under way, and nothing is `unfinished`. */
  untilIdle(unfinished: () => readonly string[]): Promise<void>;
  /** Waits for real work that holds time, and for the promises that follow from it. */
  settle(isDone: () => boolean): Promise<void>;
  /** Holds time while `isBusy` says so. */
  addBusy(isBusy: () => boolean): void;
  /** The last one puts real time back, when nobody lets time pass any more. */
  release(): void;
}

interface Shared {
  readonly clock: VirtualClock;
  readonly isOurs: boolean;
  readonly busy: Set<() => boolean>;
  users: number;
  /** How many calls let time pass now. */
  passing: number;
}

let shared: Shared | undefined;

/** The clock that the hubs of a test share; of a marble test, its own. */
export function sharedClock(given?: VirtualClock): ClockShare {
  shared ??= {
    clock: given ?? VirtualClock.install({ name: 'createTestHub' }),
    isOurs: given === undefined,
    busy: new Set(),
    users: 0,
    passing: 0,
  };
  const mine = shared;
  mine.users++;
  mine.clock.busy = () => [...mine.busy].some((isBusy) => isBusy());
  return new Share(mine);
}

class Share implements ClockShare {
  readonly #shared: Shared;
  readonly #busy = new Set<() => boolean>();
  #isReleased = false;

  constructor(mine: Shared) {
    this.#shared = mine;
  }

  get clock(): VirtualClock {
    return this.#shared.clock;
  }

  get pendingTimers(): readonly PendingTimer[] {
    const { users, isOurs } = this.#shared; // a marble test is a user too
    return users === (isOurs ? 1 : 2) ? this.clock.pendingTimers : [];
  }

  advance(span: Duration): Promise<void> {
    return this.#pass(() => this.clock.advance(span));
  }

  async drive<T>(work: Promise<T>, clue = (): string => ''): Promise<T> {
    if (this.#isReleased) return work;
    let isSettled = false;
    const settled = (): boolean => (isSettled = true);
    work.then(settled, settled);
    // Whoever lets time pass already does it for this too: a task that stops the hub, say.
    if (!this.clock.isAdvancing)
      await this.#pass(() => this.clock.advanceUntil(() => isSettled, { what: 'the hub', clue }));
    return work;
  }

  untilIdle(unfinished: () => readonly string[]): Promise<void> {
    return this.#pass(() => untilIdle(this.clock, unfinished));
  }

  settle(isDone: () => boolean): Promise<void> {
    return this.#pass(async () => {
      await this.clock.advanceUntil(isDone, { what: 'files and requests' });
      await this.clock.advance(0);
    });
  }

  addBusy(isBusy: () => boolean): void {
    this.#busy.add(isBusy);
    this.#shared.busy.add(isBusy);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const isBusy of this.#busy) this.#shared.busy.delete(isBusy);
    this.#shared.users--;
    if (this.#shared.passing === 0) endIfUnused(this.#shared);
  }

  async #pass(time: () => Promise<void>): Promise<void> {
    this.#shared.passing++;
    try {
      await time();
    } finally {
      // A hub may have stopped meanwhile: what it left behind still got its time.
      if (--this.#shared.passing === 0) endIfUnused(this.#shared);
    }
  }
}

/** The test is over: whoever still uses the clock, or lets time pass, has been forgotten. */
export function endSharedClock(): void {
  const clock = shared?.clock;
  shared = undefined;
  clock?.uninstall();
}

function endIfUnused(clock: Shared): void {
  if (clock.users > 0 || shared !== clock) return;
  shared = undefined;
  if (clock.isOurs) clock.clock.uninstall();
}
