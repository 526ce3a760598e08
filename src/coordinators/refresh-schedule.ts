import { runByTimer, Wait } from '../causality/wait.js';
import { after, type CancelTimer, now } from '../clock/clock.js';
import { ConfigEntryAuthFailed, UpdateFailed } from '../errors/integration-errors.js';
import type { Hub } from '../hub-api/hub.js';
import type { Owned } from '../ownership/scope.js';

const MAX_DOUBLINGS = 4;
const LONGEST_BACKOFF_MS = 60 * 60_000;

/** When a coordinator fetches next: in its interval, later while it fails, never while nobody listens. */
export class RefreshSchedule {
  readonly #hub: Hub;
  readonly #poll: () => void;
  readonly #owned: Owned;
  #isWanted = false;
  #failures = 0;
  #retryAfterMs: number | undefined;
  #isRefused = false;
  #cancelTimer: CancelTimer | undefined;
  #wait: Wait | null = null;
  #intervalMs: number | null;

  constructor(hub: Hub, name: string, intervalMs: number | null, poll: () => void) {
    this.#hub = hub;
    this.#poll = poll;
    this.#intervalMs = intervalMs;
    this.#owned = { name: `coordinator ${name}`, silence: () => this.end() };
  }

  get intervalMs(): number | null {
    return this.#intervalMs;
  }

  /** What is planned stays as it is, unless there is nothing to plan any more, or there was nothing. */
  set intervalMs(ms: number | null) {
    const previous = this.#intervalMs;
    this.#intervalMs = ms;
    if (ms === null) this.cancel();
    else if (previous === null) this.next();
  }

  /** Somebody listens from now on. */
  begin(): void {
    this.#isWanted = true;
    this.#hub.scope.attach(this.#owned);
    this.next();
  }

  /** Nobody listens any more. */
  end(): void {
    this.#isWanted = false;
    this.#hub.scope.detach(this.#owned);
    this.cancel();
  }

  cancel(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#wait?.end('cancelled');
  }

  succeeded(): void {
    this.#failures = 0;
    this.#isRefused = false;
    this.#retryAfterMs = undefined;
  }

  failed(error: unknown): void {
    this.#failures++;
    this.#retryAfterMs = error instanceof UpdateFailed ? waitOf(error) : undefined;
    // Asking again with the same credentials could lock the account.
    this.#isRefused = error instanceof ConfigEntryAuthFailed;
    if (this.#isRefused) this.cancel();
  }

  /** Plans the next one from now; in the first refresh what the source wants is ignored, as in Home Assistant. */
  next(isFirst = false): void {
    this.cancel();
    const retryAfterMs = isFirst ? undefined : this.#retryAfterMs;
    this.#retryAfterMs = undefined;
    const intervalMs = this.#intervalMs;
    if (intervalMs === null || !this.#isWanted || this.#isRefused) return;
    const { scope } = this.#hub;
    if (scope.closed || isStopping(this.#hub)) return;
    const delayMs = retryAfterMs ?? this.#delayMs(intervalMs);
    const wait = (this.#wait = Wait.of(scope, 'timer', this.#owned.name, now() + delayMs));
    this.#cancelTimer = after(delayMs, () => {
      this.#cancelTimer = undefined;
      wait?.end('done');
      if (!isStopping(this.#hub)) runByTimer(scope, wait, this.#poll);
    });
  }

  #delayMs(intervalMs: number): number {
    const backedOff = intervalMs * 2 ** Math.min(this.#failures, MAX_DOUBLINGS);
    return Math.max(intervalMs, Math.min(backedOff, LONGEST_BACKOFF_MS));
  }
}

/** How long the source wants to be left alone; what is no such time, it has not said. */
function waitOf({ retryAfterMs = 0 }: UpdateFailed): number | undefined {
  return Number.isFinite(retryAfterMs) && retryAfterMs > 0 ? retryAfterMs : undefined;
}

function isStopping({ state }: Hub): boolean {
  return state === 'stopping' || state === 'final_write' || state === 'stopped';
}
