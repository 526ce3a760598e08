import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { EMPTY, type Observable, of, range, Subject, take } from 'rxjs';
import { InvalidOptionError } from 'rxhome';
import { batchFor } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

const lists = { x: ['a', 'b'], y: ['c', 'd', 'e'], z: ['f'] };

describe('batchFor', () => {
  it('lets a list go after its time, or when it is full', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-ab----c-de--f|');
      const expected = '  -----x----y---(z|)';
      expectObservable(values.pipe(batchFor(4, 3))).toBe(expected, lists);
    }));

  it('counts the time of each list from its first value', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-abc-d---');
      const expected = '  --x--y---';
      const expectedLists = { x: ['a', 'b'], y: ['c', 'd'] };
      expectObservable(values.pipe(batchFor(4, 2))).toBe(expected, expectedLists);
      const spaced = hot('-a----b--');
      expectObservable(spaced.pipe(batchFor(3, 2))).toBe('----x----y', { x: ['a'], y: ['b'] });
      // What filled up in between does not shorten the next one.
      const filled = hot('-ab-c-------');
      expectObservable(filled.pipe(batchFor(4, 2))).toBe('--x-----y---', {
        x: ['a', 'b'],
        y: ['c'],
      });
    }));

  it('lets the last list go when the source completes, and no empty one', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      expectObservable(hot('-ab|').pipe(batchFor(4))).toBe('---(x|)', lists);
      expectObservable(hot('-cde|').pipe(batchFor(4, 3))).toBe('---y|', lists);
      expectObservable(EMPTY.pipe(batchFor(4))).toBe('|');
      await advance(4);
      expect(clock.pendingCount).toBe(0);
    }));

  it('passes an error at once, and drops the list', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      expectObservable(hot('-ab#').pipe(batchFor(4))).toBe('---#');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('drops the list when it is unsubscribed', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const values = hot('-ab-----');
      expectObservable(values.pipe(batchFor(4)), '^--!').toBe('--------');
      expectSubscriptions(values.subscriptions).toBe('^--!');
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('runs no timer while nothing comes', () =>
    marbles(async ({ clock, advance }) => {
      const source = new Subject<number>();
      source.pipe(batchFor(4)).subscribe();
      expect(clock.pendingCount).toBe(0);
      source.next(1);
      expect(clock.pendingCount).toBe(1);
      await advance(4);
      expect(clock.pendingCount).toBe(0);
    }));

  it('puts what a list itself leads to into the next one', () => {
    const source = new Subject<number>();
    const seen: number[][] = [];
    const subscription = source.pipe(batchFor(4, 2)).subscribe((list) => {
      seen.push([...list]);
      if (seen.length === 1) source.next(3);
    });
    source.next(1);
    source.next(2);
    source.next(4);
    subscription.unsubscribe();
    expect(seen).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('takes a source that is there at once, and a thousand values by default', () =>
    marbles(({ expectObservable }) => {
      expectObservable(of('a', 'b').pipe(batchFor(4))).toBe('(x|)', lists);
      const first = range(0, Infinity).pipe(batchFor(4, 1), take(2));
      expectObservable(first).toBe('(01|)', { 0: [0], 1: [1] });
      const sizes: number[] = [];
      range(0, 1_001)
        .pipe(batchFor(4))
        .subscribe((list) => sizes.push(list.length));
      expect(sizes).toEqual([1_000, 1]);
    }));

  it('has lists of its own for each subscriber', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-a-b----').pipe(batchFor(4));
      expectObservable(values).toBe('      -----x--', { x: ['a', 'b'] });
      expectObservable(values, '--^-').toBe('-------x', { x: ['b'] });
    }));

  it('gives lists of the type', () => {
    expectTypeOf(of(1).pipe(batchFor(4))).toEqualTypeOf<Observable<number[]>>();
  });

  it.each([0, -1, Number.NaN, Infinity, '5', undefined])('refuses %p as ms', (ms) => {
    expect(() => batchFor(ms as number)).toThrow(InvalidOptionError);
    expect(() => batchFor(ms as number)).toThrow(`\`ms\`, got \`${String(ms)}\``);
  });

  it.each([0, 1.5, Number.NaN, Infinity, '5'])('refuses %p as max', (max) => {
    expect(() => batchFor(5, max as number)).toThrow(InvalidOptionError);
    expect(() => batchFor(5, max as number)).toThrow(`\`max\`, got \`${String(max)}\``);
  });
});
