/**
 * Ends what a method began. It may be called any number of times, in any order, at any time, and
 * works with `using`.
 */
export interface Unsubscribe extends Disposable {
  (): void;
}

// Not on each function: there are as many as listeners, and 40 bytes each are much.
const PROTOTYPE = Object.create(Function.prototype, {
  [Symbol.dispose]: {
    value(this: () => void): void {
      this();
    },
  },
}) as object;

/** Makes an `Unsubscribe` of `end`, which is called at the first call and then forgotten. */
export function unsubscribe(end: () => void): Unsubscribe {
  let pending: (() => void) | undefined = end;
  return repeatable(() => {
    const once = pending;
    pending = undefined;
    once?.();
  });
}

/** Makes an `Unsubscribe` of a function that does nothing when it is called again. */
export function repeatable(end: () => void): Unsubscribe {
  return Object.setPrototypeOf(end, PROTOTYPE) as Unsubscribe;
}
