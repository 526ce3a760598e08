import { busMismatch, type BusMeaning } from './bus-mismatch.js';
import { userStack } from './call-site.js';
import { failure, type Expectation } from './expectation.js';
import type { BusDiagram, Happenings } from './happenings.js';
import type { MarbleValues } from './marble-syntax.js';
import { MarbleSyntaxError } from './testing-errors.js';
import { show } from './to-diagram.js';

/** What can be expected of what happens in a hub. */
export interface BusExpectation<V = unknown> {
  /**
   * Compares with a diagram when the test ends: when its body has ended and all diagrams are over.
   * Frame 0 is the moment of the `expect…` call. Without `values` each letter stands for anything
   * of the kind. A diagram without letters (`''`, `'---'`, `'5m'`) says that nothing happens.
   *
   * Letters and groups are those of other diagrams; a span may be the last thing, and in hours
   * (`2h`) and days (`1d`). There is no `|`, `#` or `^`.
   *
   * @throws MarbleSyntaxError when diagram or values cannot be read.
   */
  toBe(diagram: string, values?: MarbleValues<V>): void;
}

/** What is expected, what its letters mean, and how all of it is called. */
export interface BusSubject<T> extends BusMeaning<T> {
  readonly title: string;
  /** What a letter may stand for; others are refused with `wants`, in words. */
  readonly accepts: (value: unknown) => boolean;
  readonly wants: string;
}

/** `expect…(…).toBe(…)` for one subject. */
export function busToBe<T>(
  happenings: Happenings<T>,
  subject: BusSubject<T>,
  diagram: BusDiagram,
): Expectation {
  const stack = userStack();
  for (const [symbol, value] of Object.entries(diagram.values ?? {}))
    if (!subject.accepts(value))
      throw new MarbleSyntaxError(
        `Expected ${subject.wants} as the value \`${symbol}\`, got ${show(value)}.`,
      );
  return {
    horizon: happenings.origin + diagram.length,
    isOpenEnded: false,
    endOfTest: () => happenings.close(),
    close: () => happenings.close(),
    check: () => failure(subject.title, busMismatch(happenings.list, diagram, subject), stack),
  };
}
