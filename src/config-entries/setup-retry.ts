import { runUncaused } from '../causality/execution.js';
import { runByTimer, Wait } from '../causality/wait.js';
import { after, now } from '../clock/clock.js';
import type { Hub } from '../hub-api/hub.js';

const FIRST_MS = 5_000;
const MAX_DOUBLINGS = 4;
const JITTER_MS = { from: 50, to: 500 };

/** Milliseconds before try number `tries` + 1: 5, 10, 20, 40, 80, 80 … s and a little; Home Assistant's. */
export function retryDelayMs(tries: number): number {
  const jitter = JITTER_MS.from + Math.random() * (JITTER_MS.to - JITTER_MS.from);
  return FIRST_MS * 2 ** Math.min(tries, MAX_DOUBLINGS) + Math.round(jitter);
}

/**
 * When an entry whose device was not there is set up again: after a while that grows with every
 * try. What keeps it from being ready may come up with the rest of the home, so while the hub
 * starts it waits for that instead, and a hub that is started before the time is over is time too.
 */
export class SetupRetry {
  #tries = 0;
  #cancel: (() => void) | undefined;

  /** Calls `setup` when it is time; `name`: of that wait. @returns when that is, in words */
  schedule(hub: Hub, name: string, setup: () => void): string {
    this.cancel();
    const { scope } = hub;
    const delayMs = retryDelayMs(this.#tries++);
    const wait = Wait.of(scope, 'timer', name, now() + delayMs);
    const isStarting = (): boolean => hub.state === 'starting';
    const go = (): void => {
      this.cancel();
      setup();
    };
    const onTime = (): void => {
      wait?.end('done');
      if (!isStarting()) runByTimer(scope, wait, go);
    };
    const cancelTimer = runUncaused(() => after(delayMs, onTime));
    const stages =
      isStarting() || hub.state === 'not_running'
        ? hub.stage$.subscribe((stage) => stage === 'running' && runUncaused(go))
        : undefined;
    this.#cancel = () => {
      cancelTimer();
      wait?.end('cancelled');
      stages?.unsubscribe();
    };
    return isStarting() ? 'when the hub has started' : `in ${Math.round(delayMs / 1000)} s`;
  }

  cancel(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The next failure is the first again. */
  reset(): void {
    this.cancel();
    this.#tries = 0;
  }
}
