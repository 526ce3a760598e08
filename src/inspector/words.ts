import { basename } from 'node:path';
import type { Activity, BusEvent, State, StateChanged } from 'rxhome';
import { lasting, numberIn, oneLine, shortOf, valueOf } from './value-words.js';
import type { RowKind } from './wire.js';

/** What a row says of an activity. */
export interface Words {
  readonly kind: RowKind;
  readonly name: string;
  readonly text: string;
  readonly short: string;
  readonly entity: string | null;
  readonly number: number | null;
}

type Data = Readonly<Record<string, unknown>>;

const KNOWN_KEYS = ['event_type', 'type', 'file', 'entity_id', 'name'];
const SHORT_KEYS = ['value', 'state', 'payload', 'event_type', 'type', 'action'];
const SIGNS: Readonly<Record<string, string>> = {
  added: '+',
  created: '+',
  changed: '~',
  modified: '~',
  moved: '→',
  deleted: '−',
  removed: '−',
};
const WORD = 60;

/** An activity in words. Never throws, whatever happens when somebody looks at the data of an event. */
export function wordsOf(activity: Activity): Words {
  const name = oneLine(activity.name);
  const about = { kind: activity.kind, name, text: name, short: '', entity: null, number: null };
  try {
    return tell(activity, about);
  } catch {
    return about;
  }
}

function tell({ kind, owner, detail, at }: Activity, about: Words): Words {
  const { name } = about;
  switch (kind) {
    case 'state':
    case 'event':
      return eventWords(detail['event'] as BusEvent, about);
    case 'listener':
      return { ...about, text: owner === 'hub' ? name : oneLine(`${ownerName(owner)}: ${name}`) };
    case 'timer':
    case 'timeout': {
      const { dueAt } = detail;
      if (typeof dueAt !== 'number') return about;
      const time = lasting(Math.max(0, dueAt - at));
      const limit = kind === 'timer' ? time : `at most ${time}`;
      // Many a timer is called by its time: `Welcome: 20 s`.
      const text = name.endsWith(time) ? name : `${name}, ${limit}`;
      return { ...about, text: oneLine(text), short: shortOf(time) };
    }
    case 'stage':
      return { ...about, text: `hub ${name.replaceAll('_', ' ')}` };
    default:
      return about;
  }
}

/** What a service is called with. */
export function callWords(event: BusEvent): Pick<Words, 'name' | 'text' | 'entity'> {
  const { domain, service, serviceData } = event.data as unknown as {
    readonly domain: unknown;
    readonly service: unknown;
    readonly serviceData?: Data;
  };
  const name = oneLine(`${String(domain)}.${String(service)}`);
  const entity = entityIn(serviceData ?? {});
  return { name, text: oneLine(entity === null ? name : `${name} ${entity}`), entity };
}

/** Whose it is: what an entity writes is told of as its integration's: `sun.sun of sun`. */
export function ownerName(owner: string): string {
  return oneLine(owner.replace(/^\w+\.\w+ of (?=.)/, ''));
}

function eventWords(event: BusEvent, about: Words): Words {
  const data: Data = event.data;
  switch (event.type) {
    case 'state_changed':
      return { ...about, ...changeWords(data as unknown as StateChanged) };
    case 'call_service':
      return { ...about, kind: 'service', ...callWords(event) };
    case 'automation_triggered':
    case 'automation_blocked': {
      const kind = event.type === 'automation_blocked' ? 'blocked' : 'automation';
      const name = isPlain(data['name']) ? oneLine(String(data['name'])) : about.name;
      const why = [data['source'], data['condition'], data['reason']].filter(isPlain).join('; ');
      return { ...about, kind, name, text: oneLine(why === '' ? name : `${name}: ${why}`) };
    }
    case 'inspector_opened':
      return { ...about, text: 'you opened this page', short: '+' };
    case 'inspector_closed':
      return { ...about, text: 'you closed a page', short: '−' };
    case 'inspector_button':
      return { ...about, text: oneLine(`you pressed “${word(String(data['label']))}”`) };
    default: {
      const text = oneLine([about.name, ...dataWords(data)].join(' '));
      return { ...about, text, short: signOf(data), entity: entityIn(data) };
    }
  }
}

function changeWords({ entityId, oldState, newState }: StateChanged): Omit<Words, 'kind'> {
  const about = { name: 'state_changed', entity: entityId, short: '', number: null };
  if (newState === null) return { ...about, text: `${entityId}: removed`, short: '−' };
  const now = valueOf(newState);
  const number = numberIn(newState.state);
  const words = { ...about, short: shortOf(newState.state), number };
  if (oldState === null) return { ...words, text: oneLine(`${entityId}: ${now}`) };
  if (oldState.state !== newState.state)
    return { ...words, text: oneLine(`${entityId}: ${valueOf(oldState)} → ${now}`) };
  return { ...words, text: oneLine(`${entityId}: ${now}${attributeWords(oldState, newState)}`) };
}

/** The first attribute that is another, if only those have changed. */
function attributeWords(from: State, to: State): string {
  for (const [key, value] of Object.entries(to.attributes)) {
    const before = from.attributes[key] ?? 'none';
    if (value === before) continue;
    if (!isPlain(value) || !isPlain(before)) return `, other ${key}`;
    return `, ${key} ${word(String(before))} → ${word(String(value))}`;
  }
  return '';
}

/** What is worth a word in the data of an event: what Home Assistant's events call themselves. */
function dataWords(data: Data): string[] {
  const known = KNOWN_KEYS.map((key) => data[key]).filter(isPlain);
  if (known.length > 0) return [...known.map(String), ...destinationOf(data)].map(word);
  const words: string[] = [];
  for (const key in data) {
    const value = data[key];
    if (isPlain(value)) words.push(word(`${key}=${String(value)}`));
    if (words.length === 2) break;
  }
  return words;
}

/** Where a file was moved to; with its folder if the name says nothing new. */
function destinationOf({ file, dest_file: to, dest_folder: folder }: Data): string[] {
  if (typeof to !== 'string') return [];
  if (to !== file || typeof folder !== 'string') return ['to', to];
  return ['to', `${basename(folder)}/${to}`];
}

function signOf(data: Data): string {
  for (const key of SHORT_KEYS) {
    const value = data[key];
    if (isPlain(value)) return SIGNS[String(value)] ?? shortOf(value);
  }
  return '';
}

function entityIn(data: Data): string | null {
  const given = data['entity_id'];
  const id: unknown = Array.isArray(given) ? given[0] : given;
  return typeof id === 'string' && /^\w+\.\w+$/.test(id) ? oneLine(id) : null;
}

function isPlain(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function word(text: string): string {
  return oneLine(text, WORD);
}
