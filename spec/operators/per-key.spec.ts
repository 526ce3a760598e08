import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  debounceTime,
  delay,
  EMPTY,
  finalize,
  map,
  type Observable,
  of,
  pairwise,
  range,
  scan,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { InvalidOptionError } from 'rxhome';
import { heldFor, keepAlive, perKey } from 'rxhome/operators';
import { createTestHub, expectNoLeaks, marbles } from 'rxhome/testing';

const letter = (value: string): string => value.toLowerCase();
const count = (values: Observable<string>): Observable<number> =>
  values.pipe(scan((sum) => sum + 1, 0));
const ones = { 1: 1, 2: 2, 3: 3 };
const oops = new Error('oops');

describe('perKey', () => {
  it('applies the operator to each key by itself', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = hot('-a-b-A--B--|');
      const subs = '      ^----------!';
      const expected = '  -----x--y--|';
      const pairs = { x: ['a', 'A'], y: ['b', 'B'] };
      expectObservable(values.pipe(perKey(letter, pairwise()))).toBe(expected, pairs);
      expectSubscriptions(values.subscriptions).toBe(subs);
    }));

  it('keeps what it holds for a key, whatever other keys do, however long it is silent', async () => {
    const hub = createTestHub();
    const held: string[] = [];
    hub.states
      .changes({ domain: 'binary_sensor' })
      .pipe(perKey(({ data }) => data.entityId, heldFor(3 * 24 * 3_600_000, 'on')))
      .subscribe(({ data }) => held.push(data.entityId));
    hub.states.set('binary_sensor.window', 'on');
    hub.states.set('binary_sensor.door', 'on');
    await hub.advance('1d');
    hub.states.set('binary_sensor.door', 'off');
    await hub.advance('1d');
    expect(held).toEqual([]);
    await hub.advance('1d');
    expect(held).toEqual(['binary_sensor.window']);
    await hub.advance('9d');
    expect(held).toHaveLength(1);
    await hub.stop();
  });

  it('completes the streams of all keys, and then itself when they have', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-ab|');
      expectObservable(values.pipe(perKey(letter, delay(4)))).toBe('      -----a(b|)');
      expectObservable(values.pipe(perKey(letter, debounceTime(9)))).toBe('---(ab|)');
      expectObservable(hot('-|').pipe(perKey(letter, delay(4)))).toBe('   -|');
      expectObservable(hot('-a|').pipe(perKey(letter, () => EMPTY))).toBe('--|');
    }));

  it('passes an error of the source at once, and drops what is held back', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      expectObservable(hot('-ab#').pipe(perKey(letter, debounceTime(9)))).toBe('---#');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('passes an error of one key at once, and ends all', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const values = hot('-ab---');
      const fails = (stream: Observable<string>, key: string): Observable<string> =>
        key === 'b' ? throwError(() => oops) : stream.pipe(debounceTime(9));
      expectObservable(values.pipe(perKey(letter, fails))).toBe('--#', undefined, oops);
      expectSubscriptions(values.subscriptions).toBe('^-!');
      await advance(2);
      expect(clock.pendingCount).toBe(0);
    }));

  it.each(['key', 'operator'])('passes on what the %s throws', (where) =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = hot('-a---');
      const fails = (): never => {
        throw oops;
      };
      const operator = where === 'key' ? perKey(fails, delay(1)) : perKey(letter, fails);
      expectObservable(values.pipe(operator)).toBe('-#', undefined, oops);
      expectSubscriptions(values.subscriptions).toBe('^!');
    }),
  );

  it('goes on after an error of one key with keepAlive inside', () =>
    marbles(({ hot, expectObservable }) => {
      const reported: unknown[] = [];
      const careful = (values: Observable<string>): Observable<string> =>
        values.pipe(
          map((value) => {
            if (value === 'b') throw oops;
            return value;
          }),
          keepAlive((error) => reported.push(error)),
        );
      expectObservable(hot('-abAB|').pipe(perKey(letter, careful))).toBe('-a-AB|');
    }));

  it('drops what is held back when it is unsubscribed', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const values = hot('-ab-----');
      expectObservable(values.pipe(perKey(letter, debounceTime(3))), '^--!').toBe('--------');
      expectSubscriptions(values.subscriptions).toBe('^--!');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('begins a key anew when its pipeline has completed', () =>
    marbles(({ hot, expectObservable }) => {
      const ended: string[] = [];
      const twice = (values: Observable<string>, key: string): Observable<number> =>
        count(values).pipe(
          take(2),
          finalize(() => ended.push(key)),
        );
      const values = hot('-aabaa|');
      expectObservable(values.pipe(perKey(letter, twice))).toBe('-12112|', ones);
    }));

  it('lets the keys go whose pipelines have completed', () => {
    const source = new Subject<number>();
    const dropped: number[] = [];
    const options = { maxKeys: 2, onDrop: (key: number) => dropped.push(key) };
    const once = (values: Observable<number>): Observable<number> => values.pipe(take(1));
    source.pipe(perKey((n) => n, once, options)).subscribe();
    for (let n = 0; n < 9; n++) source.next(n);
    expect(dropped).toEqual([]);
  });

  it('forgets a key that is idle, if told so, without completing its stream', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-a--a---a-----a|');
      const expected = '  -1--2---3-----1|';
      expectObservable(values.pipe(perKey(letter, count, { idleMs: 5 }))).toBe(expected, ones);
      const waits = hot('-a---------|').pipe(perKey(letter, debounceTime(6), { idleMs: 5 }));
      expectObservable(waits).toBe('-----------|');
    }));

  it('does not take a key for idle while anything comes out', () =>
    marbles(({ hot, expectObservable }) => {
      // The first count comes out 4 later; that is 3 before the next value.
      const late = (values: Observable<string>): Observable<number> => count(values).pipe(delay(4));
      const values = hot('-a------a-----|');
      const expected = '  -----1------2-|';
      expectObservable(values.pipe(perKey(letter, late, { idleMs: 5 }))).toBe(expected, ones);
    }));

  it('completes also when the last key is forgotten after the source has completed', () =>
    marbles(({ hot, expectObservable }) => {
      const waits = hot('-a|').pipe(perKey(letter, delay(9), { idleMs: 5 }));
      expectObservable(waits).toBe('------|');
    }));

  it('leaves no timer of an idle key behind', () =>
    marbles(async ({ clock, advance }) => {
      const source = new Subject<string>();
      const once = (values: Observable<string>): Observable<string> => values.pipe(take(1));
      const subscription = source.pipe(perKey(letter, once, { idleMs: 5 })).subscribe();
      source.next('a');
      expect(clock.pendingCount).toBe(0);
      const other = source.pipe(perKey(letter, count, { idleMs: 5 })).subscribe();
      source.next('a');
      source.next('a');
      source.next('b');
      expect(clock.pendingCount).toBe(2);
      other.unsubscribe();
      expect(clock.pendingCount).toBe(0);
      subscription.unsubscribe();
      await advance(9);
    }));

  it('forgets the key that was idle longest when there are too many, and counts', () =>
    marbles(({ hot, expectObservable }) => {
      const dropped: [string, number][] = [];
      const options = {
        maxKeys: 2,
        onDrop: (key: string, sum: number) => void dropped.push([key, sum]),
      };
      const values = hot('-abacabc|');
      // c drops b, b drops c, c drops a.
      const expected = '  -1121311|';
      expectObservable(values.pipe(perKey(letter, count, options))).toBe(expected, ones);
      values.subscribe({
        complete: () =>
          expect(dropped).toEqual([
            ['b', 1],
            ['c', 2],
            ['a', 3],
          ]),
      });
    }));

  it('keeps ten thousand keys by default, and frees what is over', async () => {
    const hub = createTestHub();
    let open = 0;
    let dropped = 0;
    const counted = (values: Observable<unknown>): Observable<unknown> => {
      open++;
      return values.pipe(finalize(() => open--));
    };
    const onDrop = (_: unknown, sum: number): void => void (dropped = sum);
    const subscription = hub.bus
      .on('x')
      .pipe(perKey(({ data }) => data['key'], counted, { onDrop }))
      .subscribe();
    for (let key = 0; key < 10_100; key++) hub.bus.fire('x', { key });
    expect({ open, dropped }).toEqual({ open: 10_000, dropped: 100 });
    subscription.unsubscribe();
    expect(open).toBe(0);
    await hub.stop();
    expectNoLeaks(hub);
  });

  it('takes a source that is there at once', () =>
    marbles(({ expectObservable }) => {
      expectObservable(of('a', 'A', 'b').pipe(perKey(letter, count))).toBe('(121|)', ones);
      const first = range(1, Infinity).pipe(
        perKey(
          (n) => n,
          (values) => values,
        ),
        take(2),
      );
      expectObservable(first).toBe('(12|)', ones);
    }));

  it('has pipelines of its own for each subscriber', () =>
    marbles(({ hot, expectObservable }) => {
      const counts = hot('-a-a-').pipe(perKey(letter, count));
      expectObservable(counts).toBe('      -1-2-', ones);
      expectObservable(counts, '--^-').toBe('---1-', ones);
    }));

  it('knows its types, and tells the operator the key', () => {
    const numbers = of({ id: 'a', n: 1 });
    const byId = numbers.pipe(
      perKey(
        ({ id }) => id,
        (values, key) => {
          expectTypeOf(values).toEqualTypeOf<Observable<{ id: string; n: number }>>();
          expectTypeOf(key).toEqualTypeOf<string>();
          return values.pipe(map(({ n }) => n));
        },
      ),
    );
    expectTypeOf(byId).toEqualTypeOf<Observable<number>>();
  });

  it.each([
    ['keyOf', ['id', delay(1)]],
    ['operator', [letter, undefined]],
    ['idleMs', [letter, delay(1), { idleMs: 0 }]],
    ['idleMs', [letter, delay(1), { idleMs: '5' }]],
    ['maxKeys', [letter, delay(1), { maxKeys: 0 }]],
    ['maxKeys', [letter, delay(1), { maxKeys: 1.5 }]],
  ] as [string, Parameters<typeof perKey>][])('refuses a bad %s: %p', (name, given) => {
    expect(() => perKey(...given)).toThrow(InvalidOptionError);
    expect(() => perKey(...given)).toThrow(`as \`${name}\`, got \``);
  });
});
