/* eslint-disable @typescript-eslint/no-misused-promises, rxjs-x/no-async-subscribe -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import { combineLatest, concat, debounceTime, interval, map, merge, of, throwError } from 'rxjs';
import { untilUnload } from 'rxhome/operators';
import { createTestHub, marbles } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';

describe('untilUnload', () => {
  it('ends with the scope, without completing, so nothing held back is let go', () =>
    marbles(({ hub, hot, at, expectObservable, expectSubscriptions }) => {
      const scope = hub.scope.child('entry');
      const source = hot('                                        -a-b-c-d-');
      expectObservable(source.pipe(untilUnload(scope))).toBe('    -a-b-----');
      expectObservable(source.pipe(debounceTime(3), untilUnload(scope))).toBe('----');
      expectObservable(source.pipe(untilUnload(scope), debounceTime(3))).toBe('----');
      at(4, () => scope.close());
      expectSubscriptions(source.subscriptions).toBe(['^---!', '^---!', '^---!']);
    }));

  it('completes and fails with its source, and stops when it is unsubscribed', () =>
    marbles(({ hub, hot, expectObservable, expectSubscriptions }) => {
      const { scope } = hub;
      const before = scope.size;
      expectObservable(hot('-a-|').pipe(untilUnload(scope))).toBe('-a-|');
      expectObservable(hot('-a-#').pipe(untilUnload(scope))).toBe('-a-#');
      expectObservable(of('a', 'b').pipe(untilUnload(scope))).toBe('(ab|)');
      const source = hot('-a-b-');
      expectObservable(source.pipe(untilUnload(scope)), '^-!').toBe('-a-');
      expectSubscriptions(source.subscriptions).toBe('^-!');
      expect(scope.size).toBe(before);
    }));

  it('isolates what its subscriber throws, and what a pipeline behind it fails with', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    const oops = new Error('oops');
    const bad = (): never => {
      throw oops;
    };
    const numbers = merge(hub.bus.on('a'), of(1, 2)).pipe(untilUnload(scope));
    numbers.subscribe(bad);
    numbers.pipe(map(bad)).subscribe();
    throwError(() => oops)
      .pipe(untilUnload(scope))
      .subscribe();
    of(1)
      .pipe(untilUnload(scope))
      .subscribe(async () => bad());
    await hub.advance(0);
    await realTurn();
    expect(hub.errors).toHaveLength(5);
    expect(
      hub.errors.every(({ error, source, owner }) => {
        return error === oops && source === 'subscriber' && owner === 'entry';
      }),
    ).toBe(true);
  });

  it('gives an owner to a stream that a creation function has made', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('entry');
    const seen: unknown[] = [];
    const { states } = hub; // of another owner
    combineLatest([states.watch('light.a'), states.watch('light.b')])
      .pipe(
        map(([a, b]) => `${String(a?.state)} ${String(b?.state)}`),
        untilUnload(scope),
      )
      .subscribe((text) => seen.push(text));
    concat(of('x'), interval(5))
      .pipe(untilUnload(scope))
      .subscribe((text) => seen.push(text));
    states.set('light.a', 1);
    expect(seen).toEqual(['undefined undefined', 'x', '1 undefined']);
    await scope.close();
    states.set('light.a', 2);
    await hub.advance(100);
    expect(seen).toHaveLength(3);
    expect(hub.bus.listenerCounts()).toEqual({});
    expect(hub.clock!.pendingCount).toBe(0);
  });

  it('subscribed after the scope has closed stays silent, and that is reported', async () => {
    const hub = createTestHub({ strict: false });
    const scope = hub.scope.child('entry');
    await scope.close();
    let calls = 0;
    const stream = of(1).pipe(untilUnload(scope));
    stream.subscribe({ next: () => calls++, complete: () => calls++ });
    stream.subscribe({ next: () => calls++, complete: () => calls++ });
    expect(calls).toBe(0);
    expect(hub.errors).toEqual([
      expect.objectContaining({ source: 'fence', owner: 'entry', name: 'subscribe' }),
    ]);
  });
});
