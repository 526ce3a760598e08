import { userStack } from './call-site.js';
import { busToBe } from './expect-bus.js';
import { failure, type Expectation } from './expectation.js';
import { parseBusDiagram, type Happenings } from './happenings.js';
import type { MarbleValues } from './marble-syntax.js';
import { type ExpectedState, type StateAt, statesOf } from './state-subjects.js';
import { parseWords, withoutFirstNothing, wordsMismatch, type TextAt } from './state-words.js';
import { MarbleSyntaxError } from './testing-errors.js';

/** What can be expected of the states of one entity. */
export interface StatesExpectation {
  /**
   * In words: the texts of its state, beginning with the one at the call, and between them how long
   * each lasts. A span at the end says how long the test looks on. `none` is no state; quotes hold
   * texts with spaces or that look like a span. Writes that leave the text as it is do not count.
   * `''`, `'-'` and spans alone say that the text does not change.
   *
   *     expectStates('light.hall').toBe('off 5s on 3m off');
   *     expectStates('person.anna').toBe("home 2h 'not home' 10m");
   */
  toBe(words: string): void;
  /**
   * As marbles: the state at the call is at frame 0, and each `state_changed` counts. Attributes
   * that a value names are compared.
   *
   *     expectStates('light.hall').toBe('a--b', { a: 'off', b: { state: 'on', attributes: { brightness: 5 } } });
   */
  toBe(diagram: string, values: MarbleValues<ExpectedState>): void;
}

/** The expectation of `expectStates(entityId).toBe(…)`. */
export function statesToBe(
  entityId: string,
  happenings: Happenings<StateAt>,
  text: string,
  values: MarbleValues | undefined,
): Expectation {
  return values === undefined
    ? inWords(entityId, happenings, text)
    : inMarbles(entityId, happenings, text, values);
}

function inMarbles(
  entityId: string,
  happenings: Happenings<StateAt>,
  text: string,
  values: MarbleValues,
): Expectation {
  const diagram = withHint(() => parseBusDiagram(text, values), text);
  // What is there at the call did not happen.
  if (diagram.letters.length === 0) return inWords(entityId, happenings, text);
  return busToBe(happenings, statesOf(entityId), diagram);
}

function inWords(entityId: string, happenings: Happenings<StateAt>, text: string): Expectation {
  const stack = userStack();
  const isStill = typeof text === 'string' && /^[-\s]*$/.test(text);
  const words = isStill ? { texts: [], length: text.length } : parseWords(text);
  const expected = (actual: readonly TextAt[]): readonly TextAt[] =>
    words.texts.length > 0 ? words.texts : actual.slice(0, 1);
  const check = (): Error | undefined => {
    const actual = textsOf(happenings);
    const drawing = wordsMismatch(actual, { ...words, texts: expected(actual) });
    return failure(`The states of \`${entityId}\``, drawing && drawing + hint(text), stack);
  };
  return {
    horizon: happenings.origin + words.length,
    isOpenEnded: false,
    endOfTest: () => happenings.close(),
    close: () => happenings.close(),
    check,
  };
}

/** The changes of the text alone, from the first frame on. */
function textsOf({ list }: Happenings<StateAt>): readonly TextAt[] {
  const texts: TextAt[] = [];
  for (const { frame, value } of [{ frame: 0, value: null }, ...list]) {
    const text = value?.state?.state ?? null;
    if (texts.length === 0 || texts.at(-1)?.value !== text) texts.push({ frame, value: text });
  }
  return withoutFirstNothing(texts);
}

function withHint<T>(read: () => T, text: string): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof MarbleSyntaxError) || !/[^\s-]{2,}/.test(text)) throw error;
    throw new MarbleSyntaxError(
      `${error.message} (Or are these states in words, such as \`off 5s on\`? They take no values.)`,
      { cause: error },
    );
  }
}

/** Somebody may have drawn marbles and given no values. */
function hint(text: string): string {
  const looksDrawn = /^-*[^\s-](-+[^\s-])*-*$/.test(text) && text.includes('--');
  return looksDrawn ? '\n  (these are words; a diagram needs values: `{ a: … }`)' : '';
}
