import { asyncScheduler, type Subscription } from 'rxjs';

/** One timer that is set anew, again and again. */
export class Countdown {
  #timer: Subscription | undefined;

  /** Calls `then` after `seconds`; what was to be called before is not. */
  start(seconds: number, then: () => void): void {
    this.stop();
    this.#timer = asyncScheduler.schedule(then, seconds * 1_000);
  }

  stop(): void {
    this.#timer?.unsubscribe();
    this.#timer = undefined;
  }
}
