import type { Context } from '../causality/context.js';
import { currentContext } from '../causality/execution.js';
import { causeOfWait, Wait, type WaitStatus } from '../causality/wait.js';
import { nextTurn, now } from '../clock/clock.js';
import { isThenable } from '../clock/is-thenable.js';
import { quote } from '../errors/quote.js';
import { TimeoutError } from '../errors/work-errors.js';
import { onAbort } from '../ownership/abort-relay.js';
import type { Scope } from '../ownership/scope.js';
import type { TimeoutManager } from './timeout-manager.js';
import type { Timed, ZoneTimer } from './zone-timer.js';

/** What has to end in time; its signal aborts when it has not. */
export type TimedBody<T> = (signal: AbortSignal) => T | PromiseLike<T>;

/** For whom a run is, and who keeps the books about it. */
export interface RunHost {
  readonly owner: Scope;
  readonly manager: TimeoutManager;
  onBegin(): void;
  onEnd(): void;
  onUnseenFailure(error: unknown, name: string, context: Context | null): void;
}

// With methods, so that a run of a text is a run of something.
interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

/**
 * The promise of what a body gives, if it gives it in time.
 *
 * Whatever ends it before the body has ended rejects it, and aborts the body's signal, with one and
 * the same reason. What the body fails with after that, and a failure that nobody awaits, is
 * reported.
 */
export class TimedRun<T> extends Promise<T> implements Timed {
  readonly name: string;
  readonly #host: RunHost;
  readonly #settle: Settle<T>;
  #timer: ZoneTimer | undefined;
  #wait: Wait | null = null;
  #controller: AbortController | undefined;
  #unlink: (() => void) | undefined;
  #reason: unknown;
  #isSettled = false;
  #isSeen = false;

  constructor(name: string, host: RunHost) {
    let settle: Settle<T> | undefined;
    super((resolve, reject) => (settle = { resolve, reject }));
    this.#settle = settle as Settle<T>;
    this.name = name;
    this.#host = host;
  }

  // Whatever awaits or chains a promise asks for this first. Unlike a `then` of our own it keeps
  // `await` as fast as with a promise that is none of ours; and what `then` makes is one of those.
  override get ['constructor'](): PromiseConstructor {
    if (#isSeen in this) this.#isSeen = true; // not the prototype, which some print
    return Promise;
  }

  get owner(): Scope {
    return this.#host.owner;
  }

  /** Calls the body; its time counts from just before. Not if `signal` has aborted. */
  start(
    body: TimedBody<T>,
    ms: number,
    zone: string | undefined,
    coolDownMs: number,
    signal: AbortSignal | undefined,
  ): void {
    if (signal) this.#obey(signal);
    if (this.#isSettled) return;
    this.#host.onBegin();
    this.#timer = this.#host.manager.enter(this, ms, zone, coolDownMs);
    if (Wait.isSeen(this.owner)) {
      const dueAt = this.#timer.isCounting ? now() + ms : Infinity;
      this.#wait = Wait.of(this.owner, 'timeout', this.name, dueAt, causeOfWait());
    }
    try {
      // A signal costs several times what all else does: a body that declares none gets none.
      const result = body(body.length > 0 ? this.#newSignal() : (undefined as never));
      if (isThenable(result)) this.#follow(result);
      else this.#succeed(result);
    } catch (error) {
      this.#bodyFailed(error);
    }
  }

  /** It fails, and somebody has to hear of it. */
  fail(error: unknown): void {
    const context = currentContext();
    this.#reject(error);
    if (this.#isSeen) return;
    // Whoever awaits it does so by the next turn.
    nextTurn(() => !this.#isSeen && this.#host.onUnseenFailure(error, this.name, context));
  }

  expire(): void {
    const { manager, owner } = this.#host;
    const timer = this.#timer;
    if (!timer || manager.holdsBack(timer)) return;
    const { ms, zone } = timer;
    const where = zone.name === null ? '' : ` in zone ${quote(zone.name)}`;
    const error = new TimeoutError(
      `\`${this.name}\` of \`${owner.name}\` did not end within ${ms} ms${where}.`,
    );
    this.fail(error);
    this.#tell(error);
  }

  giveUp(reason: unknown): void {
    if (this.#isSettled) return;
    this.#reject(reason, 'cancelled');
    this.#tell(reason);
  }

  #obey(signal: AbortSignal): void {
    const giveUp = (): void => this.giveUp(signal.reason);
    if (signal.aborted) giveUp();
    else this.#unlink = onAbort(signal, giveUp);
  }

  #newSignal(): AbortSignal {
    this.#controller = new AbortController();
    return this.#controller.signal;
  }

  #follow(result: PromiseLike<T>): void {
    // A promise as it is; what only looks like one cannot throw here.
    Promise.resolve(result).then(
      (value) => this.#succeed(value),
      (error: unknown) => this.#bodyFailed(error),
    );
  }

  #succeed(value: T): void {
    if (this.#isSettled) return;
    this.#close('done');
    this.#settle.resolve(value);
  }

  #bodyFailed(error: unknown): void {
    if (!this.#isSettled) this.fail(error);
    else if (!isReasonOf(this.#reason, error))
      this.#host.onUnseenFailure(error, this.name, currentContext());
  }

  #reject(reason: unknown, status: WaitStatus = 'failed'): void {
    this.#close(status, reason);
    const isSeen = this.#isSeen;
    this.catch(() => undefined); // never an unhandled rejection,
    this.#isSeen = isSeen; // and nobody who has seen it
    this.#settle.reject(reason);
  }

  /** Tells the body, which is not waited for. */
  #tell(reason: unknown): void {
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#controller = undefined;
  }

  // Before anybody's code runs, so that it finds this one gone.
  #close(status: WaitStatus, error?: unknown): void {
    this.#isSettled = true;
    this.#wait?.end(status, error);
    this.#unlink?.();
    if (!this.#timer) return;
    this.#host.manager.leave(this.#timer);
    this.#timer = undefined;
    this.#host.onEnd();
  }
}

// Work that was told to end may end by throwing the signal's reason, or an AbortError made of it.
function isReasonOf(reason: unknown, error: unknown): boolean {
  return (
    error === reason || (error as { name?: unknown } | null | undefined)?.name === 'AbortError'
  );
}
