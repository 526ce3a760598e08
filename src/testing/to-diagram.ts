import { inspect, types } from 'node:util';
import type { MarbleValues, SubscriptionSpan, TimedNotification } from './marble-syntax.js';
import { withMatchersNamed } from './matcher-text.js';
import { sameValue } from './same-value.js';

/** A character of a diagram, and the frame at which it stands. */
export interface Mark {
  readonly frame: number;
  readonly symbol: string;
}

/**
 * Draws what a stream did as a marble diagram that `parseMarbles` reads back, as far as the
 * syntax allows: several things at one frame make a group, and a group hides the frames that
 * its own characters take up.
 */
export function toDiagram(messages: readonly TimedNotification[], values?: MarbleValues): string {
  return (drawRows([marksOf(messages, new Legend(values))]).rows[0] ?? '').trim();
}

/** Finds the character for a value: its key, itself, or the next free capital letter. */
export class Legend {
  readonly #symbols: [symbol: string, value: unknown][];

  constructor(values: MarbleValues = {}) {
    this.#symbols = Object.entries(values);
  }

  symbolOf(value: unknown): string {
    const known = this.#symbols.find(([, other]) => sameValue(value, other))?.[0];
    if (known !== undefined) return known;
    const itself = String(value);
    const symbol =
      (typeof value === 'string' || typeof value === 'number') && /^[^-()|#^! ]$/u.test(itself)
        ? itself
        : '';
    const taken = new Set(this.#symbols.map(([key]) => key));
    const free =
      symbol !== '' && !taken.has(symbol)
        ? symbol
        : (LETTERS.find((letter) => !taken.has(letter)) ?? '?');
    this.#symbols.push([free, value]);
    return free;
  }

  /** One line for each character whose value does not show in the diagram itself. */
  explain(marks: readonly Mark[]): string[] {
    const shown = new Set(marks.map(({ symbol }) => symbol));
    return this.#symbols
      .filter(
        ([symbol, value]) => shown.has(symbol) && value !== symbol && value !== Number(symbol),
      )
      .map(([symbol, value]) => `${symbol} = ${show(value)}`);
  }
}

/** The characters for what a stream did. */
export function marksOf(messages: readonly TimedNotification[], legend: Legend): Mark[] {
  return messages.map(({ frame, notification: { kind, ...rest } }) => ({
    frame,
    symbol:
      kind === 'C' ? '|' : kind === 'E' ? '#' : legend.symbolOf((rest as { value: unknown }).value),
  }));
}

/** The characters for one subscription. */
export function marksOfSpan({ subscribedFrame, unsubscribedFrame }: SubscriptionSpan): Mark[] {
  return [
    { frame: subscribedFrame, symbol: '^' },
    { frame: unsubscribedFrame, symbol: '!' },
  ].filter(({ frame }) => frame !== Infinity);
}

/** Draws rows of one time scale under each other; `columns` tells where each frame came to stand. */
export function drawRows(rows: readonly (readonly Mark[])[]): {
  rows: string[];
  columns: Map<number, number>;
} {
  const frames = [...new Set(rows.flat().map(({ frame }) => frame))].sort((a, b) => a - b);
  const drawn = rows.map(() => '');
  const columns = new Map<number, number>();
  let next = 0;
  let column = 0;
  for (const frame of frames) {
    const gap = gapText(frame - next);
    const cells = rows.map((marks) => cellText(marks.filter((mark) => mark.frame === frame)));
    const width = Math.max(...cells.map((cell) => Array.from(cell).length));
    cells.forEach((cell, row) => {
      const fill = '-'.repeat(width - Array.from(cell).length);
      const before = drawn[row] ?? '';
      drawn[row] = before + (/[|#]/.test(before) ? ' '.repeat(gap.length) : gap) + cell + fill;
    });
    columns.set(frame, column + gap.length);
    column += gap.length + width;
    next = frame + width;
  }
  return { rows: drawn.map((row) => row.replace(/([|#]\)?)-+$/, '$1')), columns };
}

/** A value in one line, for a message. */
export function show(value: unknown): string {
  const text = types.isNativeError(value)
    ? `${value.name}: ${value.message}`
    : inspect(withMatchersNamed(value), { depth: 4, breakLength: Infinity, compact: true });
  const line = text.split('\n', 1)[0] ?? text;
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
}

const LETTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');

function gapText(frames: number): string {
  if (frames <= 0) return '';
  return frames <= 12 ? '-'.repeat(frames) : ` ${frames}ms `;
}

function cellText(marks: readonly Mark[]): string {
  const symbols = marks.map(({ symbol }) => symbol).join('');
  return marks.length > 1 ? `(${symbols})` : symbols;
}
