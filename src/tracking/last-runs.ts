import { type CancelTimer, now } from '../clock/clock.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Hub } from '../hub-api/hub.js';
import { PerHub } from '../ownership/per-hub.js';
import { Store } from '../storage/store.js';
import type { Ticking } from './tracked-timer.js';

/** By key: until when all runs have been done, in epoch milliseconds. */
type LastRuns = Readonly<Record<string, unknown>>;

const SAVED_WITHIN_MS = 1_000;

/** Until when the trackers of a hub have run, over a restart. */
class KeptRuns {
  readonly #hub: Hub;
  readonly #store: Store<LastRuns>;
  readonly #runs = new Map<string, unknown>();
  readonly #taken = new Set<string>();
  #loading: Promise<void> | undefined;
  #isReadable = true;
  #isSaveDue = false;

  constructor(hub: Hub) {
    this.#hub = hub;
    this.#store = new Store(hub, { key: 'core.track_cron', version: 1 });
  }

  /** @throws InvalidOptionError when it is no key, or in use. */
  take(key: string): void {
    if (typeof key !== 'string' || key === '')
      throw new InvalidOptionError(`Expected a text as \`key\`, got ${quote(key)}.`);
    if (this.#taken.has(key))
      throw new InvalidOptionError(`The key ${quote(key)} is in use by another tracker.`);
    this.#taken.add(key);
  }

  giveBack(key: string): void {
    this.#taken.delete(key);
  }

  /** Until when it has run; now, when nothing is known of it. A clock that is wrong knows nothing. */
  async lastOf(key: string): Promise<number> {
    await (this.#loading ??= this.#load());
    const last = this.#runs.get(key);
    const isKnown = typeof last === 'number' && last <= now();
    if (!isKnown) this.ran(key, now());
    return isKnown ? last : now();
  }

  ran(key: string, until: number): void {
    this.#runs.set(key, until);
    if (this.#isSaveDue || !this.#isReadable || this.#hub.scope.closed) return;
    this.#isSaveDue = true;
    this.#store.saveLater(() => {
      this.#isSaveDue = false;
      return Object.fromEntries(this.#runs);
    }, SAVED_WITHIN_MS);
  }

  async #load(): Promise<void> {
    const { scope } = this.#hub;
    try {
      for (const [key, last] of Object.entries((await this.#store.load()) ?? {}))
        this.#runs.set(key, last);
    } catch (error) {
      this.#isReadable = false;
      const name = this.#store.path;
      if (!scope.closed) scope.report({ error, source: 'storage', owner: scope.name, name });
    }
  }
}

const kept = new PerHub((root, hub: Hub) => new KeptRuns(hub.scoped(root)));

/**
 * Begins a timer where it ended in an earlier run of the process, or with its owner: `begin` is
 * given the time up to which all was done.
 *
 * @throws InvalidOptionError when it is no key, or in use.
 */
export function sinceLastRun(
  hub: Hub,
  key: string,
  ticking: Ticking<[at: number]>,
  begin: (ticking: Ticking<[at: number]>, from: number) => CancelTimer,
): CancelTimer {
  const runs = kept.of(hub.scope, hub);
  runs.take(key);
  let cancel: CancelTimer | undefined;
  let isOver = false;
  const run: typeof ticking.run = (wait, at) => {
    runs.ran(key, Math.max(at, now()));
    ticking.run(wait, at);
  };
  void runs.lastOf(key).then((from) => {
    if (!isOver) cancel = begin({ ...ticking, run }, from);
  });
  return () => {
    if (isOver) return;
    isOver = true;
    cancel?.();
    runs.giveBack(key);
  };
}
