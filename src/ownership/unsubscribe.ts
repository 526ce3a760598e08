/**
 * Ends what a method began. It may be called any number of times, in any order, at any time, and
 * works with `using`.
 */
export interface Unsubscribe extends Disposable {
  (): void;
}

/** Makes an `Unsubscribe` of `end`, which is called at the first call and then forgotten. */
export function unsubscribe(end: () => void): Unsubscribe {
  let pending: (() => void) | undefined = end;
  const run = (): void => {
    const once = pending;
    pending = undefined;
    once?.();
  };
  return Object.assign(run, { [Symbol.dispose]: run });
}
