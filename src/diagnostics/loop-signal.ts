/** What the loop and the thread that watches it know of each other: a few shared numbers. */
export class LoopSignal {
  readonly memory: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(memory = new SharedArrayBuffer(CELLS * Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#cells = new Int32Array(memory);
  }

  /** When the loop was last seen to turn. All times are `tick`s. */
  get beatAt(): number {
    return Atomics.load(this.#cells, BEAT_AT);
  }

  set beatAt(at: number) {
    Atomics.store(this.#cells, BEAT_AT, at);
  }

  /** After how many milliseconds without a beat the thread looks what is running; 0: never. */
  get suspectMs(): number {
    return Atomics.load(this.#cells, SUSPECT_MS);
  }

  set suspectMs(ms: number) {
    Atomics.store(this.#cells, SUSPECT_MS, ms);
  }

  /** When the thread was last awake. */
  get lookedAt(): number {
    return Atomics.load(this.#cells, LOOKED_AT);
  }

  set lookedAt(at: number) {
    Atomics.store(this.#cells, LOOKED_AT, at);
  }

  /** How long the whole process stood still, in sum: stopped by a signal, or put to sleep. */
  get suspendedMs(): number {
    return Atomics.load(this.#cells, SUSPENDED_MS);
  }

  addSuspended(ms: number): void {
    Atomics.add(this.#cells, SUSPENDED_MS, ms);
  }
}

const [BEAT_AT, SUSPECT_MS, LOOKED_AT, SUSPENDED_MS, CELLS] = [0, 1, 2, 3, 4] as const;

/** A time as a cell can hold it: whole milliseconds, which begin anew after 49 days. */
export function tick(ms: number): number {
  return Math.round(ms) | 0;
}

/** Milliseconds between two ticks, also over the point where they begin anew. */
export function ticksBetween(from: number, to: number): number {
  return (to - from) | 0;
}

/** A thread that sleeps so much longer than it wanted was stopped, and so was the process. */
export const SUSPENSION_MS = 500;
