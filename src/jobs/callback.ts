const CALLBACK = Symbol.for('rxhome.callback');

/**
 * Marks a function that does all its work at once, without `await`: it is called inline and costs
 * nothing more than the call. What it starts itself with a bare `setTimeout` has no known cause.
 *
 * A marked function that returns a promise is a type error, and reported when it is called.
 */
export function callback<A extends unknown[], R>(
  fn: R extends PromiseLike<unknown> ? never : (...args: A) => R,
): (...args: A) => R {
  Object.defineProperty(fn, CALLBACK, { value: true, configurable: true });
  return fn;
}

/** Whether a function was marked with `callback()`. */
export function isCallback(fn: unknown): boolean {
  return typeof fn === 'function' && CALLBACK in fn;
}

/** Whether a function is declared `async`, also when it comes from another realm or is bound. */
export function isAsyncFunction(fn: unknown): boolean {
  return Object.prototype.toString.call(fn) === '[object AsyncFunction]';
}
