import { AsyncResource } from 'node:async_hooks';
// eslint-disable-next-line no-restricted-imports -- what makes time virtual needs the real one
import { setImmediate as realImmediate, setTimeout as realTimeout } from 'node:timers';

/** What a step says of the next one: at once, once the world has moved, or not before `wake`. */
export type NextStep = 'again' | 'wait' | 'sleep';

/**
 * Calls `step` again and again, outside of any async context, and between two calls lets every
 * tick and promise settle: Node does that between two immediates, however long the chains are.
 * Each call has an async resource of its own, so `enterWith` in one of them does not reach the next.
 */
export class StepLoop {
  readonly #step: () => NextStep;
  #scheduled = 0;
  #waits = 0;

  constructor(step: () => NextStep) {
    this.#step = step;
  }

  /** Goes on, after all that can settle now has settled. */
  wake(): void {
    if (this.#scheduled === 0) this.#schedule(1);
  }

  // Several steps for each round of Node's event loop, because a round costs more than a step.
  #schedule(count: number): void {
    this.#scheduled = count;
    const turn = (): void => {
      this.#scheduled--;
      const next = this.#step();
      if (this.#scheduled > 0 || next === 'sleep') return;
      this.#waits = next === 'wait' ? this.#waits + 1 : 0;
      if (this.#waits <= MAX_SPINS) {
        this.#schedule(next === 'wait' ? 1 : Math.min(2 * count, MAX_STEPS_PER_ROUND));
        return;
      }
      this.#scheduled = 1; // long work: leave the processor to it
      outside(() => realTimeout(turn, 1));
    };
    outside(() => {
      for (let i = 0; i < count; i++) realImmediate(turn);
    });
  }
}

const MAX_STEPS_PER_ROUND = 256;
const MAX_SPINS = 100;

const nowhere = new AsyncResource('rxhome.VirtualClock', { requireManualDestroy: true });

/** What `fn` starts belongs to no async context, whoever called. */
function outside(fn: () => void): void {
  nowhere.runInAsyncScope(fn);
}
