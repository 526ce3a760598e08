import { checkFunction, checkMs, checkSignal } from '../errors/check-option.js';
import { InvalidOptionError } from '../errors/input-errors.js';
import { quote } from '../errors/quote.js';
import type { Report } from '../errors/report.js';
import type { Fence } from '../ownership/fence.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { OwnedRuns } from './owned-runs.js';
import { type TimedBody, TimedRun } from './timed-run.js';
import type { TimeoutManager } from './timeout-manager.js';
import { GLOBAL_ZONE } from './zone.js';

/** Where a timeout counts, and what else ends it. */
export interface TimeoutOptions {
  /**
   * With whom it is frozen. `global` is Home Assistant's default: such a timeout does not fire while
   * any other zone exists, and time in it stops with a global freeze only. @default in no zone
   */
  readonly zone?: string | undefined;
  /**
   * Milliseconds from 0 up, for zone `global` only: how much longer a timeout that was held back by
   * other zones lasts after the last of them has ended. @default 0
   */
  readonly coolDownMs?: number | undefined;
  /** Ends it: it rejects with the signal's own `reason`, at once. */
  readonly signal?: AbortSignal | undefined;
}

/** `hub.timeout`: how long something may take, in zones whose time can be stopped. */
export class Timeouts {
  readonly #fence: Fence;
  readonly #runs: OwnedRuns;

  /** @internal Every hub has one. */
  constructor(manager: TimeoutManager, fence: Fence, report: Report) {
    this.#fence = fence;
    this.#runs = new OwnedRuns(fence.scope, manager, report);
  }

  /**
   * Calls `fn` and gives what it gives, if it ends within `ms` milliseconds.
   *
   *     const state = await hub.timeout.run(5_000, (signal) => device.read({ signal }));
   *
   * When the time is over it rejects at once with a `TimeoutError` that names the function, its
   * owner, the time and the zone, and the signal of `fn` aborts with that error. It does not wait
   * for `fn` to end: what that gives later is dropped, and what it fails with later, if it is not
   * the reason it was given, is reported. The same holds when the owner is unloaded (the reason is a
   * `ScopeClosedError`) and when `signal` aborts. The surrounding task is not known here: give its
   * signal if it shall end this too.
   *
   * `fn` is called at once. A function that declares no parameter is given no signal. A failure
   * that nobody awaits is reported, never an unhandled rejection.
   *
   * Time does not count while the zone, or everything, is frozen; what is left is kept. In zone
   * `global`, one that is over while another zone exists waits until there is none, then for its
   * `coolDownMs`, anew if a zone comes in between, and only then rejects.
   *
   * @throws (as a rejection) TimeoutError; InvalidOptionError naming the option and the value;
   * ScopeClosedError when the owner was unloaded (thrown in strict mode and in tests).
   */
  run<T>(ms: number, fn: TimedBody<T>, options: TimeoutOptions = {}): Promise<T> {
    if (this.#fence.blocks('timeout.run')) return this.#refuse();
    const run = new TimedRun<T>(nameOf(fn), this.#runs);
    try {
      check(ms, fn, options);
    } catch (error) {
      run.fail(error);
      return run;
    }
    const { zone, coolDownMs = 0, signal } = options;
    run.start(fn, ms, zone, coolDownMs, signal);
    return run;
  }

  /**
   * Stops time for the timeouts of a zone; without one, or in `global`, for all of them, in whatever
   * zone or in none, until it is ended. Freezes are counted: time counts again when the last one
   * has ended, and every timeout then has what it had left. One that begins meanwhile begins
   * frozen. A zone that is frozen exists, so it holds `global` ones back.
   *
   *     using frozen = hub.timeout.freeze('recorder');
   *
   * It belongs to the owner of this hub and ends with it. Of an unloaded owner it does nothing.
   *
   * @throws InvalidOptionError when the zone is not text, or empty.
   */
  freeze(zone: string = GLOBAL_ZONE): Unsubscribe {
    checkZone(zone);
    if (this.#fence.blocks('timeout.freeze')) return unsubscribe(() => undefined);
    const { owner, manager } = this.#runs;
    const thaw = manager.freeze(zone);
    const owned = { name: `freeze ${zone}`, silence: () => end() };
    const end = unsubscribe(() => {
      thaw();
      owner.detach(owned);
    });
    owner.attach(owned);
    return end;
  }

  #refuse(): Promise<never> {
    const refused = Promise.reject(this.#fence.error('timeout.run'));
    refused.catch(() => undefined); // told already
    return refused;
  }
}

function nameOf(fn: unknown): string {
  return (typeof fn === 'function' && fn.name) || 'function';
}

function check(ms: number, fn: unknown, options: TimeoutOptions): void {
  const { zone, coolDownMs, signal } = options;
  checkMs('ms', ms);
  checkFunction('fn', fn);
  if (zone !== undefined) checkZone(zone);
  if (coolDownMs !== undefined) checkMs('coolDownMs', coolDownMs, { orZero: true });
  checkSignal(signal);
}

function checkZone(zone: unknown): void {
  if (typeof zone === 'string' && zone !== '') return;
  throw new InvalidOptionError(`Expected the name of a zone, got ${quote(zone)}.`);
}
