import type { Row } from './wire.js';
import { diagramOf, stateWords, type TextFrom } from './diagram.js';

/** What an event was about, as `Payload.data` has it; `undefined` if that is not kept. */
export type DataOf = (id: number) => unknown;

/**
 * A chain as a test for `rxhome/testing`, in the form of `toMarbles`: the first cause is replayed,
 * and what it led to is expected: states in words, events, service calls and errors as marbles. What
 * is tested has to be put into the place that says so.
 *
 * Times are whole milliseconds. What a diagram cannot show is left out, and a comment says so.
 */
export function marblesOf(
  root: Row,
  effects: readonly Row[],
  more: number,
  dataOf: DataOf,
): string {
  const frames = (rows: readonly Row[]): number[] =>
    rows.map(({ at }) => Math.max(0, Math.round(at - root.at)));
  const rows = [root, ...effects].sort((a, b) => a.at - b.at);
  const states = byKey(rows, (row) => (row.kind === 'state' ? row.entity : null));
  const events = byKey(rows, (row) => (row.kind === 'event' ? row.name : null));
  const calls = byKey(rows, (row) => (row.kind === 'service' ? row.name : null));
  const errors = rows.filter(({ kind }) => kind === 'error');
  const expected = (tool: string, name: string | null, of: readonly Row[]): string => {
    const diagram = diagramOf(frames(of));
    const key = name === null ? '' : quoted(name);
    if (diagram === null)
      return `// ${key || 'errors'}: ${of.length} too close to each other to be drawn.`;
    return `${tool}(${key}).toBe(${quoted(diagram)});`;
  };
  const courses = [...states].map(([id, of]) => {
    const [first] = of;
    const { from } = first ? changeOf(first, dataOf(first.id)) : { from: null };
    return { id, from, texts: courseOf(of, frames(of), dataOf) };
  });
  const lines = [
    ...courses.flatMap(({ id, from }) =>
      // What was there before is there before in the test too.
      typeof from === 'string' ? [`hub.states.set(${quoted(id)}, ${quoted(from)});`] : [],
    ),
    '// What is tested is set up here.',
    ...courses.map(({ id, texts }) => expectedStates(id, texts)),
    ...[...events].map(([type, of]) => expected('expectEvents', type, of)),
    ...[...calls].map(([name, of]) => expected('expectServiceCalls', name, of)),
    ...(errors.length > 0 ? [expected('expectErrors', null, errors)] : []),
    ...(more > 0 ? [`// ${more} more are left out.`] : []),
    ...replayOf(root, dataOf(root.id)),
  ];
  const text = lines.map((line) => `  ${line}`).join('\n');
  const tools = TOOLS.filter((tool) => text.includes(`${tool}(`));
  return [`await marbles(async ({ ${['hub', ...tools].join(', ')} }) => {`, text, '});'].join('\n');
}

const TOOLS = ['expectErrors', 'expectEvents', 'expectServiceCalls', 'expectStates'] as const;

/** What a row says of a state: from the payload, else from its words; `undefined`: they do not say. */
interface Change {
  readonly from: string | null | undefined;
  readonly to: string | null | undefined;
}

function changeOf(row: Row, data: unknown): Change {
  const { oldState, newState } = (data ?? {}) as Record<string, { state?: unknown } | null>;
  if (oldState !== undefined && newState !== undefined) {
    return { from: textOf(oldState), to: textOf(newState) };
  }
  const words = row.text.startsWith(`${row.entity ?? ''}: `)
    ? row.text.slice((row.entity ?? '').length + 2)
    : row.text;
  if (words.endsWith('…')) return { from: undefined, to: numberOf(row) };
  if (words === 'removed' && row.short === '−') return { from: undefined, to: null };
  const [from, to, more] = words.split(' → ');
  if (more !== undefined || from?.includes(', ')) return { from: undefined, to: numberOf(row) };
  if (to === undefined) return { from: null, to: numberOf(row) ?? from };
  // A number is written with its unit: only the new one is known as it is.
  return row.number === null ? { from, to } : { from: undefined, to: numberOf(row) };
}

function numberOf({ number }: Row): string | undefined {
  return number === null ? undefined : String(number);
}

function textOf(state: { state?: unknown } | null): string | null | undefined {
  if (state === null) return null;
  return typeof state.state === 'string' ? state.state : undefined;
}

/** The course of an entity's texts, beginning with the one before; `null` if words do not say it. */
function courseOf(
  rows: readonly Row[],
  frames: readonly number[],
  dataOf: DataOf,
): TextFrom[] | null {
  const texts: TextFrom[] = [];
  for (const [index, row] of rows.entries()) {
    const { from, to } = changeOf(row, dataOf(row.id));
    if (to === undefined) return null;
    const frame = frames[index] ?? 0;
    if (index === 0 && (from !== undefined || frame > 0)) {
      texts.push({ frame: 0, text: from ?? null });
    }
    texts.push({ frame, text: to });
  }
  // What was nothing for no time was not there.
  const [first, second] = texts;
  return first?.text === null && second?.frame === 0 ? texts.slice(1) : texts;
}

function expectedStates(id: string, texts: readonly TextFrom[] | null): string {
  const words = texts === null ? null : stateWords(texts);
  if (words === null) return `// ${quoted(id)}: its states cannot be written as words.`;
  return `expectStates(${quoted(id)}).toBe(${quoted(words)});`;
}

function replayOf(root: Row, data: unknown): string[] {
  const event = inputOf(root, data);
  if (event === null) {
    return [`// It began with ${root.kind} ${quoted(root.name)}, which is set up above too.`];
  }
  const note = root.kind !== 'state' && data === undefined ? ' // its data is not kept' : '';
  return ['await replay(hub, [', `  ${JSON.stringify({ at: 0, ...event })},${note}`, ']);'];
}

/** What comes from outside; `null` for what can only be programmed. */
function inputOf(root: Row, data: unknown): object | null {
  const known = data === null || data === undefined ? {} : { data };
  if (root.kind === 'event') return { type: root.name, ...known };
  if (root.kind === 'service') {
    const [domain, ...service] = root.name.split('.');
    const call = { domain, service: service.join('.'), serviceData: {} };
    return { type: 'call_service', data: 'data' in known ? known.data : call };
  }
  if (root.kind !== 'state' || root.entity === null) return null;
  const { to } = changeOf(root, data);
  if (to === undefined) return null;
  const given = (data as { newState?: { attributes?: unknown } | null } | null | undefined)
    ?.newState?.attributes;
  const newState = to === null ? null : { state: to, attributes: given ?? {} };
  return { type: 'state_changed', data: { entityId: root.entity, oldState: null, newState } };
}

function byKey(rows: readonly Row[], keyOf: (row: Row) => string | null): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = keyOf(row);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  return groups;
}

/** As code: texts of users end no string, and no line. */
function quoted(text: string): string {
  const code = JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return /['"\\]/.test(text) ? code : `'${code.slice(1, -1)}'`;
}
