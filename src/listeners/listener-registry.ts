import type { EventDispatcher } from '../events/event-dispatcher.js';
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

/** What one owner holds on the bus and keeps running. */
export interface OwnerCounts {
  readonly owner: string;
  /** It was unloaded: what it still holds has leaked, or is late. */
  readonly closed: boolean;
  /** Its listeners and subscribers by event type, `*` for those of all types. */
  readonly listeners: Readonly<Record<string, number>>;
  /** Its tasks of every kind by name. */
  readonly tasks: Readonly<Record<string, number>>;
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
    const held = new HeldCounter();
    for (const [type, { nodes }] of this.#dispatcher.channels())
      for (const node of nodes) if (node !== null) held.add(node.owner, type, node.name);
    for (const { scope, name } of this.#tracker.running) held.add(scope, null, name);
    return held.counts;
  }

  /** The same as plain data. */
  owners(): readonly (readonly [Scope, OwnerCounts])[] {
    return [...this.held()].map(([scope, counts]) => {
      const listeners = new Map<string, number>();
      const tasks = new Map<string, number>();
      for (const { type, name, count } of counts)
        if (type === null) tasks.set(name, count);
        else listeners.set(type, (listeners.get(type) ?? 0) + count);
      const { name: owner, closed } = scope;
      const [byType, byName] = [Object.fromEntries(listeners), Object.fromEntries(tasks)];
      return [scope, { owner, closed, listeners: byType, tasks: byName }];
    });
  }
}

/** Counts by owner, type and name. */
class HeldCounter {
  readonly #byOwner = new Map<Scope, Map<string | null, Map<string, number>>>();

  add(scope: Scope, type: string | null, name: string): void {
    let byType = this.#byOwner.get(scope);
    if (byType === undefined)
      this.#byOwner.set(scope, (byType = new Map<string | null, Map<string, number>>()));
    let byName = byType.get(type);
    if (byName === undefined) byType.set(type, (byName = new Map<string, number>()));
    byName.set(name, (byName.get(name) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<Scope, readonly HeldCount[]> {
    const counts = new Map<Scope, HeldCount[]>();
    for (const [scope, byType] of this.#byOwner) {
      const list: HeldCount[] = [];
      for (const [type, byName] of byType)
        for (const [name, count] of byName)
          list.push({ kind: type === null ? 'task' : 'listener', type, name, count });
      counts.set(scope, list);
    }
    return counts;
  }
}
