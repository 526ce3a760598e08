import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type Observable, of, range, Subject, take } from 'rxjs';
import { InvalidOptionError } from 'rxhome';
import { throttleByKey } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

const letter = (value: string): string => value.toLowerCase();

describe('throttleByKey', () => {
  it('lets the first of a key through at once, and the latest at the end of the span', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-abac-A------|');
      const expected = '  -ab-ca---A---|';
      expectObservable(values.pipe(throttleByKey(4, letter))).toBe(expected);
    }));

  it('keeps the span between values that had to wait', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-aAa--A-a-----A|');
      const expected = '  -a---a---a----A|';
      expectObservable(values.pipe(throttleByKey(4, letter))).toBe(expected);
    }));

  it('drops what waits when the source completes', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      expectObservable(hot('-aA|').pipe(throttleByKey(4, letter))).toBe('-a-|');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('passes an error at once, and drops what waits', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      expectObservable(hot('-aA#').pipe(throttleByKey(4, letter))).toBe('-a-#');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('passes on what keyOf throws', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const oops = new Error('oops');
      const values = hot('-ab-');
      const keyOf = (value: string): string => {
        if (value === 'b') throw oops;
        return value;
      };
      expectObservable(values.pipe(throttleByKey(4, keyOf))).toBe('-a#', undefined, oops);
      expectSubscriptions(values.subscriptions).toBe('^-!');
    }));

  it('drops what waits when it is unsubscribed', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const values = hot('-aA-----');
      expectObservable(values.pipe(throttleByKey(4, letter)), '^--!').toBe('-a------');
      expectSubscriptions(values.subscriptions).toBe('^--!');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('forgets a key that is idle, and keeps an `undefined` that waits', () =>
    marbles(async ({ clock, advance }) => {
      const source = new Subject<number | undefined>();
      const seen: unknown[] = [];
      source.pipe(throttleByKey(4, () => 'all')).subscribe((value) => seen.push(value));
      source.next(1);
      source.next(undefined);
      await advance(4);
      expect(seen).toEqual([1, undefined]);
      expect(clock.pendingCount).toBe(1);
      await advance(4);
      expect(clock.pendingCount).toBe(0);
      source.next(2);
      expect(seen).toEqual([1, undefined, 2]);
    }));

  it('holds back what a value itself leads to', () =>
    marbles(async ({ advance }) => {
      const source = new Subject<number>();
      const seen: number[] = [];
      source.pipe(throttleByKey(4, () => 'all')).subscribe((value) => {
        seen.push(value);
        if (value < 3) source.next(value + 1);
      });
      source.next(1);
      expect(seen).toEqual([1]);
      await advance(4);
      expect(seen).toEqual([1, 2]);
      await advance(4);
      expect(seen).toEqual([1, 2, 3]);
    }));

  it('takes a source that is there at once', () =>
    marbles(({ expectObservable }) => {
      expectObservable(of('a', 'b', 'A').pipe(throttleByKey(4, letter))).toBe('(ab|)');
      const first = range(0, Infinity).pipe(
        throttleByKey(4, (n) => n),
        take(2),
      );
      expectObservable(first).toBe('(01|)', { 0: 0, 1: 1 });
    }));

  it('begins anew for each subscriber', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-a-A----').pipe(throttleByKey(4, letter));
      expectObservable(values).toBe('      -a---A--');
      expectObservable(values, '--^-').toBe('---A----');
    }));

  it('keeps the type, and gives keyOf its value', () => {
    const values = of({ id: 'a' }).pipe(throttleByKey(4, ({ id }) => id));
    expectTypeOf(values).toEqualTypeOf<Observable<{ id: string }>>();
  });

  it.each([0, -1, Number.NaN, Infinity, '5', undefined])('refuses %p as ms', (ms) => {
    expect(() => throttleByKey(ms as number, letter)).toThrow(InvalidOptionError);
    expect(() => throttleByKey(ms as number, letter)).toThrow(`\`ms\`, got \`${String(ms)}\``);
  });

  it('refuses a key that is no function', () => {
    expect(() => throttleByKey(5, 'id' as never)).toThrow(InvalidOptionError);
    expect(() => throttleByKey(5, 'id' as never)).toThrow('`keyOf`, got `id`');
  });
});
