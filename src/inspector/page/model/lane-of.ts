import type { EntityRow, Row, RowKind } from '../../wire.js';
import type { Group, LaneGlyph, LaneOf, Look } from './lane.js';
import { rankIn } from './rank.js';
import { numberOf } from './range.js';

const lane = (group: Group, name: string, look: Look, glyph: LaneGlyph): LaneOf => ({
  key: `${group}/${name}`,
  group,
  name,
  look,
  glyph,
});

const YOU = lane('inputs', 'you', 'marbles', 'human');
const CLOCK = lane('inputs', 'clock', 'marbles', 'timer');
const OTHER_INPUTS = lane('inputs', 'other inputs', 'marbles', 'event');
const OTHER_MEASURES = lane('measures', 'other measures', 'marbles', 'state');
const EVENTS = lane('decisions', 'events', 'marbles', 'event');
const RULES = lane('decisions', 'rules', 'marbles', 'listener');
const AUTOMATIONS = lane('decisions', 'automations', 'marbles', 'automation');
const SERVICES = lane('decisions', 'service calls', 'marbles', 'service');
const TIMEOUTS = lane('decisions', 'timeouts', 'bars', 'timer');
const OTHER_STATES = lane('states', 'other states', 'marbles', 'state');
const TASKS = lane('work', 'tasks', 'bars', 'task');
const OTHER_WORKERS = lane('work', 'other workers', 'bars', 'job');
const ERRORS = lane('health', 'errors', 'marbles', 'error');
const HUB = lane('health', 'stages', 'marbles', 'stage');

/** Characters that there is room for beside a value. */
const LONGEST_ID = 16;

/** With what is always there these are about as many lanes as stand on a screen. */
export const MOST = { inputs: 3, measures: 3, ribbons: 5, workers: 2 } as const;

/** The lane of a row. `entity` is what is known of the row's entity. */
export function laneOf(row: Row, entity: EntityRow | undefined): LaneOf {
  if (row.kind === 'event') return inputOf(row);
  if (row.kind === 'state') return stateLane(row, entity);
  // What nothing led to comes round again and again: it is a clock.
  if (row.kind === 'timer' && row.cause === 0) return CLOCK;
  return row.worker === null ? OF_KIND[row.kind] : workerLane(row.worker);
}

const OF_KIND: Readonly<Record<Exclude<RowKind, 'event' | 'state'>, LaneOf>> = {
  service: SERVICES,
  automation: AUTOMATIONS,
  blocked: AUTOMATIONS,
  listener: RULES,
  timer: TIMEOUTS,
  timeout: TIMEOUTS,
  task: TASKS,
  job: TASKS,
  error: ERRORS,
  diagnostic: ERRORS,
  stage: HUB,
};

/** Where a lane stands in its group before anybody moves it, whichever came first. */
export function laneRank(key: string): number {
  return isOther(key) ? ORDER.length + 1 : rankIn(ORDER, key.replace(/ \d+$/, ''));
}

const ORDER = [
  YOU,
  CLOCK,
  EVENTS,
  RULES,
  AUTOMATIONS,
  SERVICES,
  TIMEOUTS,
  TASKS,
  { key: 'work/worker' },
  ERRORS,
  HUB,
].map(({ key }) => key);

/** Lanes that stand below the others of their group, wherever they came from. */
export function isOther(key: string): boolean {
  return key.includes('/other ');
}

/** The ribbon of an entity that is not measured: under its id, or its name if that is too long. */
export function ribbonOf(id: string, name = id): LaneOf {
  return {
    ...lane('states', id, 'ribbon', id.startsWith('person.') ? 'human' : 'state'),
    name: id.length <= LONGEST_ID ? id : name,
    entity: id,
    limit: { family: 'ribbons', most: MOST.ribbons, other: OTHER_STATES },
  };
}

/** Measured: a number with a unit, or what is to be one. */
export function isMeasure([, state, , unit]: EntityRow): boolean {
  if (unit === null || unit === '' || state === null) return false;
  return numberOf(state) !== null || state === 'unavailable' || state === 'unknown';
}

/** What goes up and down says more than what only grows. */
export function measureRank([, , , unit]: EntityRow): number {
  return rankIn(UNITS, unit ?? '');
}

const UNITS = ['%', '°C', 'W', 'B/s', 'kB/s'];

export function sparkOf(id: string, name: string): LaneOf {
  return {
    ...lane('measures', id, 'spark', 'measure'),
    name,
    entity: id,
    limit: { family: 'sparks', most: MOST.measures, other: OTHER_MEASURES },
  };
}

/** Entities that say what a home does come before those that say how it is. */
export function ribbonRank(id: string): number {
  return rankIn(RIBBONS, id.split('.', 1)[0] ?? '');
}

const RIBBONS = [
  'person',
  'light',
  'switch',
  'cover',
  'lock',
  'climate',
  'media_player',
  'fan',
  'binary_sensor',
];

/** What an entity lets in is let in by its integration: `sun.sun of sun "The sun"` is `The sun`. */
function titleOf(owner: string): string {
  const integration = owner.replace(/^\w+\.\w+ of (?=.)/, '');
  return /^\w+ "(.+)"$/.exec(integration)?.[1] ?? integration;
}

function inputOf({ human, cause, owner }: Row): LaneOf {
  if (human) return YOU;
  if (cause !== 0) return EVENTS;
  if (owner === 'hub') return HUB;
  return {
    ...lane('inputs', titleOf(owner), 'marbles', 'event'),
    limit: { family: 'inputs', most: MOST.inputs, other: OTHER_INPUTS },
  };
}

function stateLane(row: Row, entity: EntityRow | undefined): LaneOf {
  if (row.entity === null) return OTHER_STATES;
  if (entity && isMeasure(entity)) return sparkOf(row.entity, entity[2]);
  if (row.number !== null) return OTHER_STATES;
  return ribbonOf(row.entity, entity?.[2]);
}

function workerLane(worker: number): LaneOf {
  return {
    ...lane('work', `worker ${worker}`, 'bars', 'job'),
    limit: { family: 'workers', most: MOST.workers, other: OTHER_WORKERS },
  };
}
