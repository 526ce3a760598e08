import type { Activity, Diagnostic, HubErrorReport, Task } from 'rxhome';
import { oneLine } from './value-words.js';
import { ownerName, wordsOf } from './words.js';
import type { Row, RowStatus } from './wire.js';

/** A row in the making. */
export type Draft = { -readonly [K in keyof Row]: Row[K] };

/** What a row is about, for those who ask for it. */
export type Subject =
  | { readonly activity: Activity }
  | { readonly report: HubErrorReport }
  | { readonly diagnostic: Diagnostic };

type Place = Pick<Row, 'id' | 'cause' | 'at'>;

/** By time; of what has the same one, what began first has the lower id. */
export function byBeginning(a: Draft, b: Draft): number {
  return a.at - b.at || orderOf(a) - orderOf(b);
}

// What is reported has no id of that kind, and comes after what it is about.
function orderOf({ id }: Draft): number {
  return id > 0 ? id : Number.MAX_SAFE_INTEGER;
}

/** The row of an activity that has begun, or that is a point. */
export function rowOf(activity: Activity, place: Place): Draft {
  const { phase, owner, detail, kind, context } = activity;
  const row = newRow(place, ownerName(owner));
  const words = wordsOf(activity);
  row.kind = words.kind;
  row.name = words.name;
  row.text = words.text;
  row.short = words.short;
  row.entity = words.entity;
  row.number = words.number;
  if (phase === 'start') row.status = 'running';
  else if (detail['status'] === 'failed') row.status = 'failed';
  if (typeof detail['dueAt'] === 'number') row.due = detail['dueAt'];
  const task = kind === 'task' ? (detail['task'] as Task<unknown> | undefined) : undefined;
  if (task?.kind === 'listener') row.kind = 'listener';
  const isCall = task?.kind === 'service';
  if (isCall) {
    row.kind = 'service';
    row.name = row.text = nameOfCall(words.name);
  }
  const isDeed = isCall || kind === 'event' || kind === 'state';
  row.human = isDeed && typeof context?.userId === 'string';
  return row;
}

// A call that was refused has a task too, and says so.
function nameOfCall(task: string): string {
  return task.replace(/^call /, '');
}

export function errorRow({ error, owner, name }: HubErrorReport, place: Place): Draft {
  const { code, name: type, message } = errorFields(error);
  const who = oneLine(`${ownerName(owner)}: ${name}`, 60);
  return Object.assign(newRow(place, ownerName(owner)), {
    kind: 'error',
    status: 'failed',
    name: oneLine(code ?? type ?? 'error'),
    text: oneLine(`${who}: ${message}`),
    short: '!',
  } as const);
}

export function diagnosticRow(found: Diagnostic, place: Place): Draft {
  const { kind, owner, message, durationMs } = found;
  return Object.assign(newRow(place, ownerName(owner ?? 'hub')), {
    kind: 'diagnostic',
    name: kind,
    text: oneLine(message),
    short: durationMs === null ? '!' : oneLine(String(Math.round(durationMs)), 8),
    number: durationMs,
  } as const);
}

/** How an activity has ended. */
export function endStatus({ detail }: Activity): RowStatus {
  const { status } = detail;
  return status === 'failed' || status === 'cancelled' ? status : 'done';
}

/** Anything can be thrown, also what throws when it is read. */
function errorFields(error: unknown): {
  readonly code?: string | undefined;
  readonly name?: string | undefined;
  readonly message: string;
} {
  try {
    if (typeof error !== 'object' || error === null) return { message: String(error) };
    const { code, name, message } = error as Readonly<Record<string, unknown>>;
    return {
      code: typeof code === 'string' ? code : undefined,
      name: typeof name === 'string' ? name : undefined,
      message: typeof message === 'string' ? message : 'something that is no error was thrown',
    };
  } catch {
    return { message: 'something was thrown that cannot be read' };
  }
}

// Made for each activity: written out, so that all rows have one shape.
function newRow(place: Place, owner: string): Draft {
  return {
    id: place.id,
    cause: place.cause,
    root: place.id,
    at: place.at,
    kind: 'event',
    status: 'point',
    dur: 0,
    owner,
    name: '',
    text: '',
    short: '',
    entity: null,
    number: null,
    due: null,
    worker: null,
    human: false,
  };
}
