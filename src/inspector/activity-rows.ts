import {
  asyncScheduler,
  ignoreElements,
  mergeWith,
  Observable,
  share,
  type Subscription,
  timer,
} from 'rxjs';
import { type Activity, type Diagnostic, type Hub, type HubErrorReport, runUncaused } from 'rxhome';
import { FloodWatch } from './flood-watch.js';
import { preciseNow } from './loop-clock.js';
import { workKey } from './one-thing.js';
import { type MadeRows, RowMaker } from './row-maker.js';
import type { Gap } from './wire.js';

const BATCH_MS = 50;
const RECONCILE_MS = 10_000;

/** What has happened since the last batch. */
export interface RowBatch extends MadeRows {
  /** The hub was too fast for being looked at: what happened then is counted only. */
  readonly gaps: readonly Gap[];
  /** How many events and changes of state there were, those without a row too. */
  readonly events: number;
  /** How often listeners were called, by `workKey`. */
  readonly calls: ReadonlyMap<string, number>;
}

type Told =
  | Activity
  | { readonly report: HubErrorReport; readonly at: number }
  | { readonly diagnostic: Diagnostic };

const shared = new WeakMap<Hub, Observable<RowBatch>>();

/**
 * What happens in a hub, in words and with causes: `activity$`, `errors$` and `diagnostics$` as rows.
 *
 * A batch every 50 ms, if there is something. Hot, and made once for all subscribers; a late one
 * gets what comes from now on. Completes when the hub has stopped, after a last batch; never
 * errors. That of an owner's hub ends without completing when the owner is unloaded. What a
 * subscriber throws is logged, and the others go on. Nothing is made while nobody subscribes. If
 * there are more than 4,000 activities within 200 ms nobody looks for a second or more, and that is
 * told as a gap.
 */
export function activityRows(hub: Hub): Observable<RowBatch> {
  let rows = shared.get(hub);
  if (rows === undefined) shared.set(hub, (rows = isolated(hub, rowsOf(hub).pipe(share()))));
  return rows;
}

/** As a stream of the hub: its subscribers do no harm, and what one throws is no row again. */
function isolated(hub: Hub, rows: Observable<RowBatch>): Observable<RowBatch> {
  return hub.errors$.pipe(ignoreElements(), mergeWith(rows));
}

function rowsOf(hub: Hub): Observable<RowBatch> {
  return new Observable<RowBatch>((subscriber) => {
    const look = new Look(hub, (batch) => subscriber.next(batch));
    look.begin(() => subscriber.complete());
    return () => look.end();
  });
}

/** One look at a hub: what it takes in, and gives on in batches. */
class Look {
  readonly #hub: Hub;
  readonly #give: (batch: RowBatch) => void;
  readonly #maker = new RowMaker();
  readonly #flood = new FloodWatch();
  readonly #subscriptions: Subscription[] = [];
  #activities: Subscription | undefined;
  #tick: Subscription | undefined;
  #pause: Subscription | undefined;
  #waiting: Told[] = [];
  /** When each of them came, on the precise clock. */
  #arrived: number[] = [];
  #since = 0;
  #gaps: Gap[] = [];
  #events = 0;
  #calls = new Map<string, number>();
  #reconciledAt = asyncScheduler.now();

  constructor(hub: Hub, give: (batch: RowBatch) => void) {
    this.#hub = hub;
    this.#give = give;
  }

  begin(complete: () => void): void {
    const { errors$, diagnostics$ } = this.#hub;
    this.#subscriptions.push(
      errors$.subscribe({
        next: (report) => this.#keep({ report, at: asyncScheduler.now() }),
        // The last of the hub's streams that ends.
        complete: () => {
          this.#flush();
          complete();
        },
      }),
      diagnostics$.subscribe((diagnostic) => this.#keep({ diagnostic })),
    );
    this.#attach();
  }

  end(): void {
    for (const subscription of [this.#activities, this.#tick, this.#pause, ...this.#subscriptions])
      subscription?.unsubscribe();
  }

  #attach(): void {
    this.#activities = this.#hub.activity$.subscribe((activity) => {
      if (this.#flood.isTooMuch()) this.#detach(activity);
      else this.#keep(activity);
    });
  }

  /** At once: what comes next in this same turn costs nothing any more. */
  #detach(tooMuch: Activity): void {
    this.#activities?.unsubscribe();
    const from = asyncScheduler.now();
    const firedBefore = this.#fired() - (isEvent(tooMuch) ? 1 : 0);
    this.#pause = later(this.#flood.pauseMs(), () => {
      const events = this.#fired() - firedBefore;
      this.#gaps.push({ from, to: asyncScheduler.now(), events, because: 'flood' });
      this.#flood.resume();
      this.#attach();
      this.#reconciledAt = 0;
      this.#arm();
    });
  }

  #fired(): number {
    return this.#hub.snapshot().events.fired;
  }

  /** Who is looked at waits no longer than this takes; the rows are made in a turn of their own. */
  #keep(told: Told): void {
    this.#waiting.push(told);
    this.#arrived.push(preciseNow());
    this.#arm();
  }

  #tell(told: Told, arrived: number): void {
    if ('report' in told) this.#maker.addError(told.report, told.at, arrived);
    else if ('diagnostic' in told) this.#maker.addDiagnostic(told.diagnostic);
    else {
      this.#count(told);
      this.#maker.add(told, arrived);
    }
  }

  #count(activity: Activity): void {
    if (isEvent(activity)) this.#events++;
    if (activity.kind !== 'listener') return;
    const key = workKey(activity);
    this.#calls.set(key, (this.#calls.get(key) ?? 0) + 1);
  }

  #arm(): void {
    if (this.#tick) return;
    this.#since = asyncScheduler.now();
    this.#tick = later(BATCH_MS, () => {
      this.#tick = undefined;
      this.#flush();
    });
  }

  #flush(): void {
    const waiting = this.#waiting;
    const arrived = this.#arrived;
    this.#waiting = [];
    this.#arrived = [];
    this.#maker.begin(this.#since);
    for (const [i, told] of waiting.entries()) this.#tell(told, arrived[i] ?? 0);
    if (asyncScheduler.now() - this.#reconciledAt > RECONCILE_MS) {
      this.#reconciledAt = asyncScheduler.now();
      this.#maker.reconcile();
    }
    const counts = { events: this.#events, calls: this.#calls };
    const batch = { ...this.#maker.take(), gaps: this.#gaps, ...counts };
    this.#gaps = [];
    this.#events = 0;
    this.#calls = new Map();
    const { rows, updates, gaps, events } = batch;
    if (this.#maker.isHolding) this.#arm();
    if (rows.length + updates.length + gaps.length + events > 0) this.#give(batch);
  }
}

function isEvent({ kind }: Activity): boolean {
  return kind === 'event' || kind === 'state';
}

/** What is done later is not caused by what is running now. */
function later(ms: number, fn: () => void): Subscription {
  return runUncaused(() => timer(ms).subscribe(fn));
}
