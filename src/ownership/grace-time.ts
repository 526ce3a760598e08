import { after } from '../clock/clock.js';

/** The time that may be waited in total; once it is over, nothing is waited for any more. */
export class GraceTime {
  readonly cancel: () => void;
  readonly #expiry: Promise<void>;

  constructor(ms: number) {
    let expire: () => void = () => undefined;
    this.#expiry = new Promise((resolve) => (expire = resolve));
    this.cancel = after(ms, expire);
  }

  waitFor(ended: Promise<void>): Promise<void> {
    return Promise.race([ended, this.#expiry]);
  }
}
