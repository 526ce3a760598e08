import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { BusEvent } from '../events/bus-event.js';
import type { Hub } from '../hub-api/hub.js';
import { STATE_CHANGED, type StateChanged } from '../states/state-events.js';
import type { StateValue } from '../states/state-text.js';
import type { State } from '../states/state.js';
import type { BusSubject } from './expect-bus.js';
import type { MarbleValues } from './marble-syntax.js';
import { hasFields, isMatcher, sameValue, type Matcher } from './same-value.js';
import { MarbleSyntaxError } from './testing-errors.js';
import { show } from './to-diagram.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * A state as the value of a diagram: its text (a matcher is asked about that), text and attributes,
 * or `null` for none. Attributes that are not named do not count.
 */
export type ExpectedState =
  StateValue | null | Matcher | { readonly state: unknown; readonly attributes?: Fields };

/** A state of one of several entities as the value of a diagram. */
export type ExpectedEntityState =
  { readonly entityId: string; readonly state: unknown; readonly attributes?: Fields } | Matcher;

/** Whose states are expected, if it is not one entity: several, those of a domain, or all. */
export type StatesSelector = readonly string[] | { readonly domain: string };

/** What an entity came to be; `null` when it was removed. */
export interface StateAt {
  readonly entityId: string;
  readonly state: State | null;
}

/**
 * What came to be, of an event that is a change of one of the entities.
 *
 * @throws InvalidEntityIdError, InvalidOptionError for a selector that can never match.
 */
export function changesOf(
  hub: Hub,
  selector: string | StatesSelector | undefined,
): (event: BusEvent) => StateAt | undefined {
  if (typeof selector === 'function')
    throw new InvalidOptionError(
      `\`expectStates\` takes an entity id, a list of them or \`{ domain }\`, got ${quote(selector)}.`,
    );
  void hub.states.changes(selector); // it knows what is wrong with a selector
  return ({ type, data }) => {
    if (type !== STATE_CHANGED) return undefined;
    const { entityId, newState: state } = data as unknown as StateChanged;
    return isSelected(selector, entityId) ? { entityId, state } : undefined;
  };
}

function isSelected(selector: string | StatesSelector | undefined, entityId: string): boolean {
  if (selector === undefined || selector === entityId) return true;
  if (typeof selector === 'string') return false;
  return 'domain' in selector
    ? entityId.startsWith(`${selector.domain}.`)
    : selector.includes(entityId);
}

/** The states of one entity. */
export function statesOf(entityId: string): BusSubject<StateAt> {
  return {
    title: `The states of \`${entityId}\``,
    accepts: (value) =>
      value === null ||
      ['string', 'number', 'boolean'].includes(typeof value) ||
      (typeof value === 'object' && ('state' in value || isMatcher(value))),
    wants: 'a state, `{ state, attributes }` or `null`',
    same: ({ state }, expected) => isState(state, expected),
    show: ({ state }) => shown(state),
  };
}

/**
 * The states of several entities.
 *
 * @throws MarbleSyntaxError when a value is about an entity that is not among them.
 */
export function statesOfMany(
  selector: StatesSelector | undefined,
  values: MarbleValues | undefined,
): BusSubject<StateAt> {
  const known = new Set<unknown>();
  for (const [symbol, value] of Object.entries(values ?? {})) {
    const { entityId } = (value ?? {}) as { entityId?: unknown };
    known.add(entityId);
    if (typeof entityId === 'string' && !isSelected(selector, entityId))
      throw new MarbleSyntaxError(
        `The value \`${symbol}\` is about ${quote(entityId)}, which \`expectStates(${show(selector)})\` does not look at.`,
      );
  }
  // What a matcher says of the entity cannot be foreseen.
  const isClear = values !== undefined && [...known].every((one) => typeof one === 'string');
  return {
    title: selector === undefined ? 'The states' : `The states of ${show(selector)}`,
    accepts: (value) =>
      typeof value === 'object' && value !== null && ('entityId' in value || isMatcher(value)),
    wants: '`{ entityId, state, attributes }`',
    same: ({ entityId, state }, expected) => {
      if (isMatcher(expected)) return sameValue({ entityId, ...plain(state) }, expected);
      const wanted = expected as { entityId: unknown; state?: unknown; attributes?: Fields };
      return (
        sameValue(entityId, wanted.entityId) &&
        isState(state, wanted.state === null ? null : wanted)
      );
    },
    show: ({ entityId, state }) => `${entityId} ${shown(state)}`,
    remark: ({ entityId }) =>
      isClear && !known.has(entityId)
        ? `\`${entityId}\` changed, which is in no value of the diagram.`
        : undefined,
  };
}

function isState(state: State | null, expected: unknown): boolean {
  if (expected === null || state === null) return expected === null && state === null;
  if (isMatcher(expected)) return sameValue(state.state, expected);
  if (typeof expected !== 'object') return state.state === textOf(expected);
  const { state: text, attributes = {} } = expected as { state?: unknown; attributes?: Fields };
  const isText = isMatcher(text) ? sameValue(state.state, text) : state.state === textOf(text);
  return isText && hasFields(state.attributes, attributes);
}

/** Numbers and booleans are states as their texts. */
function textOf(value: unknown): unknown {
  return ['number', 'boolean'].includes(typeof value) ? JSON.stringify(value) : value;
}

function plain(state: State | null): Fields {
  return state ? { state: state.state, attributes: state.attributes } : { state: null };
}

function shown(state: State | null): string {
  if (!state) return 'null';
  const { state: text, attributes } = state;
  return Object.keys(attributes).length > 0 ? `'${text}' ${show(attributes)}` : `'${text}'`;
}
