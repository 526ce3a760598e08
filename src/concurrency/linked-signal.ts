import { onAbort } from '../ownership/abort-relay.js';

/**
 * A signal that aborts with the first of those it follows, and with its reason, or earlier when
 * `abort` is called.
 *
 * What `AbortSignal.any` makes cannot be let go: in Node 20 a signal that lives long keeps all of
 * them. Of this one nothing stays on the signals it follows once it has aborted or is disposed of.
 */
export class LinkedSignal implements Disposable {
  readonly #controller = new AbortController();
  readonly #releases: (() => void)[] = [];

  constructor(followed: readonly (AbortSignal | undefined)[]) {
    for (const source of followed) {
      if (source === undefined) continue;
      const follow = (): void => this.abort(source.reason);
      if (source.aborted) {
        follow();
        return;
      }
      this.#releases.push(onAbort(source, follow));
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Does nothing when it has aborted. Without a reason it is an `AbortError`. */
  abort(reason?: unknown): void {
    this[Symbol.dispose]();
    this.#controller.abort(reason);
  }

  /** Follows nothing any more. `abort` still works. */
  [Symbol.dispose](): void {
    for (const release of this.#releases.splice(0)) release();
  }
}
