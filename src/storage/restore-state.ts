import { runUncaused } from '../causality/execution.js';
import { every, now } from '../clock/clock.js';
import { StageError } from '../errors/work-errors.js';
import type { Hub } from '../hub-api/hub.js';
import { PerHub } from '../ownership/per-hub.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import type { Attributes } from '../states/attributes.js';
import type { State } from '../states/state.js';
import { Store } from './store.js';

/** What was known of an entity when it was seen last. */
export interface LastState {
  readonly entityId: string;
  readonly state: string;
  readonly attributes: Attributes;
  /** Epoch milliseconds, here as below. */
  readonly lastChanged: number;
  readonly lastUpdated: number;
  /** When this was taken down. */
  readonly lastSeen: number;
  /** What the entity wanted to keep beside it; `null` for nothing. */
  readonly extra: unknown;
}

/** Milliseconds: Home Assistant's figures. */
const WRITE_EVERY_MS = 15 * 60_000;
const KEPT_FOR_MS = 7 * 86_400_000;

/**
 * Keeps the last state of entities, and what else they want to keep, over a restart. It is written
 * every 15 minutes and at the final write of the hub; what nobody has asked for again is forgotten
 * after 7 days. Nothing is read or written before `load()`.
 */
export class RestoreState {
  readonly #hub: Hub;
  readonly #store: Store<readonly LastState[]>;
  readonly #last = new Map<string, LastState>();
  readonly #tracked = new Map<string, () => unknown>();
  #loading: Promise<void> | undefined;
  #isLoaded = false;

  /** @internal Every hub has one: `restoreState(hub)`. */
  constructor(hub: Hub) {
    this.#hub = hub;
    this.#store = new Store(hub, { key: 'core.restore_state', version: 1 });
  }

  /**
   * Reads what was kept, once; later calls join. A file that cannot be read is reported, and there
   * is nothing to restore: that keeps no entity from being added.
   */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /**
   * What was taken down last of an entity: in the run before, or since then. Ask before `track`.
   *
   * @throws StageError before `load()` has ended.
   */
  get(entityId: string): LastState | undefined {
    if (!this.#isLoaded)
      throw new StageError('The last states are not read yet: await `load()` first.');
    return this.#last.get(entityId);
  }

  /**
   * Keeps the state of an entity from now on, with what `extra` returns (plain data), each time
   * they are written. Unsubscribe before the state is removed: that takes both down as they are.
   */
  track(entityId: string, extra: () => unknown = () => null): Unsubscribe {
    this.#tracked.set(entityId, extra);
    return unsubscribe(() => {
      if (this.#tracked.get(entityId) !== extra) return;
      this.#takeDown(entityId, extra);
      this.#tracked.delete(entityId);
    });
  }

  /** Writes all of it now. @throws StorageError (as a rejection), which is reported too. */
  async write(): Promise<void> {
    await this.load();
    for (const [entityId, extra] of this.#tracked) this.#takeDown(entityId, extra);
    const isOld = ({ entityId, lastSeen }: LastState): boolean =>
      !this.#tracked.has(entityId) && now() - lastSeen > KEPT_FOR_MS;
    for (const last of this.#last.values()) if (isOld(last)) this.#last.delete(last.entityId);
    await this.#store.save([...this.#last.values()]);
  }

  async #load(): Promise<void> {
    const { scope, bus } = this.#hub;
    try {
      for (const last of (await this.#store.load()) ?? [])
        if (isLastState(last) && now() - last.lastSeen <= KEPT_FOR_MS)
          this.#last.set(last.entityId, last);
    } catch (error) {
      scope.report({ error, source: 'storage', owner: scope.name, name: this.#store.path });
    }
    this.#isLoaded = true;
    if (scope.closed) return;
    const cancel = every(WRITE_EVERY_MS, () => runUncaused(() => this.#writeInTime()));
    scope.attach({ name: 'write last states', silence: cancel });
    // Not made by whose entity was the first.
    runUncaused(() =>
      bus.listen('homeassistant_final_write', () => this.#write(), { name: 'write last states' }),
    );
  }

  #writeInTime(): void {
    if (this.#hub.state === 'stopping') return; // the final write comes
    void this.#hub.createTask(() => this.#write(), { name: 'write last states' });
  }

  async #write(): Promise<void> {
    if (this.#last.size + this.#tracked.size === 0) return;
    await this.write().catch(() => undefined); // reported
  }

  #takeDown(entityId: string, extra: () => unknown): void {
    const state = this.#hub.states.get(entityId);
    if (state) this.#last.set(entityId, { ...plain(state), extra: this.#extraOf(entityId, extra) });
  }

  #extraOf(entityId: string, extra: () => unknown): unknown {
    try {
      // As it is now, and as a load would give it.
      return JSON.parse(JSON.stringify(extra() ?? null)) as unknown;
    } catch (error) {
      const { scope } = this.#hub;
      const name = `extra data of ${entityId}`;
      scope.report({ error, source: 'storage', owner: scope.name, name });
      return this.#last.get(entityId)?.extra ?? null;
    }
  }
}

function plain({
  entityId,
  state,
  attributes,
  lastChanged,
  lastUpdated,
}: State): Omit<LastState, 'extra'> {
  return { entityId, state, attributes, lastChanged, lastUpdated, lastSeen: now() };
}

// The file may have been edited by hand.
function isLastState(value: unknown): value is LastState {
  const { entityId, state, lastSeen } = (value ?? {}) as Partial<LastState>;
  return typeof entityId === 'string' && typeof state === 'string' && typeof lastSeen === 'number';
}

const states = new PerHub((root, hub: Hub) => new RestoreState(hub.scoped(root)));

/** What is kept of the entities of the hub to which this one, of whatever owner, belongs. */
export function restoreState(hub: Hub): RestoreState {
  return states.of(hub.scope, hub);
}
