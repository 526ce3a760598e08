import type { Hello, Row, Stat } from 'rxhome/inspector';
import { aRow } from './rows.js';

/** A stat in which nothing is the matter. */
export function stat(more: Partial<Stat> = {}): Stat {
  return {
    at: 1_000,
    rate: 4.5,
    events: 1_204,
    delay: 3.8,
    use: 0.02,
    busy: 0,
    threads: 2,
    queued: 0,
    listeners: 38,
    leaked: 0,
    errors: 0,
    ...more,
  };
}

export const HELLO: Hello = {
  protocol: 1,
  session: 'run-1',
  version: '0.1.0',
  host: 'workshop',
  node: 'v20.20.2',
  pid: 1,
  at: 1_000,
  startedAt: 0,
  label: null,
  workers: 2,
  resumed: false,
};

/** An event, unless something else is said. */
export function row(more: Partial<Row> & { readonly id: number }): Row {
  return aRow({ at: 1_000, owner: 'house', name: 'tick', ...more });
}
