import { VirtualClock } from './virtual-clock.js';

/** One user's part of the virtual clock of a test. */
export interface ClockShare {
  readonly clock: VirtualClock;
  /** Lets time pass until `work` has settled. */
  drive<T>(work: Promise<T>): Promise<T>;
  /** Holds time while `isBusy` says so. */
  addBusy(isBusy: () => boolean): void;
  /** The last one puts real time back. */
  release(): void;
}

interface Shared {
  readonly clock: VirtualClock;
  readonly isOurs: boolean;
  readonly busy: Set<() => boolean>;
  users: number;
}

let shared: Shared | undefined;

/** The clock that the hubs of a test share; of a marble test, its own. */
export function sharedClock(given?: VirtualClock): ClockShare {
  shared ??= {
    clock: given ?? VirtualClock.install({ name: 'createTestHub' }),
    isOurs: given === undefined,
    busy: new Set(),
    users: 0,
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

  async drive<T>(work: Promise<T>): Promise<T> {
    let isSettled = false;
    const settled = (): boolean => (isSettled = true);
    work.then(settled, settled);
    // Whoever lets time pass already does it for this too: a task that stops the hub, say.
    if (!this.clock.isAdvancing)
      await this.clock.advanceUntil(() => isSettled, { what: 'the hub' });
    return work;
  }

  addBusy(isBusy: () => boolean): void {
    this.#busy.add(isBusy);
    this.#shared.busy.add(isBusy);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const isBusy of this.#busy) this.#shared.busy.delete(isBusy);
    if (--this.#shared.users > 0) return;
    if (this.#shared.isOurs) this.clock.uninstall();
    shared = undefined;
  }
}
