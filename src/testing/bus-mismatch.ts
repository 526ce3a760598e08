import type { BusDiagram, Happening, Letter } from './happenings.js';
import { drawBoth, firstDifference } from './mismatch.js';
import { sameValue } from './same-value.js';
import { show, type Mark } from './to-diagram.js';

/** What is compared in a diagram of the bus, and how it is shown. */
export interface BusMeaning<T> {
  /** Whether what happened is what a letter stands for. */
  readonly same: (actual: T, expected: unknown) => boolean;
  /** What happened, for a message. */
  readonly show: (actual: T) => string;
  /** What else is to be said of something that happened. */
  readonly remark?: ((actual: T) => string | undefined) | undefined;
}

/** How what happened differs from a diagram, drawn; `undefined` when it does not. */
export function busMismatch<T>(
  actual: readonly Happening<T>[],
  diagram: BusDiagram,
  meaning: BusMeaning<T>,
): string | undefined {
  const { letters, values } = diagram;
  const same = (one: Happening<T>, letter: Letter): boolean =>
    one.frame === letter.frame && (!values || meaning.same(one.value, letter.value));
  const index = firstDifference(actual, letters, same);
  if (index === undefined) return undefined;
  // More than that would only make the drawing longer.
  const shown = actual.slice(0, Math.max(index + 1, letters.length) + MORE_SHOWN);
  const legend = new BusLegend(diagram, meaning);
  const got = shown.map((one, i) => ({ frame: one.frame, symbol: legend.symbolOf(one.value, i) }));
  const [wanted, came] = [letters[index], shown[index]];
  const nothing = letters.length === 0 ? 'nothing' : 'nothing more';
  const remarks = new Set(actual.map(({ value }) => meaning.remark?.(value)));
  return [
    ...drawBoth(letters, got, index),
    '',
    `  expected ${wanted ? `${legend.sentence(wanted)} at ${wanted.frame} ms` : nothing}`,
    `  but got  ${came ? `${got[index]?.symbol} = ${meaning.show(came.value)} at ${came.frame} ms` : 'nothing more'}`,
    ...legend.explain([...letters, ...got]).map((line) => `  where ${line}`),
    ...(actual.length > shown.length ? [`  and ${actual.length - shown.length} more came`] : []),
    ...[...remarks].flatMap((line) => (line === undefined ? [] : `  ${line}`)).slice(0, MORE_SHOWN),
  ].join('\n');
}

const MORE_SHOWN = 10;

/** Which letter stands for what happened: that of the diagram, else the next free capital. */
class BusLegend<T> {
  readonly #diagram: BusDiagram;
  readonly #meaning: BusMeaning<T>;
  readonly #added: [symbol: string, value: T][] = [];

  constructor(diagram: BusDiagram, meaning: BusMeaning<T>) {
    this.#diagram = diagram;
    this.#meaning = meaning;
  }

  symbolOf(value: T, index: number): string {
    const { letters, values } = this.#diagram;
    const letter = letters[index];
    if (letter && (!values || this.#meaning.same(value, letter.value))) return letter.symbol;
    const known = Object.entries(values ?? {}).find(([, one]) => this.#meaning.same(value, one));
    if (known) return known[0];
    const before = this.#added.find(([, one]) => sameValue(one, value));
    if (before) return before[0];
    const taken = new Set([
      ...Object.keys(values ?? {}),
      ...letters.map((one) => one.symbol),
      ...this.#added.map(([symbol]) => symbol),
    ]);
    const symbol = CAPITALS.find((one) => !taken.has(one)) ?? '?';
    this.#added.push([symbol, value]);
    return symbol;
  }

  sentence({ symbol, value }: Letter): string {
    return this.#diagram.values ? `${symbol} = ${show(value)}` : symbol;
  }

  /** One line for each letter that is drawn. */
  explain(marks: readonly Mark[]): string[] {
    const drawn = new Set(marks.map(({ symbol }) => symbol));
    const named = Object.entries(this.#diagram.values ?? {}).map(
      ([symbol, value]) => [symbol, show(value)] as const,
    );
    const added = this.#added.map(
      ([symbol, value]) => [symbol, this.#meaning.show(value)] as const,
    );
    return [...named, ...added]
      .filter(([symbol]) => drawn.has(symbol))
      .map(([symbol, text]) => `${symbol} = ${text}`);
  }
}

const CAPITALS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
