import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { concat, defer, type Observable, of, range, take, throwError } from 'rxjs';
import { InvalidOptionError } from 'rxhome';
import { retryWithBackoff } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

/** Each subscription gets the next of these. */
function oneAfterTheOther<T>(...streams: Observable<T>[]): Observable<T> {
  let at = 0;
  return defer(() => streams[Math.min(at++, streams.length - 1)]!);
}

const exact = { jitter: 'none', initialMs: 3 } as const;
const oops = new Error('oops');

describe('retryWithBackoff', () => {
  it('subscribes again after a wait', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold('-a-#   ');
      const then = cold('       -b-|');
      const expected = ' -a-----b-|';
      const source = oneAfterTheOther(first, then);
      expectObservable(source.pipe(retryWithBackoff(exact))).toBe(expected);
      expectSubscriptions(first.subscriptions).toBe('^--!');
      expectSubscriptions(then.subscriptions).toBe(' ------^--!');
    }));

  it('waits longer each time, and gives up with the last error', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-#', undefined, oops);
      const expected = '   ------------#'; // waits of 3 and 6
      const options = { ...exact, attempts: 3 };
      expectObservable(source.pipe(retryWithBackoff(options))).toBe(expected, undefined, oops);
      expectSubscriptions(source.subscriptions).toBe(['^!', '----^!', '-----------^!']);
    }));

  it('tries three times by default, the waits are those of backoff', () =>
    marbles(async ({ cold, expectObservable, advance }) => {
      const waits: number[] = [];
      const onRetry = (_: unknown, { delayMs }: { delayMs: number }): void =>
        void waits.push(delayMs);
      const options = { random: () => 0.5, onRetry };
      expectObservable(cold('#').pipe(retryWithBackoff(options))).toBe('1500ms #');
      await advance('2s');
      expect(waits).toEqual([500, 1_000]);
    }));

  it('counts anew after a value', () =>
    marbles(({ cold, expectObservable }) => {
      const failed: number[] = [];
      const options = {
        ...exact,
        attempts: 2,
        onRetry: (_: unknown, { attempt }: { attempt: number }) => void failed.push(attempt),
      };
      const bad = cold('#');
      const good = cold('a#');
      const source = oneAfterTheOther(bad, good, good, cold('b|'));
      expectObservable(source.pipe(retryWithBackoff(options))).toBe('---a---a---b|');
      // Without a value in between two are two.
      const never = oneAfterTheOther(bad, bad, good);
      expectObservable(never.pipe(retryWithBackoff({ ...exact, attempts: 2 }))).toBe('---#');
    }));

  it('starts with the shortest wait again after a value', () =>
    marbles(({ cold, expectObservable }) => {
      const bad = cold('#');
      const source = oneAfterTheOther(bad, bad, cold('a#'), cold('b|'));
      // Waits of 3 and 6, then of 3 again.
      expectObservable(source.pipe(retryWithBackoff(exact))).toBe('---------a---b|');
    }));

  it('does not try again when that makes no sense', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a#', undefined, oops);
      const shouldRetry = (error: unknown): boolean => error !== oops;
      const expected = '   -a#';
      const result = source.pipe(retryWithBackoff({ ...exact, shouldRetry }));
      expectObservable(result).toBe(expected, undefined, oops);
      expectSubscriptions(source.subscriptions).toBe('^-!');
    }));

  it('passes on what onRetry throws', () =>
    marbles(async ({ cold, expectObservable, clock, advance }) => {
      const onRetry = (): never => {
        throw oops;
      };
      const result = cold('-a#').pipe(retryWithBackoff({ ...exact, onRetry }));
      expectObservable(result).toBe('-a#', undefined, oops);
      await advance(2);
      expect(clock.pendingCount).toBe(0);
    }));

  it('completes with its source, also one that is there at once', () =>
    marbles(({ expectObservable }) => {
      expectObservable(of('a').pipe(retryWithBackoff(exact))).toBe('(a|)');
      const failing = concat(
        of('a'),
        throwError(() => oops),
      );
      expectObservable(oneAfterTheOther(failing, of('b')).pipe(retryWithBackoff(exact))).toBe(
        'a--(b|)',
      );
      const first = range(0, Infinity).pipe(retryWithBackoff(exact), take(2));
      expectObservable(first).toBe('(01|)', { 0: 0, 1: 1 });
    }));

  it('ends the wait when it is unsubscribed', () =>
    marbles(async ({ cold, expectObservable, expectSubscriptions, clock, advance }) => {
      const source = cold('-a#');
      expectObservable(source.pipe(retryWithBackoff(exact)), '^--!').toBe('-a------');
      expectSubscriptions(source.subscriptions).toBe(['^-!']);
      await advance(3);
      expect(clock.pendingCount).toBe(0);
    }));

  it('unsubscribes the attempt that runs', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const first = cold('#');
      const then = cold('---b');
      const source = oneAfterTheOther<string>(first, then);
      expectObservable(source.pipe(retryWithBackoff(exact)), '^---!').toBe('--------');
      expectSubscriptions(then.subscriptions).toBe('---^!');
    }));

  it('has attempts of its own for each subscriber', () =>
    marbles(({ cold, expectObservable }) => {
      const result = cold('#').pipe(retryWithBackoff({ ...exact, attempts: 2 }));
      expectObservable(result).toBe('       ---#');
      expectObservable(result, '-^-----').toBe('----#');
    }));

  it('keeps the type', () => {
    expectTypeOf(of(1).pipe(retryWithBackoff())).toEqualTypeOf<Observable<number>>();
  });

  it.each([
    ['attempts', 0],
    ['initialMs', '1'],
    ['maxMs', -1],
    ['factor', 0],
    ['jitter', 'some'],
  ])('refuses %s: %p', (name, value) => {
    const make = (): unknown => retryWithBackoff({ [name]: value });
    expect(make).toThrow(InvalidOptionError);
    expect(make).toThrow(`\`${name}\`, got \`${String(value)}\``);
  });
});
