import { runUncaused } from '../causality/execution.js';
import { every, monotonic, now } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import { PerHub } from '../ownership/per-hub.js';
import type { Unsubscribe } from '../ownership/unsubscribe.js';
import { Store } from '../storage/store.js';

/** One occurrence of a state that is to last: from its beginning until it is over. */
export interface Hold {
  /** When it began, in epoch milliseconds. */
  since: number;
  /** What was compared when it began. */
  readonly value: unknown;
  /** It has run, or is not to run any more. */
  isDone: boolean;
  /** For how long it was seen to last, up to the last time that it came into sight. */
  seenMs: number;
  /** Since when it is in sight, on the clock that nobody sets; `null`: the entity is not there yet. */
  inSightSince: number | null;
  /** When it was seen last, in epoch milliseconds. */
  seenAt: number;
  /** Of an earlier run of the hub: the entity will be written anew. */
  isOfOldRun: boolean;
}

/** By entity. */
export type Holds = Map<string, Hold>;

type Stored = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Milliseconds. */
const FORGOTTEN_AFTER_MS = 7 * 86_400_000;
const SAVED_WITHIN_MS = 1_000;
const MEASURED_EVERY_MS = 60_000;

/** Ends that an occurrence is in sight: what it has lasted so far is kept. */
export function outOfSight(hold: Hold): void {
  if (hold.inSightSince === null) return;
  hold.seenMs += monotonic() - hold.inSightSince;
  hold.seenAt = now();
  hold.inSightSince = null;
}

/** Whether it is so long ago that it was seen that nobody waits for it any more. */
export function isForgotten({ seenAt, inSightSince }: Hold): boolean {
  return inSightSince === null && now() - seenAt > FORGOTTEN_AFTER_MS;
}

/** What `trackState` keeps over a restart, of all trackers of a hub with a key. */
export class KeptHolds {
  readonly #hub: Hub;
  readonly #store: Store<Stored>;
  readonly #byKey = new Map<string, Holds>();
  /** The keys in use, and whether the time that passes is of interest there. */
  readonly #taken = new Map<string, boolean>();
  #loading: Promise<void> | undefined;
  #isReadable = true;
  #isSaveDue = false;
  #stopListening: Unsubscribe | undefined;
  #stopMeasuring: (() => void) | undefined;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#store = new Store(hub, { key: 'core.track_state', version: 1 });
  }

  /**
   * The occurrences under a key, which is then in use until `giveBack`.
   *
   * @throws InvalidOptionError when it is no key, or in use.
   */
  take(key: string, isMeasured: boolean): Holds {
    if (typeof key !== 'string' || key === '')
      throw new InvalidOptionError(`Expected a text as \`key\`, got ${quote(key)}.`);
    if (this.#taken.has(key))
      throw new InvalidOptionError(`The key ${quote(key)} is in use by another tracker.`);
    this.#taken.set(key, isMeasured);
    const write = async (): Promise<void> => {
      await this.#loading; // what it finds forgotten is to be written, too
      if (this.#isEmpty && !this.#isSaveDue) return;
      await this.#store.save(this.#stored()).catch(() => undefined); // reported
    };
    // For all that hold, whoever is the first: not made by the code that is running.
    this.#stopListening ??= runUncaused(() =>
      this.#hub.bus.listen('homeassistant_final_write', write, { name: 'write held states' }),
    );
    if (isMeasured) this.#stopMeasuring ??= every(MEASURED_EVERY_MS, () => this.#measure());
    return this.#holdsOf(key);
  }

  giveBack(key: string): void {
    this.#taken.delete(key);
    if (this.#taken.size === 0) {
      this.#stopListening?.();
      this.#stopListening = undefined;
    }
    if ([...this.#taken.values()].includes(true)) return;
    this.#stopMeasuring?.();
    this.#stopMeasuring = undefined;
  }

  /** Reads what was kept, once. What cannot be read is reported, and then nothing is written. */
  load(): Promise<void> {
    return (this.#loading ??= this.#load());
  }

  /** Something has begun, has run or is over: it is written within a second. */
  changed(): void {
    if (this.#isSaveDue || !this.#isReadable) return;
    this.#isSaveDue = true;
    const make = (): Stored => {
      this.#isSaveDue = false;
      return this.#stored();
    };
    if (!this.#hub.scope.closed) this.#store.saveLater(make, SAVED_WITHIN_MS);
  }

  async #load(): Promise<void> {
    const { scope } = this.#hub;
    const report = (error: unknown): void =>
      scope.report({ error, source: 'storage', owner: scope.name, name: this.#store.path });
    let stored: Stored;
    try {
      stored = (await this.#store.load()) ?? {};
    } catch (error) {
      this.#isReadable = false;
      if (!scope.closed) report(error);
      return;
    }
    const senseless: string[] = [];
    for (const [key, entities] of Object.entries(stored))
      for (const [entityId, kept] of Object.entries(entities ?? {})) {
        const hold = holdOf(kept);
        if (!hold) senseless.push(`${entityId} of ${quote(key)}`);
        else if (isForgotten(hold)) this.changed();
        else this.#holdsOf(key).set(entityId, hold);
      }
    if (senseless.length > 0)
      report(new TypeError(`What is kept of ${senseless.join(', ')} makes no sense; left out.`));
  }

  #holdsOf(key: string): Holds {
    let holds = this.#byKey.get(key);
    if (!holds) this.#byKey.set(key, (holds = new Map<string, Hold>()));
    return holds;
  }

  get #isEmpty(): boolean {
    return !this.#isReadable || [...this.#byKey.values()].every(({ size }) => size === 0);
  }

  /** What has lasted until now, so that a crash costs a minute of it at most. */
  #measure(): void {
    const isGoingOn = [...this.#taken].some(
      ([key, isMeasured]) =>
        isMeasured && [...this.#holdsOf(key).values()].some(({ isDone }) => !isDone),
    );
    if (isGoingOn) this.changed();
  }

  #stored(): Stored {
    const stored: Record<string, Record<string, unknown>> = {};
    for (const [key, holds] of this.#byKey) {
      const kept = [...holds].filter(([, hold]) => !isForgotten(hold));
      if (kept.length > 0)
        stored[key] = Object.fromEntries(kept.map(([id, hold]) => [id, plain(hold)]));
    }
    return stored;
  }
}

function plain(hold: Hold): Record<string, unknown> {
  const { since, value = null, isDone } = hold;
  const seen = { ...hold };
  outOfSight(seen);
  return { since, value, isDone, seenMs: Math.round(seen.seenMs), seenAt: seen.seenAt };
}

// The file may have been edited by hand.
function holdOf(kept: unknown): Hold | undefined {
  const { since, value, isDone, seenMs, seenAt } = (kept ?? {}) as Partial<Hold>;
  const times = [since, seenMs, seenAt];
  if (!times.every((time) => Number.isFinite(time)) || typeof isDone !== 'boolean')
    return undefined;
  const read = { since, value, isDone, seenMs, seenAt } as Omit<Hold, 'inSightSince'>;
  return { ...read, inSightSince: null, isOfOldRun: true };
}

const kept = new PerHub((root, hub: Hub) => new KeptHolds(hub.scoped(root)));

/** What is kept in the hub to which this one, of whatever owner, belongs. */
export function keptHolds(hub: Hub): KeptHolds {
  return kept.of(hub.scope, hub);
}
