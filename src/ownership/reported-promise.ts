import { nextTurn } from '../clock/clock.js';

/**
 * A promise like the one given, but when it fails and nobody has awaited it by the next turn, the
 * failure is reported, instead of being an unhandled rejection that ends the process.
 */
export class ReportedPromise<T> extends Promise<T> {
  // What `then` makes is an ordinary promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  #isSeen = false;

  static of<T>(work: Promise<T>, report: (error: unknown) => void): Promise<T> {
    const promise = new ReportedPromise<T>((resolve, reject) => void work.then(resolve, reject));
    const fail = (error: unknown): void => {
      if (!promise.#isSeen) nextTurn(() => !promise.#isSeen && report(error));
    };
    void Promise.prototype.then.call(promise, undefined, fail);
    return promise;
  }

  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isSeen = true;
    return super.then(onFulfilled, onRejected);
  }
}
