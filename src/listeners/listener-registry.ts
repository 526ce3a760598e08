import type { EventDispatcher } from '../events/event-dispatcher.js';
import { makerOf } from '../events/makers.js';
import type { TaskTracker } from '../jobs/task-tracker.js';
import type { Scope } from '../ownership/scope.js';

/** How many things of one name an owner holds. */
export interface HeldCount {
  readonly kind: 'listener' | 'task';
  /** The event type of listeners and subscribers; `null` for tasks. */
  readonly type: string | null;
  readonly name: string;
  readonly count: number;
}

/** What one owner holds of one name, and whether anybody will end it. */
export interface Held extends HeldCount {
  /** Its owner is gone, or whose code made it is gone and has left it behind. */
  readonly leaked: boolean;
  /** The scope whose code made it, if that is not the owner: a config entry that used the hub itself. */
  readonly madeBy: string | null;
}

/** What one owner holds on the bus and keeps running. */
export interface OwnerCounts {
  readonly owner: string;
  /** It was unloaded: what it still holds has leaked, or is late. */
  readonly closed: boolean;
  /** Its listeners and subscribers by event type, `*` for those of all types. */
  readonly listeners: Readonly<Record<string, number>>;
  /** Its tasks of every kind by name. */
  readonly tasks: Readonly<Record<string, number>>;
  /** All of that by type, name and maker. */
  readonly holds: readonly Held[];
}

/**
 * Who holds what: listeners and subscribers of the bus, and tasks that run, by owner. Nothing is
 * counted on the way; each look walks over what is there.
 */
export class ListenerRegistry {
  readonly #dispatcher: EventDispatcher;
  readonly #tracker: TaskTracker;

  constructor(dispatcher: EventDispatcher, tracker: TaskTracker) {
    this.#dispatcher = dispatcher;
    this.#tracker = tracker;
  }

  /** All who hold something, and what. */
  held(): ReadonlyMap<Scope, readonly HeldCount[]> {
    return countsOf(this.#all(), () => null);
  }

  /** The same as plain data. */
  owners(): readonly (readonly [Scope, OwnerCounts])[] {
    const byMaker = countsOf(this.#all(), ({ maker }) => maker);
    return [...byMaker].map(([scope, rows]) => {
      const listeners = new Map<string, number>();
      const tasks = new Map<string, number>();
      for (const { type, name, count } of rows)
        if (type === null) tasks.set(name, (tasks.get(name) ?? 0) + count);
        else listeners.set(type, (listeners.get(type) ?? 0) + count);
      const { name: owner, closed } = scope;
      const [byType, byName] = [Object.fromEntries(listeners), Object.fromEntries(tasks)];
      const holds = rows.map(({ kind, type, name, count, maker }) => ({
        kind,
        type,
        name,
        count,
        leaked: closed || maker?.closed === true,
        madeBy: maker?.name ?? null,
      }));
      return [scope, { owner, closed, listeners: byType, tasks: byName, holds }];
    });
  }

  /** What code of a closed scope has left behind with owners that live on. */
  leftBy(maker: Scope): ReadonlyMap<Scope, readonly HeldCount[]> {
    const left = [...this.#all()].filter((one) => one.maker === maker);
    return countsOf(left, () => null);
  }

  *#all(): Iterable<OneHeld> {
    for (const [type, { nodes }] of this.#dispatcher.channels())
      for (const node of nodes)
        if (node !== null) yield { owner: node.owner, type, name: node.name, maker: makerOf(node) };
    for (const { scope: owner, name } of this.#tracker.running)
      yield { owner, type: null, name, maker: null };
  }
}

/** One listener or task. */
interface OneHeld {
  readonly owner: Scope;
  readonly type: string | null;
  readonly name: string;
  readonly maker: Scope | null;
}

interface Row extends HeldCount {
  count: number;
  readonly maker: Scope | null;
}

/** Counts by owner, type and name, and by what else tells them apart. */
function countsOf(
  all: Iterable<OneHeld>,
  apart: (one: OneHeld) => Scope | null,
): ReadonlyMap<Scope, readonly Row[]> {
  const rows = new Map<Scope, Row[]>();
  const known = new Map<Scope, Map<Scope | null, Map<string | null, Map<string, Row>>>>();
  for (const one of all) {
    const { owner, type, name } = one;
    const maker = apart(one);
    const byName = inner(inner(inner(known, owner), maker), type);
    const row = byName.get(name);
    if (row) {
      row.count++;
      continue;
    }
    const added: Row = { kind: type === null ? 'task' : 'listener', type, name, count: 1, maker };
    byName.set(name, added);
    const ofOwner = rows.get(owner);
    if (ofOwner) ofOwner.push(added);
    else rows.set(owner, [added]);
  }
  return rows;
}

/** The map under a key, made when it is first asked for. */
function inner<K, A, B>(maps: Map<K, Map<A, B>>, key: K): Map<A, B> {
  let map = maps.get(key);
  if (map === undefined) maps.set(key, (map = new Map<A, B>()));
  return map;
}
