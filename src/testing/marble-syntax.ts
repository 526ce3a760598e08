import type { ObservableNotification } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { quote } from '../errors/quote.js';
import { MarbleSyntaxError } from './testing-errors.js';

/** One thing that a stream does, and the frame at which it does it. */
export interface TimedNotification {
  readonly frame: number;
  readonly notification: ObservableNotification<unknown>;
}

/** When somebody began to listen and when that ended; `Infinity` for never. */
export interface SubscriptionSpan {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** What the characters of a diagram stand for. Without it each stands for itself. */
export type MarbleValues<T = unknown> = Readonly<Record<string, T>>;

// One character is one frame here; the parser reads this from the class it is called on.
class MarbleParser extends TestScheduler {
  static override frameTimeFactor = 1;
}

/**
 * Reads a diagram in the syntax of `TestScheduler.run`.
 *
 * @throws MarbleSyntaxError when it cannot be read, or shows a value that `values` lacks.
 */
export function parseMarbles(
  diagram: string,
  values?: MarbleValues,
  error?: unknown,
): TimedNotification[] {
  const symbols = parse(diagram, () =>
    MarbleParser.parseMarbles(diagram, undefined, error, false, true),
  );
  return symbols.map(({ frame, notification }) => {
    const { kind } = notification;
    if (kind === 'E')
      return { frame, notification: { kind, error: notification.error as unknown } };
    if (kind === 'C') return { frame, notification: { kind } };
    const symbol = notification.value as string;
    if (values && !(symbol in values))
      throw new MarbleSyntaxError(
        `The diagram ${quote(diagram)} shows \`${symbol}\`, which the values do not have (they have ${quote(Object.keys(values).join(' '))}). A time span such as \`10ms\` needs a space on both sides.`,
      );
    return { frame, notification: { kind, value: values ? values[symbol] : symbol } };
  });
}

/**
 * Reads a diagram of one subscription, such as `'--^---!'`.
 *
 * @throws MarbleSyntaxError when it cannot be read.
 */
export function parseSubscription(diagram: string): SubscriptionSpan {
  const { subscribedFrame, unsubscribedFrame } = parse(diagram, () =>
    MarbleParser.parseMarblesAsSubscriptions(diagram, true),
  );
  return { subscribedFrame, unsubscribedFrame };
}

/**
 * The frames up to the `|` of a diagram.
 *
 * @throws MarbleSyntaxError when there is none.
 */
export function parseTime(diagram: string): number {
  const end = parseMarbles(diagram).find(({ notification }) => notification.kind === 'C');
  if (end) return end.frame;
  throw new MarbleSyntaxError(`Expected a \`|\` in the diagram of a time, got ${quote(diagram)}.`);
}

function parse<T>(diagram: string, read: () => T): T {
  if (typeof diagram !== 'string')
    throw new MarbleSyntaxError(`Expected a marble diagram, got ${quote(diagram)}.`);
  try {
    return read();
  } catch (cause) {
    throw new MarbleSyntaxError(
      `The diagram ${quote(diagram)} cannot be read: ${(cause as Error).message}`,
      { cause },
    );
  }
}
