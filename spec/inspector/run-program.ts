import {
  type BusEvent,
  callback,
  Debouncer,
  type Hub,
  type StateChange,
  sleep,
  trackInterval,
  trackPointInTime,
  trackState,
  withTimeout,
  workerModule,
} from 'rxhome';
import { executeIn, heldFor, runAction } from 'rxhome/operators';
import { auditTime, debounceTime, delay, delayWhen, map, type Observable, tap } from 'rxjs';
import { type At, type Done, KnownCauses, OUTSIDE } from './known-causes.js';
import type { Act, Listener, Tracker } from './random-program.js';

const worker = workerModule<typeof import('../fixtures/program.worker.js')>(
  new URL('../fixtures/program.worker.ts', import.meta.url),
);
const HOLD_MS = 30;
const nothing = (): void => undefined;
const named = <F extends (...args: never[]) => unknown>(name: string, fn: F): F =>
  Object.defineProperty(fn, 'name', { value: name });
const lost = (at: At): At => (at.isCarried ? at : { ...at, isLoose: true });

/** Something with a state that can be written. */
export interface Writable {
  readonly entityId?: string | undefined;
  /** Writes another number, and gives it. */
  write(add: (value: number) => void): void;
}

/** Does what a program says, and writes down what has led to what. */
export class RunProgram {
  readonly known = new KnownCauses();
  readonly #hub: Hub;
  readonly #prefix: string;
  readonly #entity: Writable;
  /** What has been fired, by the number that it carries. */
  readonly #fired: Done[] = [];
  /** Ends what would go on for ever. */
  readonly ends: (() => void)[] = [];
  #names = 0;
  #number = 0;

  constructor(hub: Hub, prefix: string, entity: Writable) {
    this.#hub = hub;
    this.#prefix = prefix;
    this.#entity = entity;
  }

  /** From outside of the hub: nothing has led to it. */
  async begin(acts: readonly Act[]): Promise<void> {
    await this.#await(acts, { ...OUTSIDE, isCarried: true });
    this.#hub.bus.fire(`${this.#prefix}gate`);
    this.known.add(`event ${this.#prefix}gate`, OUTSIDE);
  }

  #name(kind: string): string {
    return `${this.#prefix}${kind}${++this.#names}`;
  }

  /** As code that cannot wait does it. */
  #sync(acts: readonly Act[], at: At): void {
    for (const act of acts) void this.#do(act, at);
  }

  async #await(acts: readonly Act[], at: At): Promise<void> {
    let here = at;
    for (const act of acts) {
      const pending = this.#do(act, here);
      if (!pending) continue;
      await pending;
      here = lost(here);
    }
  }

  #do(act: Act, at: At): Promise<unknown> | undefined {
    switch (act.do) {
      case 'fire':
        this.#fire(act, at);
        return undefined;
      case 'set':
        this.#set(act.trackers, at);
        return undefined;
      case 'entity':
        this.#entity.write((value) => {
          this.known.add(`state ${this.#entity.entityId} ${value}`, at);
        });
        return undefined;
      case 'sleep':
        return this.#sleep(act.ms, at);
      case 'setTimeout':
        setTimeout(() => this.#sync(act.body, lost(at)), act.ms);
        return undefined;
      case 'task':
        return this.#task(act, at);
      case 'at':
        this.#pointInTime(act, at);
        return undefined;
      case 'interval':
        this.#interval(act);
        return undefined;
      case 'limit':
        return this.#limit(act, at);
      case 'debounce':
        this.#debounce(act, at);
        return undefined;
      case 'call':
        return this.#call(act, at);
      case 'job':
        return this.#job(act, at);
    }
  }

  #fire({ times, listeners }: Act & { do: 'fire' }, at: At): void {
    const type = this.#name('e');
    for (const listener of listeners) this.#listen(type, listener);
    for (let time = 0; time < times; time++) {
      const n = this.#number++;
      this.#fired[n] = this.known.add(`event ${type}`, at);
      this.#hub.bus.fire(type, { n });
    }
  }

  #of(event: BusEvent): Done {
    return this.#fired[Number(event.data['n'])]!;
  }

  #listen(type: string, listener: Listener): void {
    const { bus } = this.#hub;
    if (listener.on === 'action') {
      this.#action(bus.on(type), type, listener);
      return;
    }
    if (listener.on === 'worker') {
      this.#execute(bus.on(type), type, listener);
      return;
    }
    const { kind, body, fails } = listener;
    const name = this.#name('l');
    const call = (event: BusEvent, isCarried: boolean): { me: Done; at: At } => {
      const at = { done: this.#of(event), isLoose: false, isCarried: true };
      const me = this.known.add(`listener ${name}`, at);
      return { me, at: { done: me, isLoose: false, isCarried } };
    };
    const sync = (event: BusEvent, isCarried: boolean): void => {
      const { me, at } = call(event, isCarried);
      this.#sync(body, at);
      if (fails) this.#fail(me);
    };
    if (kind === 'sync') bus.listen(type, (event) => sync(event, true), { name });
    else if (kind === 'callback')
      bus.listen(
        type,
        callback((event: BusEvent) => sync(event, false)),
        { name },
      );
    else if (kind === 'subscriber')
      bus.on(type).subscribe(named(name, (event: BusEvent) => sync(event, false)));
    else
      bus.listen(
        type,
        async (event) => {
          const { me, at } = call(event, true);
          const begun = Date.now();
          await this.#await(body, at);
          me.lastsMs = Date.now() - begun;
          if (fails) this.#fail(me);
        },
        { name },
      );
  }

  #action(events: Observable<BusEvent>, type: string, listener: Listener & { on: 'action' }): void {
    const { mode, hold, isAsync, fails, body, then } = listener;
    const name = this.#name('a');
    const live = new Live(this.known, (event) => this.#of(event));
    const act = (event: BusEvent, signal: AbortSignal): At => {
      const cause = hold === 'none' ? live.causeOf(event) : this.#of(event);
      const run = this.known.add(`task ${name}`, {
        done: cause,
        isLoose: hold === 'data',
        isCarried: true,
      });
      runs.set(event, run);
      signal.addEventListener('abort', () => (run.status = 'cancelled'));
      return { done: run, isLoose: false, isCarried: true };
    };
    const runs = new Map<BusEvent, Done>();
    const action = isAsync
      ? async (event: BusEvent, signal: AbortSignal): Promise<BusEvent> => {
          const at = act(event, signal);
          await this.#await(body, at);
          if (fails) this.#fail(at.done!);
          return event;
        }
      : (event: BusEvent, signal: AbortSignal): BusEvent => {
          const at = act(event, signal);
          this.#sync(body, at);
          if (fails) this.#fail(at.done!);
          return event;
        };
    held(events, hold, this.#hub.bus.on(`${this.#prefix}gate`), live)
      .pipe(
        runAction((value, signal) => action('event' in value ? value.event : value, signal), {
          name,
          mode,
        }),
      )
      .subscribe((event) => {
        const run = runs.get(event)!;
        this.#sync(then, { done: run, isLoose: false, isCarried: false });
      });
  }

  #execute(
    events: Observable<BusEvent>,
    type: string,
    listener: Listener & { on: 'worker' },
  ): void {
    const live = new Live(this.known, (event) => this.#of(event));
    const runs = new Map<string, Done>();
    const args = (event: BusEvent): [() => void, string, string] => {
      const entityId = `sensor.${this.#name('x')}`;
      const task = this.known.add(`task callBack`, {
        done: live.causeOf(event),
        isLoose: false,
        isCarried: true,
      });
      runs.set(entityId, task);
      const tell = this.#jobOf({ done: task, isLoose: false, isCarried: true }, listener.body);
      return [() => tell(entityId), entityId, entityId];
    };
    events
      .pipe(
        tap((event) => live.see(event)),
        executeIn(this.#hub, worker.callBack, { args }),
      )
      .subscribe((entityId) => {
        this.#sync(listener.then, {
          done: runs.get(entityId)!,
          isLoose: false,
          isCarried: false,
        });
      });
  }

  /** Writes down a job, and gives what it calls back. */
  #jobOf(at: At, body: readonly Act[]): (entityId: string) => void {
    const job = this.known.add('job callBack', at);
    return (entityId) => {
      this.#sync(body, { done: job, isLoose: false, isCarried: true });
      this.known.add(`state ${entityId}`, { done: job, isLoose: false, isCarried: true });
    };
  }

  async #job({ body, awaits }: Act & { do: 'job' }, at: At): Promise<void> {
    const entityId = `sensor.${this.#name('x')}`;
    const tell = this.#jobOf(at, body);
    const job = this.#hub.addExecutorJob(worker.callBack, () => tell(entityId), entityId, 'on');
    if (awaits) await job;
  }

  #set(trackers: readonly Tracker[], at: At): void {
    const entityId = `sensor.${this.#name('s')}`;
    const change: { done: Done | null } = { done: null };
    for (const tracker of trackers) this.#track(entityId, tracker, change);
    change.done = this.known.add(`state ${entityId}`, at);
    this.#hub.states.set(entityId, 'on');
  }

  #track(entityId: string, tracker: Tracker, change: { readonly done: Done | null }): void {
    const name = this.#name('k');
    const sure = { isLoose: false, isCarried: true };
    if (tracker.on === 'held') {
      const live = new Live(this.known, () => change.done!);
      this.#hub.states
        .changes(entityId)
        .pipe(
          tap((event) => live.see(event)),
          heldFor(tracker.ms, 'on'),
          runAction<StateChange, void>(
            async (event) => {
              const run = this.known.add(`task ${name}`, { done: live.causeOf(event), ...sure });
              await this.#await(tracker.body, { done: run, ...sure });
            },
            { name },
          ),
        )
        .subscribe();
      return;
    }
    const { forMs, body, isAsync } = tracker;
    let wait: Done | null = null;
    const begin = (): At => {
      const done = wait ?? change.done;
      const run = this.known.add(`${isAsync ? 'task' : 'listener'} ${name}`, { done, ...sure });
      return { done: run, ...sure };
    };
    const end = trackState(
      this.#hub,
      entityId,
      isAsync ? async () => this.#await(body, begin()) : () => this.#sync(body, begin()),
      { name, ...(forMs > 0 && { forMs, to: 'on' }) },
    );
    this.ends.push(end);
    if (forMs === 0) return;
    // Before whatever the change leads to.
    this.#hub.bus.listen(
      'state_changed',
      callback(() => {
        wait ??= this.known.add(`timer ${name}`, { done: change.done, ...sure });
      }),
      { filter: ({ data }) => data.entityId === entityId },
    );
  }

  #sleep(ms: number, at: At): Promise<void> {
    const name = this.#name('w');
    this.known.add(`timer ${name}`, at);
    return sleep(ms, { name });
  }

  async #task({ mode, body, awaits }: Act & { do: 'task' }, at: At): Promise<void> {
    const name = this.#name('t');
    if (mode === 'promise') {
      const promise = this.#await(body, at); // it has begun before it is one of the hub
      const task = this.#hub.createTask(promise, { name });
      this.known.add(`task ${name}`, at);
      if (awaits) await task;
      return;
    }
    const clock = mode === 'background' ? 'background' : null;
    const me = this.known.add(`task ${name}`, at, { clock });
    const here: At = { done: me, isLoose: false, isCarried: true };
    if (mode === 'cancelled') {
      me.status = 'cancelled';
      const task = this.#hub.createTask(
        async (signal) => {
          await this.#await(body, here);
          const wait = `${name}w`;
          if (!signal.aborted) this.known.add(`timer ${wait}`, here, { status: 'cancelled' });
          await sleep(60_000, { signal, name: wait });
        },
        { name },
      );
      await new Promise((resolve) => setTimeout(resolve, 40));
      task.cancel();
      await task.catch(nothing);
      return;
    }
    const fn = mode === 'sync' ? () => this.#sync(body, here) : async () => this.#await(body, here);
    const task =
      mode === 'background'
        ? this.#hub.createBackgroundTask(fn, { name })
        : this.#hub.createTask(fn, { name, eager: mode !== 'lazy' });
    if (awaits) await task;
  }

  #pointInTime({ ms, isAsync, body }: Act & { do: 'at' }, at: At): void {
    const name = this.#name('p');
    const timer = this.known.add(`timer ${name}`, at, { clock: 'once' });
    const begin = (): At => {
      const done = this.known.add(`${isAsync ? 'task' : 'listener'} ${name}`, {
        done: timer,
        isLoose: false,
        isCarried: true,
      });
      return { done, isLoose: false, isCarried: true };
    };
    const job = isAsync
      ? async (): Promise<void> => this.#await(body, begin())
      : (): void => this.#sync(body, begin());
    trackPointInTime(this.#hub, job, Date.now() + ms, { name });
  }

  /** Nothing has led to what a clock does again and again. */
  #interval({ ms, ticks, body }: Act & { do: 'interval' }): void {
    const name = this.#name('i');
    let left = ticks;
    const end = trackInterval(
      this.#hub,
      () => {
        if (--left < 0) return;
        const timer = this.known.add(`timer ${name}`, OUTSIDE, { clock: 'repeats' });
        const at = { done: timer, isLoose: false, isCarried: true };
        const done = this.known.add(`listener ${name}`, at);
        this.#sync(body, { done, isLoose: false, isCarried: true });
        if (left === 0) end();
      },
      ms,
      { name },
    );
    this.ends.push(end);
  }

  async #limit({ of, isLate, body }: Act & { do: 'limit' }, at: At): Promise<void> {
    const name = this.#name('o');
    this.known.add(`timeout ${name}`, at, { status: isLate ? 'failed' : null });
    const work = named(name, async () => {
      await this.#await(body, at);
      if (isLate) await new Promise(nothing);
    });
    const limitMs = isLate ? 1_000 : 600_000;
    await (of === 'hub' ? this.#hub.timeout.run(limitMs, work) : withTimeout(limitMs, work)).catch(
      nothing,
    );
  }

  #debounce({ immediate, body }: Act & { do: 'debounce' }, at: At): void {
    const name = this.#name('d');
    const here = immediate
      ? { ...at, isCarried: at.isCarried }
      : {
          done: this.known.add(`timer ${name}`, at, { clock: 'once' }),
          isLoose: false,
          isCarried: false,
        };
    const { scope } = this.#hub;
    const run = (): void => this.#sync(body, here);
    new Debouncer(run, { cooldownMs: 25, immediate, scope, name }).schedule();
  }

  async #call({ limit, body }: Act & { do: 'call' }, at: At): Promise<void> {
    const name = this.#name('c');
    const me = this.known.add(`service test.${name}`, at);
    const here: At = { done: me, isLoose: false, isCarried: true };
    this.#hub.services.register('test', name, async () => this.#await(body, here));
    await this.#hub.services.call(
      'test',
      name,
      {},
      limit === 'time'
        ? { timeoutMs: 600_000 }
        : limit === 'signal'
          ? { signal: new AbortController().signal }
          : {},
    );
  }

  #fail(me: Done): never {
    const error = new Error('as it was told to');
    error.name = this.#name('E');
    me.status ??= 'failed'; // one that was cancelled stays that
    this.known.add(
      `error ${error.name}`,
      { done: me, isLoose: false, isCarried: true },
      { status: 'failed' },
    );
    throw error;
  }
}

/** Whether a value acts in the flow of its own event, or later. */
class Live {
  readonly #known: KnownCauses;
  readonly #of: (event: BusEvent) => Done;
  #event: object | null = null;

  constructor(known: KnownCauses, of: (event: BusEvent) => Done) {
    this.#known = known;
    this.#of = of;
  }

  see(event: object): void {
    this.#event = event;
    queueMicrotask(() => {
      if (this.#event === event) this.#event = null;
    });
  }

  /** At once it is the subscriber that was called for the event; later the event itself. */
  causeOf(event: BusEvent): Done {
    const done = this.#of(event);
    if (this.#event !== event) return done;
    return this.#known.add('listener pipe', { done, isLoose: false, isCarried: true });
  }
}

function held(
  events: Observable<BusEvent>,
  hold: string,
  gate: Observable<BusEvent>,
  live: Live,
): Observable<BusEvent | { readonly event: BusEvent }> {
  switch (hold) {
    case 'debounce':
      return events.pipe(debounceTime(HOLD_MS));
    case 'delay':
      return events.pipe(delay(HOLD_MS));
    case 'audit':
      return events.pipe(auditTime(HOLD_MS));
    case 'gate':
      return events.pipe(delayWhen(() => gate));
    case 'data':
      return events.pipe(
        map((event) => ({ event })),
        debounceTime(HOLD_MS),
      );
    default:
      return events.pipe(tap((event) => live.see(event)));
  }
}
