import { basename } from 'node:path';
import type { BusEvent, State } from 'rxhome';
import { changeOf, type Step } from './chain-steps.js';

type EventWords = Readonly<Record<string, unknown>>;

const MAX_LENGTH = 60;
const KNOWN_KEYS = ['event_type', 'type', 'file', 'entity_id', 'name'];

/** What a step is called in a line. */
export function wordsOf(step: Step): string {
  const change = changeOf(step);
  if (change)
    return change.newState
      ? `${change.entityId} = ${valueOf(change.newState)}`
      : `${change.entityId} removed`;
  switch (step.kind) {
    case 'event':
      return [step.name, ...dataOf(step.event)].join(' ');
    case 'listener':
      return step.owner === 'hub' && step.name !== '' ? step.name : step.owner;
    case 'job':
      return jobWords(step);
    case 'task':
      return `task ${step.name}`;
    default:
      return step.name;
  }
}

/** A state with its unit, short: `12 %`, `1.5 MB/s`, `unavailable`. */
export function valueOf({ state, attributes }: State): string {
  const { unit_of_measurement: unit } = attributes;
  const number = Number(state);
  if (typeof unit !== 'string' || state === '' || !Number.isFinite(number)) return short(state);
  if (unit !== 'B/s') return `${numberOf(number)} ${unit}`;
  if (number >= 1e6) return `${numberOf(number / 1e6)} MB/s`;
  return number >= 1e3 ? `${numberOf(number / 1e3)} kB/s` : `${Math.round(number)} B/s`;
}

function jobWords({ name, worker, status, at, endedAt }: Step): string {
  if (status === 'running') return `job ${name}`;
  const where = worker === null ? `job ${name}` : `worker ${worker}`;
  return `${where}, ${(endedAt - at).toLocaleString('en')} ms`;
}

/** What is worth a word in the data of an event: what Home Assistant's events call themselves. */
function dataOf(event: BusEvent | null): string[] {
  const data = event?.data ?? {};
  const isPlain = (value: unknown): boolean => /^(string|number|boolean)$/.test(typeof value);
  const known = KNOWN_KEYS.filter((key) => isPlain(data[key])).map((key) => String(data[key]));
  if (known.length > 0) {
    return [...known, ...destinationOf(data)].map(short);
  }
  return Object.entries(data)
    .filter(([, value]) => isPlain(value))
    .slice(0, 2)
    .map(([key, value]) => short(`${key}=${String(value)}`));
}

/** Where a file was moved to; with its folder if the name says nothing new. */
function destinationOf({ file, dest_file: to, dest_folder: folder }: EventWords): string[] {
  if (typeof to !== 'string') return [];
  if (to !== file || typeof folder !== 'string') return ['to', to];
  return ['to', `${basename(folder)}/${to}`];
}

function numberOf(number: number): string {
  const digits = Math.abs(number) >= 10 ? 0 : Math.abs(number) >= 1 ? 1 : 2;
  return String(Number(number.toFixed(digits)));
}

// File names may hold anything; a line stays a line, and a terminal gets no commands.
function short(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, '�');
  return line.length > MAX_LENGTH ? `${line.slice(0, MAX_LENGTH - 1)}…` : line;
}
