import {
  type PackedRow,
  type PackedUpdate,
  type Row,
  ROW_KINDS,
  ROW_STATUSES,
  type RowStatus,
} from './wire.js';

/** A row as it goes over the wire. */
export function packRow(row: Row): PackedRow {
  return [
    row.id,
    row.cause,
    row.root,
    row.at,
    ROW_KINDS.indexOf(row.kind),
    ROW_STATUSES.indexOf(row.status),
    row.dur,
    row.owner,
    row.name,
    row.text,
    row.short,
    row.entity,
    row.number,
    row.due,
    row.worker,
    row.human ? 1 : 0,
  ];
}

/** What came over the wire as a row. Unknown kinds and statuses, of a newer hub, are an event and a point. */
export function unpackRow(packed: PackedRow): Row {
  const [id, cause, root, at, kind, status, dur, owner, name, text, short] = packed;
  const [, , , , , , , , , , , entity, number, due, worker, human] = packed;
  return {
    id,
    cause,
    root,
    at,
    kind: ROW_KINDS[kind] ?? 'event',
    status: statusOf(status),
    dur,
    owner,
    name,
    text,
    short,
    entity,
    number,
    due,
    worker,
    human: human === 1,
  };
}

/** How something that lasts has gone on. */
export function packUpdate({ id, status, dur, worker }: Row): PackedUpdate {
  return ['u', id, ROW_STATUSES.indexOf(status), dur, worker];
}

export function isUpdate(packed: PackedRow | PackedUpdate): packed is PackedUpdate {
  return packed[0] === 'u';
}

export function statusOf(index: number): RowStatus {
  return ROW_STATUSES[index] ?? 'point';
}
