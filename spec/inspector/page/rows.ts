import { packRow } from '../../../src/inspector/pack-row.js';
import { RowStore } from '../../../src/inspector/page/model/row-store.js';
import type { PackedRow, Row } from '../../../src/inspector/wire.js';

/** A row of which only what a spec is about has to be said. */
export function aRow(row: Partial<Row> & { readonly id: number }): Row {
  const name = row.name ?? `event_${row.id}`;
  return {
    cause: 0,
    root: row.cause || row.id,
    at: row.id,
    kind: 'event',
    status: 'point',
    dur: 0,
    owner: 'door',
    name,
    text: name,
    short: '',
    entity: null,
    number: null,
    due: null,
    worker: null,
    human: false,
    ...row,
  };
}

export function packed(row: Partial<Row> & { readonly id: number }): PackedRow {
  return packRow(aRow(row));
}

/** A store that has taken these rows. */
export function storeOf(...rows: (Partial<Row> & { readonly id: number })[]): RowStore {
  const store = new RowStore();
  store.begin('first');
  store.take(rows.map(packed));
  return store;
}
