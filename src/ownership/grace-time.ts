import { after } from '../clock/clock.js';

/** Milliseconds: how long an integration has to end; Home Assistant's figure. */
export const DEFAULT_GRACE_MS = 10_000;

/** The time that may be waited in total; once it is over, nothing is waited for any more. */
export class GraceTime {
  readonly cancel: () => void;
  readonly #expiry: Promise<void>;
  #expire: () => void = () => undefined;

  constructor(ms: number) {
    this.#expiry = new Promise((resolve) => (this.#expire = resolve));
    this.cancel = after(ms, this.#expire);
  }

  /** It is over now. */
  expire(): void {
    this.cancel();
    this.#expire();
  }

  waitFor(ended: Promise<void>): Promise<void> {
    return Promise.race([ended, this.#expiry]);
  }
}
