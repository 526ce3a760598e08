import { asCode } from './as-code.js';
import type { TimedNotification } from './marble-syntax.js';
import { parseMarbles } from './marble-syntax.js';
import type { RecordedState } from './replay.js';
import { type Recorded, type RecordedEvent, recordedEvents } from './recorded-events.js';
import { sameValue } from './same-value.js';
import { parseWords, spanText, type TextAt, withoutFirstNothing, wordOf } from './state-words.js';
import { toDiagram } from './to-diagram.js';

/**
 * Writes a recording down as a marble test: what came from outside is replayed, and everything that
 * happened is expected again, each entity and each type of event in a diagram of its own. Put what
 * is tested into the place that says so.
 *
 *     const recording = recordEvents(hub);
 *     …
 *     console.log(toMarbles(recording));
 *
 * Of states their texts count; times are whole milliseconds. What a diagram cannot show is left out,
 * and a comment says so.
 *
 * @throws InvalidOptionError for what is no recording, and for data that cannot be written down: a
 * function, a symbol, an object that contains itself.
 */
export function toMarbles(recorded: Recorded): string {
  const events = recordedEvents(recorded);
  const states = byKey(events.filter(isChange), ({ data }) => String(data?.['entityId']));
  const others = byKey(
    events.filter((event) => !isChange(event)),
    ({ type }) => type,
  );
  const inputs = events.filter(({ isCaused }) => !isCaused);
  const lines = [
    ...[...states].flatMap(([entityId, changes]) => firstState(entityId, changes)),
    '// What is tested is set up here.',
    ...[...states].map(([entityId, changes]) => expectedStates(entityId, changes)),
    ...[...others].flatMap(([type, all]) => expectedEvents(type, all)),
    'await replay(hub, [',
    ...inputs.map(({ at, type, data }) => `  ${asCode({ at, type, ...(data && { data }) })},`),
    ']);',
  ];
  return [
    `await marbles(async ({ hub, expectEvents, expectStates }) => {`,
    ...lines.map((line) => `  ${line}`),
    '});',
  ].join('\n');
}

function isChange({ type }: RecordedEvent): boolean {
  return type === 'state_changed';
}

function byKey(
  events: readonly RecordedEvent[],
  keyOf: (event: RecordedEvent) => string,
): Map<string, RecordedEvent[]> {
  const groups = new Map<string, RecordedEvent[]>();
  for (const event of events) {
    const key = keyOf(event);
    groups.set(key, [...(groups.get(key) ?? []), event]);
  }
  return groups;
}

/** An entity that was there before is there before in the test too. */
function firstState(entityId: string, [first]: readonly RecordedEvent[]): string[] {
  const old = first?.data?.['oldState'] as RecordedState | null | undefined;
  if (!old) return [];
  return [`hub.states.set(${[entityId, old.state, old.attributes].map(asCode).join(', ')});`];
}

function expectedStates(entityId: string, changes: readonly RecordedEvent[]): string {
  const texts = textsOf(changes);
  const words = wordsOf(texts);
  if (!isReadAs(words, texts))
    return `// ${entityId}: it has a text that cannot be written as a word.`;
  return `expectStates(${asCode(entityId)}).toBe(${asCode(words)});`;
}

/** The texts of an entity, beginning with the one that it had before; `null` for none. */
function textsOf(changes: readonly RecordedEvent[]): TextAt[] {
  const old = changes[0]?.data?.['oldState'] as RecordedState | null;
  const texts: TextAt[] = [{ frame: 0, value: old?.state ?? null }];
  for (const { at, data } of changes) {
    const value = (data?.['newState'] as RecordedState | null)?.state ?? null;
    // If not, only its attributes changed.
    if (value !== texts.at(-1)?.value) texts.push({ frame: at, value });
  }
  return [...withoutFirstNothing(texts)];
}

/** `off 5s on`: the texts, and between them how long it had each. */
function wordsOf(texts: readonly TextAt[]): string {
  let last = 0;
  const words = texts.flatMap(({ frame, value }) => {
    const span = frame - last;
    last = frame;
    return span > 0 ? [spanText(span), wordOf(value)] : [wordOf(value)];
  });
  return words.join(' ');
}

function isReadAs(words: string, texts: readonly TextAt[]): boolean {
  if (/^[-\s]*$/.test(words)) return false; // that says that nothing changes
  try {
    return sameValue(parseWords(words).texts, texts);
  } catch {
    return false;
  }
}

function expectedEvents(type: string, events: readonly RecordedEvent[]): string[] {
  const values: Record<string, unknown> = {};
  const messages = events.map(({ at, data = {} }): TimedNotification => {
    const known = Object.entries(values).find(([, value]) => sameValue(value, data));
    const letter = known?.[0] ?? letterOf(Object.keys(values).length);
    values[letter] = data;
    return { frame: at, notification: { kind: 'N', value: letter } };
  });
  const diagram = toDiagram(messages);
  if (!isExact(diagram, messages))
    return [`// ${type}: ${events.length} events too close to each other to be drawn.`];
  return [`expectEvents(${asCode(type)}).toBe(${asCode(diagram)}, ${asCode(values)});`];
}

/** A group hides the milliseconds under its own characters. */
function isExact(diagram: string, messages: readonly TimedNotification[]): boolean {
  return sameValue(
    parseMarbles(diagram).map(({ frame }) => frame),
    messages.map(({ frame }) => frame),
  );
}

/** Letters, and when there are no more, Chinese characters: they are many, and each is one. */
function letterOf(index: number): string {
  return LETTERS[index] ?? String.fromCodePoint(0x4e00 + index - LETTERS.length);
}

const LETTERS = Array.from('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ');
