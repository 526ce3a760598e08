import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import { repeats } from '../states/plain-data.js';
import type { StateChanged } from '../states/state-events.js';
import type { State } from '../states/state.js';

/** A value of a state, or of one of its attributes, that can be written down. */
export type StateWord = string | number | boolean | null;

/** One value, one of several, or a question that a state answers. */
export type StateCondition = StateWord | readonly StateWord[] | ((state: State) => boolean);

/** Which changes count. */
export interface StateMatchOptions {
  /** What it was before. @default anything */
  readonly from?: StateCondition | undefined;
  /** What it has become. @default anything */
  readonly to?: StateCondition | undefined;
  /** Then only changes of this attribute count, and `from` and `to` are about its value. */
  readonly attribute?: string | undefined;
}

type Known = State | null;

/**
 * Tells which changes of a state count. A value or a list: each change of what is compared to one
 * of these, as in Home Assistant. A question: when the answer becomes yes (`to`) or no (`from`).
 */
export class StateMatch {
  readonly #from: StateCondition | undefined;
  readonly #to: StateCondition | undefined;
  readonly #attribute: string | undefined;
  readonly #onError: (error: unknown) => void;

  /**
   * @param onError Told what a question throws; its answer is no then.
   * @throws InvalidOptionError naming the option and the value.
   */
  constructor({ from, to, attribute }: StateMatchOptions, onError: (error: unknown) => void) {
    checkCondition('from', from);
    checkCondition('to', to);
    if (attribute !== undefined && (typeof attribute !== 'string' || attribute === ''))
      throw new InvalidOptionError(
        `Expected the name of an attribute as \`attribute\`, got ${quote(attribute)}.`,
      );
    this.#from = from;
    this.#to = to;
    this.#attribute = attribute;
    this.#onError = onError;
  }

  /** Whether a change counts; `isHeld`: for those who wait until it has lasted. */
  counts({ oldState, newState }: StateChanged, isHeld: boolean): boolean {
    const from = this.#from;
    const to = this.#to;
    const isPlain = from === undefined && to === undefined && this.#attribute === undefined;
    if (isPlain && !isHeld) return true;
    const isAsked = typeof from === 'function' || typeof to === 'function';
    const mustDiffer = this.#attribute !== undefined || !isAsked;
    if (mustDiffer && repeats(this.compared(oldState), this.compared(newState))) return false;
    return (
      (from === undefined || this.#turns(from, oldState, newState)) &&
      (to === undefined || this.#turns(to, newState, oldState))
    );
  }

  /** Whether what has begun with `value` goes on. */
  holds(state: Known, value: unknown): boolean {
    if (state === null) return false;
    if (this.#to !== undefined) return this.#is(this.#to, state);
    if (this.#from !== undefined) return !this.#is(this.#from, state);
    return repeats(this.compared(state), value);
  }

  /** What is compared: the text, or the attribute; `undefined` where there is none. */
  compared(state: Known): unknown {
    return this.#attribute === undefined ? state?.state : state?.attributes[this.#attribute];
  }

  /** It is so at one end of the change; a question must have another answer at the other end. */
  #turns(condition: StateCondition, here: Known, there: Known): boolean {
    if (!this.#is(condition, here)) return false;
    return typeof condition !== 'function' || !this.#is(condition, there);
  }

  #is(condition: StateCondition, state: Known): boolean {
    if (state === null) return false;
    if (typeof condition === 'function') return this.#ask(condition, state);
    const value = this.compared(state);
    const words = isList(condition) ? condition : [condition];
    return words.some((word) =>
      // The state itself is always text.
      this.#attribute === undefined ? value === String(word) : value === word,
    );
  }

  #ask(question: (state: State) => unknown, state: State): boolean {
    try {
      return Boolean(question(state));
    } catch (error) {
      this.#onError(error);
      return false;
    }
  }
}

function isList(condition: StateCondition): condition is readonly StateWord[] {
  return Array.isArray(condition);
}

function checkCondition(name: string, condition: unknown): void {
  if (condition === undefined || typeof condition === 'function' || isWord(condition)) return;
  if (Array.isArray(condition) && condition.length > 0 && condition.every(isWord)) return;
  throw new InvalidOptionError(
    `Expected a value, a list of values or a function as \`${name}\`, got ${quote(condition)}.`,
  );
}

function isWord(value: unknown): boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}
