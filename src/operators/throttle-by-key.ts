import type { MonoTypeOperatorFunction } from 'rxjs';
import { after, type CancelTimer } from '../clock/clock.js';
import { checkFunction, checkMs } from '../errors/check-option.js';
import { operate, relay } from './operate.js';

interface Gate<T> {
  /** The latest value that came while the gate was shut, in a list, for it may be `undefined`. */
  pending: [T] | null;
  cancel: CancelTimer;
}

/**
 * At most one value per key in `ms` milliseconds: the first at once, and at the end of the span
 * the latest of those that came meanwhile.
 *
 *     values                    -abac-A------|    one key for a and A
 *     throttleByKey(4, keyOf)   -ab-ca---A---|
 *
 * A key costs a timer and at most one waiting value, and is forgotten as soon as nothing came for
 * `ms`. What is replaced by a later value is gone, as is the purpose.
 *
 * Completion drops what waits, and so does unsubscribing: unlike with `throttleTime` nothing is
 * let go at the end, so nothing happens while the hub stops. An error passes at once. Each
 * subscriber begins anew.
 *
 * @throws InvalidOptionError when `ms` is not a number above 0, or `keyOf` no function.
 */
export function throttleByKey<T>(
  ms: number,
  keyOf: (value: T) => unknown,
): MonoTypeOperatorFunction<T> {
  checkMs('ms', ms);
  checkFunction('keyOf', keyOf);
  return operate((source, subscriber) => {
    const gates = new Map<unknown, Gate<T>>();

    const shut = (key: unknown): void => {
      gates.set(key, { pending: null, cancel: after(ms, () => open(key)) });
    };
    const open = (key: unknown): void => {
      const pending = gates.get(key)?.pending;
      gates.delete(key);
      if (!pending) return;
      shut(key); // before the value, which may lead to another one
      subscriber.next(pending[0]);
    };
    subscriber.add(() => {
      for (const { cancel } of gates.values()) cancel();
    });
    source.subscribe(
      relay<T, T>(subscriber, {
        next: (value) => {
          const key = keyOf(value);
          const gate = gates.get(key);
          if (gate) {
            gate.pending = [value];
            return;
          }
          shut(key);
          subscriber.next(value);
        },
      }),
    );
  });
}
