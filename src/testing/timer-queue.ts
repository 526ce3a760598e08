import type { VirtualTimer } from './virtual-timer.js';

/**
 * The timers that wait, in the order in which Node would run them: by time, among those of one
 * instant by the order in which they were set; immediates after the timers that were due when
 * the instant began, and before timers of no delay that were set meanwhile.
 */
export class TimerQueue {
  readonly #heap: VirtualTimer[] = [];
  readonly #immediates = new Set<VirtualTimer>();
  #nextOrder = 0;
  // Timers set before this go before the immediates: the boundary between two turns of the loop.
  #turn = 0;
  #habits = 0;

  get size(): number {
    return this.#heap.length + this.#immediates.size;
  }

  /** Whether nothing waits but intervals that have ticked before. */
  get isIdle(): boolean {
    return this.size === this.#habits;
  }

  /** Whether nothing waits that code waits for; asks each of them. */
  get isQuiet(): boolean {
    return this.#immediates.size === 0 && this.#heap.every((timer) => timer.isRoutine);
  }

  /** The frame of the earliest timer; immediates are not counted. */
  get nextDue(): number | undefined {
    return this.#heap[0]?.due;
  }

  add(timer: VirtualTimer): void {
    timer.order = this.#nextOrder++;
    if (timer.kind === 'immediate') {
      this.#immediates.add(timer);
      return;
    }
    if (timer.isHabit) this.#habits++;
    this.#heap.push(timer);
    this.#up(timer, this.#heap.length - 1);
  }

  remove(timer: VirtualTimer): void {
    this.#immediates.delete(timer);
    const { slot } = timer;
    if (slot < 0) return;
    if (timer.isHabit) this.#habits--;
    timer.slot = -1;
    const last = this.#heap.pop();
    if (last === undefined || last === timer) return;
    this.#up(last, slot);
    this.#down(last, last.slot);
  }

  /** Takes out the timer that has to run now, at `frame`. */
  takeDue(frame: number): VirtualTimer | undefined {
    const first = this.#heap[0];
    const due = first !== undefined && first.due <= frame ? first : undefined;
    if (due !== undefined && due.order < this.#turn) return this.#take(due);
    for (const immediate of this.#immediates) return this.#take(immediate);
    this.#turn = this.#nextOrder;
    return due && this.#take(due);
  }

  /** All that wait, in the order in which they will run. */
  list(): VirtualTimer[] {
    const timers = this.#heap.toSorted((a, b) => (isBefore(a, b) ? -1 : 1));
    return [...this.#immediates, ...timers];
  }

  clear(): void {
    for (const timer of this.list()) this.remove(timer);
  }

  #take(timer: VirtualTimer): VirtualTimer {
    this.remove(timer);
    return timer;
  }

  #up(timer: VirtualTimer, from: number): void {
    let slot = from;
    while (slot > 0) {
      const above = (slot - 1) >> 1;
      const parent = this.#heap[above];
      if (parent === undefined || isBefore(parent, timer)) break;
      this.#put(parent, slot);
      slot = above;
    }
    this.#put(timer, slot);
  }

  #down(timer: VirtualTimer, from: number): void {
    let slot = from;
    for (;;) {
      const left = this.#heap[2 * slot + 1];
      const right = this.#heap[2 * slot + 2];
      const child = left && right && isBefore(right, left) ? right : left;
      if (child === undefined || isBefore(timer, child)) break;
      const below = child.slot;
      this.#put(child, slot);
      slot = below;
    }
    this.#put(timer, slot);
  }

  #put(timer: VirtualTimer, slot: number): void {
    this.#heap[slot] = timer;
    timer.slot = slot;
  }
}

function isBefore(a: VirtualTimer, b: VirtualTimer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
