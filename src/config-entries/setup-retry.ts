import { after, type CancelTimer } from '../clock/clock.js';

const FIRST_MS = 5_000;
const MAX_DOUBLINGS = 4;
const JITTER_MS = { from: 50, to: 500 };

/** Milliseconds before try number `tries` + 1: 5, 10, 20, 40, 80, 80 … s and a little; Home Assistant's. */
export function retryDelayMs(tries: number): number {
  const jitter = JITTER_MS.from + Math.random() * (JITTER_MS.to - JITTER_MS.from);
  return FIRST_MS * 2 ** Math.min(tries, MAX_DOUBLINGS) + Math.round(jitter);
}

/** When an entry whose device was not there is set up again. */
export class SetupRetry {
  #tries = 0;
  #cancelTimer: CancelTimer | undefined;

  /** Calls `setup` after a while that grows with every try. @returns the milliseconds */
  schedule(setup: () => void): number {
    const delayMs = retryDelayMs(this.#tries++);
    this.cancel();
    this.#cancelTimer = after(delayMs, setup);
    return delayMs;
  }

  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** The next failure is the first again. */
  reset(): void {
    this.cancel();
    this.#tries = 0;
  }
}
