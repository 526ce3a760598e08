import { isDeepStrictEqual } from 'node:util';
import type { Observable } from 'rxjs';
import { CancelledError } from '../errors/work-errors.js';
import type { Hub } from '../hub-api/hub.js';
import { Job } from '../jobs/job.js';
import type { Task } from '../jobs/task.js';
import { operate, relay } from '../operators/operate.js';
import { Fence } from '../ownership/fence.js';
import { ReportedPromise } from '../ownership/reported-promise.js';
import { type Unsubscribe, unsubscribe } from '../ownership/unsubscribe.js';
import { type CoordinatorOptions, checkCoordinatorOptions } from './coordinator-options.js';
import { CoordinatorListeners } from './coordinator-listeners.js';
import { Debouncer } from './debouncer.js';
import { notReady } from './not-ready.js';
import { RefreshSchedule } from './refresh-schedule.js';

/**
 * Fetches data in one place for all who show it, as often as `updateIntervalMs` says and only while
 * somebody listens.
 *
 * A failure is reported once, when it begins; the recovery is logged once. While it fails the data
 * stays what it was, `lastUpdateSuccess` is false, and the interval doubles with every failure, up
 * to sixteen times (and to an hour, unless the interval itself is longer); after
 * `UpdateFailed(…, { retryAfterMs })` the next try comes after that time.
 *
 * It belongs to the owner of the hub it was given: unloading ends polling, listeners and streams,
 * and aborts the signal of a running `update`. Nothing is fetched on a schedule once the hub stops.
 */
export class DataUpdateCoordinator<T> {
  readonly name: string;
  readonly hub: Hub;
  readonly #options: CoordinatorOptions<T>;
  readonly #listeners: CoordinatorListeners<T>;
  readonly #schedule: RefreshSchedule;
  readonly #debouncer: Debouncer;
  #data: T | undefined;
  #lastException: unknown = null;
  #isSetUp = false;
  #running: Task<void> | undefined;
  #isStarting = false;

  /** @throws InvalidOptionError naming the option and the value. */
  constructor(hub: Hub, options: CoordinatorOptions<T>) {
    checkCoordinatorOptions(options);
    const {
      name,
      updateIntervalMs = null,
      requestRefreshCooldownMs: cooldownMs = 10_000,
    } = options;
    this.hub = hub;
    this.name = name;
    this.#options = options;
    this.#listeners = new CoordinatorListeners(hub);
    this.#schedule = new RefreshSchedule(hub, name, updateIntervalMs, () => this.#poll());
    const about = { cooldownMs, scope: hub.scope, name: `refresh ${name}` };
    this.#debouncer = new Debouncer(() => this.#refreshAnew(), about);
  }

  /** What was fetched last; `undefined` before the first success. */
  get data(): T | undefined {
    return this.#data;
  }

  /** Whether the last refresh succeeded; `true` before the first. */
  get lastUpdateSuccess(): boolean {
    return this.#lastException === null;
  }

  /** Why the last refresh failed; `null` when it succeeded. */
  get lastException(): unknown {
    return this.#lastException;
  }

  /**
   * Milliseconds between two refreshes; `null`: only on request. Another time takes effect after the
   * next one; `null`, and a time where there was none, at once.
   */
  get updateIntervalMs(): number | null {
    return this.#schedule.intervalMs;
  }

  set updateIntervalMs(ms: number | null) {
    checkCoordinatorOptions({ ...this.#options, updateIntervalMs: ms });
    this.#schedule.intervalMs = ms;
  }

  /**
   * The data: at once what is known, if anything is, then what every successful refresh brings. A
   * subscriber counts as a listener. Failures are not in it. Completes when the hub has stopped;
   * unloading the owner unsubscribes.
   */
  get data$(): Observable<T> {
    // Made of a stream of the hub, so that it has its owner and its end.
    return this.hub.stage$.pipe(this.#instead$);
  }

  /**
   * Calls `fn` after every refresh, except after a failure that follows another; from now on it is
   * polled. One that throws is reported and stays, and the others are called. A refresh that a
   * listener brings about is told when all have heard of this one. Ends with the owner.
   */
  addListener(fn: () => unknown): Unsubscribe {
    const job = new Job<[]>(fn, { name: `${fn?.name || 'listener'} of ${this.name}` });
    if (this.hub.scope.closed) {
      void this.hub.runJob(job); // does nothing, and the fence tells of it
      return unsubscribe(() => undefined);
    }
    if (this.#listeners.add(job).size === 1) this.#schedule.begin();
    return unsubscribe(() => {
      if (this.#listeners.delete(job).size > 0) return;
      this.#schedule.end();
      this.#debouncer.cancel();
    });
  }

  /**
   * Fetches now, or joins what is being fetched. Resolves when it has, also if that failed: see
   * `lastUpdateSuccess`. Asked for by `update` itself it is the one that runs, and resolves at once.
   *
   * @throws CancelledError, ScopeClosedError (as a rejection) when the owner was or is unloaded.
   */
  refresh(): Promise<void> {
    if (this.hub.scope.closed) return Fence.of(this.hub.scope).refuse(`refresh ${this.name}`);
    if (this.#isStarting || this.#running?.isCaller()) return Promise.resolve();
    return this.#running ?? this.#start();
  }

  /**
   * Fetches soon: at once, or, unawaited, at the end of the cool-down of 10 s after the last request.
   * It does not join what is being fetched, which may have been read before the reason to ask.
   */
  requestRefresh(): Promise<void> {
    return this.#debouncer.call();
  }

  /**
   * The first refresh, in `setupEntry`: `setup` of the options, then `update`. Waits for one that
   * runs. What it rejects with is reported when nobody awaits it.
   *
   * @throws ConfigEntryNotReady (as a rejection) with the failure as its cause, so that the entry is
   * set up again later; ConfigEntryAuthFailed and ConfigEntryError as they are.
   */
  firstRefresh(): Promise<void> {
    return ReportedPromise.of(this.#firstRefresh(), (error) => {
      if (!(error instanceof CancelledError || this.hub.scope.closed)) this.#report(error);
    });
  }

  async #firstRefresh(): Promise<void> {
    while (this.#running) await this.#endOf(this.#running);
    await this.#start(true);
    if (this.#lastException !== null) throw notReady(this.name, this.#lastException);
  }

  /** Takes data that came by itself; the next refresh is an interval away. */
  setUpdatedData(data: T): void {
    if (this.hub.scope.closed) return;
    this.#debouncer.cancel();
    this.#succeeded(data, true);
    this.#schedule.next();
  }

  /** Takes the news that the source cannot be reached. */
  setUpdateError(error: unknown): void {
    if (!this.hub.scope.closed) this.#failed(error, false);
  }

  readonly #instead$ = operate<unknown, T>((stages, subscriber) => {
    const tell = (): void => {
      if (this.#listeners.news?.isSuccess) subscriber.next(this.#listeners.news.data);
    };
    subscriber.add(this.addListener(tell));
    if (this.#data !== undefined) subscriber.next(this.#data);
    return stages.subscribe(relay(subscriber, { next: () => undefined }));
  });

  async #refreshAnew(): Promise<void> {
    while (this.#running && !this.#running.isCaller()) await this.#endOf(this.#running);
    await this.refresh();
  }

  async #endOf(task: Task<void>): Promise<void> {
    await task.ended;
    if (task === this.#running) this.#running = undefined; // it was left
  }

  #poll(): void {
    if (!this.#running) void this.#start();
  }

  #start(isFirst = false): Task<void> {
    this.#schedule.cancel();
    this.#debouncer.cancel();
    const body = (signal: AbortSignal): Promise<void> => this.#update(signal, isFirst);
    this.#isStarting = true;
    try {
      const task = this.hub.createBackgroundTask(body, { name: `refresh ${this.name}` });
      if (task.status === 'running') this.#running = task; // if not, the owner was unloaded
      return task;
    } finally {
      this.#isStarting = false;
    }
  }

  async #update(signal: AbortSignal, isFirst: boolean): Promise<void> {
    try {
      // Never at once, not even a failure: the refresh is known as running before it ends.
      if (isFirst && !this.#isSetUp) await (async () => this.#options.setup?.(signal))();
      this.#isSetUp ||= isFirst;
      const data = await (async () => this.#options.update(signal))();
      signal.throwIfAborted();
      this.#running = undefined; // a listener may ask for another
      this.#succeeded(data);
    } catch (error) {
      this.#running = undefined;
      if (signal.aborted) throw error;
      this.#failed(error, isFirst);
    }
    this.#schedule.next(isFirst);
  }

  #succeeded(data: T, isForced = false): void {
    const { alwaysUpdate = true } = this.#options;
    const hasRecovered = !this.lastUpdateSuccess;
    const hasChanged = isForced || alwaysUpdate || !isDeepStrictEqual(data, this.#data);
    this.#data = data;
    this.#lastException = null;
    this.#schedule.succeeded();
    if (hasRecovered) this.hub.logger.info(`${this.name} can be fetched again.`);
    if (hasRecovered || hasChanged) this.#listeners.tell({ data, isSuccess: true });
  }

  #failed(error: unknown, isFirst: boolean): void {
    const wasSuccess = this.lastUpdateSuccess;
    this.#lastException = error ?? new Error('It failed without saying why.');
    this.#schedule.failed(error);
    if (!wasSuccess) return;
    if (!isFirst) this.#report(this.#lastException);
    this.#listeners.tell({ data: this.#data, isSuccess: false });
  }

  #report(error: unknown): void {
    const { scope } = this.hub;
    const name = `refresh ${this.name}`;
    scope.report({ error, source: 'integration', owner: scope.name, name });
  }
}
