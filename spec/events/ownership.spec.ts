import { describe, expect, it } from '@jest/globals';
import type { BusEvent, Hub, Scope } from 'rxhome';
import { untilUnload } from 'rxhome/operators';
import { createTestHub, expectNoLeaks, marbles, type TestHub } from 'rxhome/testing';
import {
  auditTime,
  bufferTime,
  combineLatest,
  concatMap,
  debounceTime,
  delay,
  filter,
  firstValueFrom,
  interval,
  map,
  merge,
  mergeMap,
  type Observable,
  share,
  shareReplay,
  startWith,
  switchMap,
  take,
  throttleTime,
  timer,
  toArray,
  withLatestFrom,
} from 'rxjs';
import { realTurn } from './real-turn.js';

type Shape = (events: Observable<BusEvent>, hub: Hub) => Observable<unknown>;

const shapes: [string, Shape][] = [
  ['nothing', (events) => events],
  [
    'map and filter',
    (events) =>
      events.pipe(
        map((event) => event),
        filter(Boolean),
      ),
  ],
  ['mergeMap(timer)', (events) => events.pipe(mergeMap(() => timer(5)))],
  ['switchMap(interval)', (events) => events.pipe(switchMap(() => interval(5)))],
  ['concatMap(interval)', (events) => events.pipe(concatMap(() => interval(5).pipe(take(3))))],
  ['debounceTime', (events) => events.pipe(debounceTime(5))],
  ['auditTime', (events) => events.pipe(auditTime(5))],
  [
    'throttleTime',
    (events) => events.pipe(throttleTime(5, undefined, { trailing: true, leading: false })),
  ],
  ['delay', (events) => events.pipe(delay(5))],
  ['bufferTime', (events) => events.pipe(bufferTime(5))],
  ['share', (events) => events.pipe(share(), delay(5))],
  [
    'shareReplay',
    (events) => events.pipe(shareReplay({ bufferSize: 1, refCount: true }), delay(5)),
  ],
  [
    'withLatestFrom(another)',
    (events, hub) => events.pipe(withLatestFrom(hub.bus.on('b').pipe(startWith(0))), delay(5)),
  ],
  ['toArray', (events) => events.pipe(toArray())],
  [
    'merge and untilUnload',
    (events, hub) => merge(events, hub.bus.on('b')).pipe(delay(5), untilUnload(hub.scope)),
  ],
  [
    'combineLatest of two watches',
    (_, hub) =>
      combineLatest([hub.states.watch('light.a'), hub.states.watch('light.b')]).pipe(
        delay(5),
        untilUnload(hub.scope),
      ),
  ],
];

/** An owner that can be unloaded. */
function entryOf(hub: TestHub): { scope: Scope; entry: Hub } {
  const scope = hub.scope.child('entry');
  return { scope, entry: hub.scoped(scope) };
}

describe('a stream whose owner is unloaded', () => {
  it.each(shapes)('lets nothing go, behind %s, and leaves nothing', (_, shape) =>
    marbles(async ({ hub, advance, clock }) => {
      const { scope, entry } = entryOf(hub);
      const seen: string[] = [];
      const subscription = shape(entry.bus.on('a'), entry).subscribe({
        next: () => seen.push('next'),
        error: () => seen.push('error'),
        complete: () => seen.push('complete'),
      });
      hub.bus.fire('a');
      await advance(2);
      seen.length = 0;
      await scope.close();
      expect(subscription.closed).toBe(true);
      hub.bus.fire('a');
      hub.states.set('light.a', 'on');
      await advance(100);
      expect(seen).toEqual([]);
      expect(clock.pendingCount).toBe(0);
      expectNoLeaks(hub);
    }),
  );

  it('ends at the first step of closing, before any teardown has run', async () => {
    const hub = createTestHub();
    const { scope, entry } = entryOf(hub);
    let heard = 0;
    entry.bus.on('a').subscribe(() => heard++);
    entry.bus
      .on('a')
      .pipe(map(() => heard++))
      .subscribe();
    entry.bus.listen('a', () => heard++);
    scope.own(() => hub.bus.fire('a'));
    const closed = scope.close();
    hub.bus.fire('a');
    await closed;
    expect(heard).toBe(0);
  });

  it('ends in the midst of a delivery', () => {
    const hub = createTestHub();
    const { scope, entry } = entryOf(hub);
    let heard = 0;
    hub.bus.listen('a', () => void scope.close());
    entry.bus.on('a').subscribe(() => heard++);
    entry.bus.listen('a', () => heard++);
    hub.bus.fire('a');
    expect(heard).toBe(0);
  });

  it('releases what `firstValueFrom` waits for', async () => {
    const hub = createTestHub();
    const { scope, entry } = entryOf(hub);
    void firstValueFrom(entry.bus.on('a'));
    void firstValueFrom(entry.bus.on('a').pipe(map((event) => event)));
    void firstValueFrom(merge(entry.bus.on('a'), entry.bus.on('b')));
    expect(hub.bus.listenerCounts()).toEqual({ a: 3, b: 1 });
    await scope.close();
    await realTurn();
    expectNoLeaks(hub);
  });

  it('is not kept by its owner once it has ended by itself', async () => {
    const hub = createTestHub();
    const { scope, entry } = entryOf(hub);
    for (let i = 0; i < 50; i++) {
      entry.bus.on('a').subscribe().unsubscribe();
      entry.bus.on('a').pipe(map(Boolean)).subscribe().unsubscribe();
      entry.bus.on('a').pipe(take(1)).subscribe();
      entry.bus.listenOnce('a', () => undefined);
      void entry.bus.waitFor('a');
      void firstValueFrom(entry.bus.on('a'));
    }
    hub.bus.fire('a');
    await hub.advance(0);
    expect(scope.size).toBe(0);
    expect(hub.bus.listenerCounts()).toEqual({});
  });
});

describe('a stream', () => {
  it('completes when the hub has stopped, and not when its owner is unloaded', async () => {
    const hub = createTestHub();
    const { scope, entry } = entryOf(hub);
    const ends: string[] = [];
    const end = (name: string) => ({ complete: () => ends.push(name) });
    entry.bus.on('a').subscribe(end('entry'));
    hub.bus.on('a').subscribe(end('on'));
    hub.bus.on('a').pipe(map(Boolean)).subscribe(end('piped'));
    hub.states.changes(['light.a', 'light.b']).subscribe(end('changes'));
    hub.states.watch('light.a').subscribe(end('watch'));
    await scope.close();
    expect(ends).toEqual([]);
    await hub.stop();
    expect(ends).toEqual(['on', 'piped', 'changes', 'watch']);
  });

  it('shows a late subscriber nothing of the past', async () => {
    await marbles(({ hub, at, expectObservable }) => {
      at(1, () => hub.bus.fire('a', { n: 1 }));
      at(3, () => hub.bus.fire('a', { n: 2 }));
      const numbers = hub.bus.on('a').pipe(map(({ data }) => String(data['n'])));
      expectObservable(numbers).toBe('        -1-2');
      expectObservable(numbers, '--^').toBe(' ---2');
      expectObservable(numbers, '^-!').toBe('  -1-');
    });
  });

  it('of an unloaded owner throws in a strict hub, and is silent and told once in another', async () => {
    const hub = createTestHub({ strict: false });
    const { scope, entry } = entryOf(hub);
    await scope.close();
    const stream = entry.bus.on('a');
    stream.subscribe(() => undefined);
    stream.pipe(map(Boolean)).subscribe();
    entry.bus.fire('a');
    entry.states.set('light.a', 'on');
    entry.bus.listen('a', () => undefined);
    expect(hub.states.get('light.a')).toBeUndefined();
    expect(hub.errors).toHaveLength(1);
    expect(hub.errors[0]).toMatchObject({
      source: 'fence',
      owner: 'entry',
      error: { code: 'SCOPE_CLOSED' },
    });
    expectNoLeaks(hub);

    const strict = createTestHub();
    const other = entryOf(strict);
    await other.scope.close();
    expect(() => other.entry.bus.on('a').subscribe()).toThrow(
      expect.objectContaining({ code: 'SCOPE_CLOSED' }),
    );
    expect(() => other.entry.bus.fire('a')).toThrow(
      expect.objectContaining({ code: 'SCOPE_CLOSED' }),
    );
  });
});
