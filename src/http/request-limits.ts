import { after } from '../clock/clock.js';
import { LinkedSignal } from '../concurrency/linked-signal.js';
import { TimeoutError } from '../errors/work-errors.js';

/** What ends a request early: its owner, its caller, and time. Nothing of it stays once disposed of. */
export class RequestLimits implements Disposable {
  readonly #linked: LinkedSignal;
  readonly #stopClock: (() => void) | undefined;

  /** `what` is how the request is called in the error. */
  constructor(signals: readonly (AbortSignal | undefined)[], timeoutMs: number, what: string) {
    this.#linked = new LinkedSignal(signals);
    if (timeoutMs === Infinity || this.signal.aborted) return;
    const error = (): TimeoutError => new TimeoutError(`${what} took longer than ${timeoutMs} ms.`);
    this.#stopClock = after(timeoutMs, () => this.#linked.abort(error()));
  }

  /** Its reason is what the request rejects with. */
  get signal(): AbortSignal {
    return this.#linked.signal;
  }

  /** From here on it may take its time. */
  stopClock(): void {
    this.#stopClock?.();
  }

  [Symbol.dispose](): void {
    this.stopClock();
    this.#linked[Symbol.dispose]();
  }
}
