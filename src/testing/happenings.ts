import { parseMarbles, type MarbleValues } from './marble-syntax.js';
import { MarbleSyntaxError } from './testing-errors.js';
import { quote } from '../errors/quote.js';
import type { VirtualClock } from './virtual-clock.js';

/** Something that happened in a hub, and the frame at which it did. */
export interface Happening<T = unknown> {
  readonly frame: number;
  readonly value: T;
}

/** Notes what happens in a hub, in frames since it was made, until it is closed. */
export class Happenings<T> {
  readonly origin: number;
  readonly list: Happening<T>[] = [];
  readonly #clock: VirtualClock;
  readonly #stop: () => void;
  #isClosed = false;

  /** `begin` is called at once, with what takes notes, and returns what ends that. */
  constructor(clock: VirtualClock, begin: (note: (value: T) => void) => () => void) {
    this.#clock = clock;
    this.origin = clock.frame;
    this.#stop = begin((value) => this.#note(value));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#stop();
  }

  #note(value: T): void {
    this.list.push({ frame: this.#clock.frame - this.origin, value });
  }
}

/** A letter of a diagram of the bus, and what it stands for. */
export interface Letter extends Happening {
  readonly symbol: string;
}

/** A diagram of what happens in a hub. */
export interface BusDiagram {
  readonly letters: readonly Letter[];
  /** The frame at which it ends, spans at its end included. */
  readonly length: number;
  /** Without them a letter stands for anything. */
  readonly values: MarbleValues | undefined;
}

/**
 * Reads a diagram of the bus: letters, groups and spans. A span may be at the end too, and in hours
 * (`2h`) or days.
 *
 * @throws MarbleSyntaxError when it cannot be read, when `values` lacks a letter, and for `|`, `#`
 * and `^`, which a hub does not do.
 */
export function parseBusDiagram(diagram: string, values?: MarbleValues): BusDiagram {
  checkValues(diagram, values);
  const strange = typeof diagram === 'string' ? /[|#^!]/.exec(diagram)?.[0] : undefined;
  if (strange !== undefined)
    throw new MarbleSyntaxError(
      `The diagram ${quote(diagram)} shows \`${strange}\`: what happens in a hub has no end, no error and no subscription in it, only letters.`,
    );
  if (typeof diagram === 'string' && /[()]/.test(diagram.replace(/\([^()]*\)/g, '')))
    throw new MarbleSyntaxError(
      `The diagram ${quote(diagram)} has half a group: \`(\` without \`)\`.`,
    );
  const notifications = parseMarbles(inMs(diagram), undefined);
  const letters = notifications.flatMap(({ frame, notification }) => {
    if (notification.kind !== 'N') return [];
    const symbol = notification.value as string;
    return { frame, symbol, value: values ? valueOf(diagram, values, symbol) : symbol };
  });
  return { letters, length: notifications.at(-1)?.frame ?? 0, values };
}

// An end gives the length of the diagram, and the space before it lets a span be the last thing.
function inMs(diagram: unknown): string {
  if (typeof diagram !== 'string') return diagram as never;
  const spans = diagram.replace(
    /(?<=^|\s)(\d+(?:\.\d+)?)([hd])(?=\s|$)/g,
    (_, amount: string, unit: string) => `${Number(amount) * (unit === 'h' ? 60 : 24 * 60)}m`,
  );
  return `${spans} |`;
}

function valueOf(diagram: string, values: MarbleValues, symbol: string): unknown {
  if (Object.hasOwn(values, symbol)) return values[symbol];
  throw new MarbleSyntaxError(
    `The diagram ${quote(diagram)} shows \`${symbol}\`, which the values do not have (they have ${quote(Object.keys(values).join(' '))}). A time span such as \`10ms\` needs a space on both sides.`,
  );
}

function checkValues(diagram: string, values: unknown): void {
  if (values === undefined || (typeof values === 'object' && values !== null)) return;
  throw new MarbleSyntaxError(
    `Expected values such as \`{ a: … }\` for the diagram ${quote(diagram)}, got ${quote(values)}.`,
  );
}
