import type { HubSnapshot } from 'rxhome';
import { workKey } from './one-thing.js';
import { ownerName } from './words.js';
import { oneLine } from './value-words.js';
import type { HeldRow, Slow, TaskRow } from './wire.js';

const MAX_ROWS = 500;

/** Who holds what: the leaked first, then the growing, then by number. */
export function heldRows({ owners }: HubSnapshot, calls: ReadonlyMap<string, number>): HeldRow[] {
  return owners
    .flatMap(({ owner, closed, holds, growing }) =>
      holds
        .filter(({ kind }) => kind === 'listener')
        .map(({ type, name, count, leaked, madeBy }): HeldRow => ({
          owner: ownerName(owner),
          closed,
          leaked,
          growing: growing.some(
            (one) =>
              one.kind === 'listener' && (one.type ?? type) === type && (one.name ?? name) === name,
          ),
          type: type ?? '*',
          name: oneLine(name),
          count,
          calls: calls.get(workKey({ owner, name })) ?? 0,
          madeBy: madeBy === null ? null : oneLine(madeBy),
        })),
    )
    .sort(
      (a, b) =>
        Number(b.leaked) - Number(a.leaked) ||
        Number(b.growing) - Number(a.growing) ||
        b.count - a.count,
    );
}

/** What runs, the oldest first. */
export function taskRows({ tasks }: HubSnapshot): TaskRow[] {
  return tasks
    .map(({ owner, name, kind, status, ageMs }) => ({
      owner: ownerName(owner),
      name: oneLine(name),
      kind,
      status,
      ageMs,
    }))
    .sort((a, b) => b.ageMs - a.ageMs);
}

/** What there is, as far as a page shows it. */
export function slowOf(snapshot: HubSnapshot, held: readonly HeldRow[], at: number): Slow {
  const tasks = taskRows(snapshot);
  return {
    at,
    stage: snapshot.stage,
    held: held.slice(0, MAX_ROWS),
    tasks: tasks.slice(0, MAX_ROWS),
    more: {
      held: Math.max(0, held.length - MAX_ROWS),
      tasks: Math.max(0, tasks.length - MAX_ROWS),
    },
    entries: snapshot.entries.slice(0, MAX_ROWS).map(({ title, domain, state, reason }) => ({
      title: oneLine(title),
      domain: oneLine(domain),
      state,
      reason: reason === null ? null : oneLine(reason),
    })),
  };
}
