import { describe, expect, it } from '@jest/globals';
import type { BusEvent } from 'rxhome';
import { keepAlive } from 'rxhome/operators';
import { createTestHub, type TestHub } from 'rxhome/testing';
import {
  combineLatestWith,
  concatMap,
  delay,
  exhaustMap,
  filter,
  finalize,
  groupBy,
  map,
  mergeAll,
  mergeMap,
  type Observable,
  of,
  scan,
  share,
  switchMap,
  take,
  tap,
  throwError,
  withLatestFrom,
} from 'rxjs';
import { realTurn } from './real-turn.js';

type Events = Observable<BusEvent>;
const oops = new Error('oops');
const boom = (): never => {
  throw oops;
};

const shapes: [string, (events: Events, hub: TestHub) => Observable<unknown>][] = [
  ['map', (events) => events.pipe(map((event) => event.data))],
  [
    'filter and scan',
    (events) =>
      events.pipe(
        filter(Boolean),
        scan((n) => n + 1, 0),
      ),
  ],
  ['mergeMap', (events) => events.pipe(mergeMap((event) => of(event)))],
  ['concatMap', (events) => events.pipe(concatMap((event) => [event]))],
  ['switchMap', (events) => events.pipe(switchMap((event) => of(event)))],
  ['exhaustMap', (events) => events.pipe(exhaustMap((event) => of(event)))],
  ['share', (events) => events.pipe(share())],
  [
    'groupBy',
    (events) =>
      events.pipe(
        groupBy(({ type }) => type),
        mergeAll(),
      ),
  ],
  ['delay', (events) => events.pipe(delay(5))],
  ['withLatestFrom', (events) => events.pipe(withLatestFrom(of(1)))],
  ['combineLatestWith', (events) => events.pipe(combineLatestWith(of(1)))],
  [
    'ten maps',
    (events) => Array.from({ length: 10 }).reduce<Events>((e) => e.pipe(map((x) => x)), events),
  ],
];

describe('a subscriber that throws', () => {
  it.each(shapes)('behind %s is reported each time and stays subscribed', async (_, shape) => {
    const hub = createTestHub();
    let others = 0;
    const subscription = shape(hub.bus.on('a'), hub).subscribe(function bad() {
      boom();
    });
    hub.bus.on('a').subscribe(() => others++);
    hub.bus.fire('a');
    await hub.advance(10);
    hub.bus.fire('a');
    await hub.advance(10);
    await realTurn();
    expect(others).toBe(2);
    expect(hub.errors).toHaveLength(2);
    expect(hub.errors[0]).toMatchObject({
      error: oops,
      source: 'subscriber',
      owner: 'hub',
      name: 'bad',
    });
    expect(subscription.closed).toBe(false);
    subscription.unsubscribe();
    expect(Object.keys(hub.bus.listenerCounts())).toEqual(['a']);
    expect(hub.bus.listenerCounts()).toEqual({ a: 1 });
  });
});

describe('an error inside a pipeline', () => {
  it('ends that pipeline, is reported once with its event, and touches nobody else', async () => {
    const hub = createTestHub();
    let others = 0;
    const subscription = hub.bus
      .on('a')
      .pipe(map(boom))
      .subscribe(function mine() {});
    hub.bus
      .on('a')
      .pipe(map(() => others++))
      .subscribe();
    hub.bus.fire('a');
    hub.bus.fire('a');
    await realTurn();
    expect(subscription.closed).toBe(true);
    expect(others).toBe(2);
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({ error: oops, source: 'subscriber', name: 'mine' });
    expect((hub.errors[0]!.event as BusEvent).type).toBe('a');
  });

  it('goes to the error handler if there is one, and is then not reported', () => {
    const hub = createTestHub();
    const errors: unknown[] = [];
    hub.bus
      .on('a')
      .pipe(map(boom))
      .subscribe({ error: (error: any) => errors.push(error) });
    hub.bus
      .on('a')
      .pipe(map(boom))
      .subscribe({ error: (error: any) => errors.push(error) });
    hub.bus.fire('a');
    expect(errors).toEqual([oops, oops]);
    expect(hub.errors).toEqual([]);
  });

  it('of which the handler fails as well is reported by what the handler threw', async () => {
    const hub = createTestHub();
    hub.bus
      .on('a')
      .pipe(
        map(() => {
          throw new Error('first');
        }),
      )
      .subscribe({ error: boom });
    hub.bus.fire('a');
    await realTurn();
    expect(hub.errors.map(({ error }) => error)).toEqual([oops]);
  });

  it('of an inner stream is one of the pipeline', () => {
    const hub = createTestHub();
    hub.bus
      .on('a')
      .pipe(switchMap(() => throwError(() => oops)))
      .subscribe();
    hub.bus.fire('a');
    expect(hub.errors.map(({ error, source }) => [error, source])).toEqual([[oops, 'subscriber']]);
  });

  it('does not end it behind `keepAlive`', () => {
    const hub = createTestHub();
    const errors: unknown[] = [];
    const values: unknown[] = [];
    hub.bus
      .on('a')
      .pipe(
        map(({ data }) => (data['n'] === 2 ? boom() : data['n'])),
        keepAlive((error) => errors.push(error)),
      )
      .subscribe((n) => values.push(n));
    for (const n of [1, 2, 3]) hub.bus.fire('a', { n });
    expect(values).toEqual([1, 3]);
    expect(errors).toEqual([oops]);
    expect(hub.errors).toEqual([]);
    expect(hub.bus.listenerCounts()).toEqual({ a: 1 });
  });
});

describe('a failing end', () => {
  it('in `finalize` is reported as a teardown, by unsubscribe, by take, and by unload', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    const entry = hub.scoped(scope);
    hub.bus.on('a').pipe(finalize(boom)).subscribe().unsubscribe();
    expect(hub.errors).toHaveLength(1);
    hub.bus.on('a').pipe(take(1), finalize(boom)).subscribe();
    hub.bus.fire('a');
    expect(hub.errors).toHaveLength(2);
    entry.bus.on('a').pipe(finalize(boom)).subscribe();
    await scope.close();
    await realTurn();
    expect(hub.errors.map(({ error, source, owner }) => [error, source, owner])).toEqual([
      [oops, 'teardown', 'hub'],
      [oops, 'teardown', 'hub'],
      [oops, 'teardown', 'entry'],
    ]);
    expect(hub.bus.listenerCounts()).toEqual({});
  });

  it('of what was added to a subscription is reported too, and keeps nobody from completing', async () => {
    const hub = createTestHub({ strict: false });
    hub.bus.on('a').subscribe().add(boom);
    const subscription = hub.bus.on('a').subscribe();
    subscription.add(boom);
    subscription.unsubscribe();
    expect(hub.errors).toHaveLength(1);
    let completed = 0;
    hub.bus
      .on('a')
      .subscribe({ complete: () => completed++ })
      .add(boom);
    await hub.stop();
    expect(completed).toBe(1);
    expect(hub.errors.map(({ error, source }) => [error, source])).toEqual([
      [oops, 'teardown'],
      [oops, 'teardown'],
      [oops, 'teardown'],
    ]);
  });

  it('of several ends runs them all', () => {
    const hub = createTestHub();
    const ends: string[] = [];
    const subscription = hub.bus
      .on('a')
      .pipe(
        finalize(() => ends.push('first')),
        finalize(boom),
        finalize(() => ends.push('last')),
      )
      .subscribe();
    subscription.add(() => ends.push('added'));
    subscription.unsubscribe();
    expect(ends.sort()).toEqual(['added', 'first', 'last']);
    expect(hub.errors).toHaveLength(1);
  });

  it('in a `complete` callback is reported, and the other streams still complete', async () => {
    const hub = createTestHub();
    const ends: string[] = [];
    hub.bus.on('a').subscribe({ complete: boom });
    hub.bus.on('a').pipe(tap()).subscribe({ complete: boom });
    hub.bus.on('a').pipe(take(1)).subscribe({ complete: boom });
    hub.bus.on('a').subscribe({ complete: () => ends.push('direct') });
    hub.bus
      .on('a')
      .pipe(tap())
      .subscribe({ complete: () => ends.push('piped') });
    hub.bus.fire('a');
    expect(hub.errors).toHaveLength(1);
    await hub.stop();
    await realTurn();
    expect(ends).toEqual(['direct', 'piped']);
    expect(hub.errors.map(({ error, source }) => [error, source])).toEqual([
      [oops, 'subscriber'],
      [oops, 'subscriber'],
      [oops, 'subscriber'],
    ]);
  });
});
