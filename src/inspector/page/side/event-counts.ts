import type { Row } from '../../wire.js';

/** What came how often: one line of a type and an owner. */
export interface EventCount {
  readonly name: string;
  readonly owner: string;
  readonly kind: Row['kind'];
  readonly count: number;
  readonly perSecond: number;
  /** The newest one: to be clicked. */
  readonly newest: Row;
}

/** What is on the bus, as opposed to what runs because of it. */
const ON_THE_BUS: ReadonlySet<Row['kind']> = new Set(['event', 'state', 'service']);
const LOOKED_AT = 20_000;

/**
 * Events by type and owner, the most frequent first. `newestFirst` is read until it is older than
 * `windowMs` before `now`, or 20,000 rows are read; the rates are over what was read.
 */
export function countEvents(
  newestFirst: Iterable<Row>,
  now: number,
  windowMs: number,
): { readonly counts: readonly EventCount[]; readonly overMs: number } {
  const found = new Map<string, { newest: Row; count: number }>();
  let looked = 0;
  let oldest = now;
  let isWhole = true;
  for (const row of newestFirst) {
    if (row.at < now - windowMs) break;
    if (++looked > LOOKED_AT) {
      isWhole = false;
      break;
    }
    oldest = row.at;
    if (!ON_THE_BUS.has(row.kind)) continue;
    const key = `${row.kind} ${row.name} ${row.owner}`;
    const one = found.get(key);
    if (one === undefined) found.set(key, { newest: row, count: 1 });
    else one.count += 1;
  }
  const overMs = isWhole ? windowMs : Math.max(1, now - oldest);
  const counts = [...found.values()]
    .map(({ newest, count }) => ({
      name: newest.name,
      owner: newest.owner,
      kind: newest.kind,
      count,
      perSecond: count / (overMs / 1000),
      newest,
    }))
    .sort((a, b) => b.count - a.count);
  return { counts, overMs };
}
