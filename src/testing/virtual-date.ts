import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';

/**
 * A `Date` that tells virtual time. Dates made by it are ordinary ones, also for `instanceof`
 * and after the real `Date` is back; only the present comes from `now`.
 */
export function makeVirtualDate(RealDate: DateConstructor, now: () => number): DateConstructor {
  function VirtualDate(...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(now()).toString();
    const subclass = new.target === (VirtualDate as unknown) ? RealDate : new.target;
    return Reflect.construct(RealDate, args.length === 0 ? [now()] : args, subclass);
  }
  Object.setPrototypeOf(VirtualDate, RealDate); // for `UTC` and `parse`
  Object.defineProperties(VirtualDate, {
    name: { value: 'Date', configurable: true },
    length: { value: RealDate.length, configurable: true },
    prototype: { value: RealDate.prototype },
    // A function of its own per clock: ids (`clock/ulid`) start anew when it changes.
    now: { value: () => now(), configurable: true, writable: true },
  });
  return VirtualDate as unknown as DateConstructor;
}

/** The instant at which virtual time begins, in milliseconds since 1970. */
export function startInstant(startAt: number | string | Date = Date.UTC(2026, 0, 1)): number {
  const instant = new Date(startAt).getTime();
  if (!Number.isNaN(instant)) return instant;
  throw new InvalidOptionError(`Expected a date as \`startAt\`, got ${quote(startAt)}.`);
}
