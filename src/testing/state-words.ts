import { quote } from '../errors/quote.js';
import { toMs, type Duration } from './durations.js';
import type { Happening } from './happenings.js';
import { firstDifference } from './mismatch.js';
import { MarbleSyntaxError } from './testing-errors.js';

/** The text of an entity's state from a frame on; `null` for no state. */
export type TextAt = Happening<string | null>;

/** What words say of the states of an entity. */
export interface StateWords {
  /** Each text, beginning with the one at frame 0; none when nothing is said but that time passes. */
  readonly texts: readonly TextAt[];
  /** The frame at which they end. */
  readonly length: number;
}

/**
 * Reads the states of an entity in words: `off 5s on 3m off`. Between them stands how long each
 * lasts; `none` is no state, and quotes hold texts with spaces or that look like a span: `'not
 * home'`, `'5m'`.
 *
 * @throws MarbleSyntaxError when it cannot be read.
 */
export function parseWords(words: string): StateWords {
  if (typeof words !== 'string')
    throw new MarbleSyntaxError(`Expected states in words, got ${quote(words)}.`);
  const refuse = (why: string): MarbleSyntaxError =>
    new MarbleSyntaxError(`The states ${quote(words)} cannot be read: ${why}`);
  const texts: TextAt[] = [];
  let frame = 0;
  for (const token of tokensOf(words, refuse)) {
    const span = spanOf(token, refuse);
    if (span !== undefined) {
      frame += span;
      continue;
    }
    const value = token === 'none' ? null : unquoted(token);
    if (texts.length === 0 && frame > 0)
      throw refuse('they begin with the state as it is at first, or `none`, not with a span.');
    if (texts.length > 0 && texts.at(-1)?.value === value)
      throw refuse(`${token} follows ${token}, which is no change.`);
    texts.push({ frame, value });
  }
  return { texts: withoutFirstNothing(texts), length: frame };
}

/** What was nothing for no time was not there. */
export function withoutFirstNothing(texts: readonly TextAt[]): readonly TextAt[] {
  const [first, second] = texts;
  return first?.value === null && second?.frame === 0 ? texts.slice(1) : texts;
}

/** How states differ from what was said in words, as words under each other. */
export function wordsMismatch(
  actual: readonly TextAt[],
  { texts, length }: StateWords,
): string | undefined {
  const same = (a: TextAt, e: TextAt): boolean => a.frame === e.frame && a.value === e.value;
  const index = firstDifference(actual, texts, same);
  if (index === undefined) return undefined;
  const rows = [
    wordsOf(texts, length),
    wordsOf(actual.slice(0, Math.max(index, texts.length) + 10)),
  ];
  const at = firstDifference(...(rows as [string[], string[]]), (a, b) => a === b) ?? 0;
  const column = rows[0]?.slice(0, at).join(' ').length ?? 0;
  const arrow = ' '.repeat(column + (at > 0 ? 1 : 0));
  return [
    `  expected  ${rows[0]?.join(' ') || '(nothing)'}`,
    `  actual    ${rows[1]?.join(' ') || '(nothing)'}`,
    `            ${arrow}^`,
    '',
    `  expected ${sentence(texts[index])}`,
    `  but got  ${sentence(actual[index])}`,
  ].join('\n');
}

/** The words for states: texts, and between them spans. */
function wordsOf(texts: readonly TextAt[], length = 0): string[] {
  let last = 0;
  const words = texts.flatMap(({ frame, value }) => {
    const span = frame - last;
    last = frame;
    return span > 0 ? [spanText(span), wordOf(value)] : [wordOf(value)];
  });
  return length > last ? [...words, spanText(length - last)] : words;
}

/** A text as a word that `parseWords` reads, unless it has a space and both kinds of quotes. */
export function wordOf(text: string | null): string {
  if (text === null) return 'none';
  if (/^[^\s'"]\S*$/.test(text) && !LIKE_A_SPAN.test(text) && text !== 'none') return text;
  return text.includes("'") ? `"${text}"` : `'${text}'`;
}

function sentence(one: TextAt | undefined): string {
  if (!one) return 'nothing more';
  return `\`${wordOf(one.value)}\` ${one.frame === 0 ? 'at first' : `after ${spanText(one.frame)}`}`;
}

/** `90000` → `1m30s`. */
export function spanText(ms: number): string {
  let rest = ms;
  let text = '';
  for (const [unit, size] of UNITS) {
    if (rest >= size) text += `${Math.floor(rest / size)}${unit}`;
    rest %= size;
  }
  return text || '0ms';
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const;

// Also what somebody may have meant as a span: `5sec`.
const LIKE_A_SPAN = /^(\d+(?:\.\d+)?[a-z]+)+$/i;
const SPANS = /^(\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;

type Refuse = (why: string) => MarbleSyntaxError;

function tokensOf(words: string, refuse: Refuse): string[] {
  const tokens = words.match(/'[^']*'(?!\S)|"[^"]*"(?!\S)|[^\s'"]\S*|\S+/g) ?? [];
  const broken = tokens.find((token) => /^['"]/.test(token) && !/^(['"]).*\1$/s.test(token));
  if (broken !== undefined) throw refuse(`the quote of ${broken} has no end before a space.`);
  return tokens;
}

function spanOf(token: string, refuse: Refuse): number | undefined {
  if (!LIKE_A_SPAN.test(token)) return undefined;
  if (!SPANS.test(token))
    throw refuse(`${token} is no span (ms, s, m, h, d); as a state it needs quotes: '${token}'.`);
  try {
    const parts = token.match(/\d+(?:\.\d+)?[a-z]+/g) ?? [];
    return parts.reduce((sum, part) => sum + toMs(part as Duration), 0);
  } catch {
    throw refuse(`${token} is no whole number of milliseconds.`);
  }
}

function unquoted(token: string): string {
  return /^['"]/.test(token) ? token.slice(1, -1) : token;
}
