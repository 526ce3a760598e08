import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { concat, NEVER, type Observable, of, range, Subject, take } from 'rxjs';
import { InvalidOptionError, TimeoutError } from 'rxhome';
import { timeoutAfter } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

const late = (since: string): TimeoutError =>
  new TimeoutError(`No value came within 5 ms of ${since}.`);

describe('timeoutAfter', () => {
  it('fails when the next value does not come in time', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const reports = hot('-a--b-------c--|');
      const subs = '       ^--------!';
      const expected = '   -a--b----#';
      expectObservable(reports.pipe(timeoutAfter(5))).toBe(
        expected,
        undefined,
        late('the one before'),
      );
      expectSubscriptions(reports.subscriptions).toBe(subs);
    }));

  it('fails when the first value does not come in time', () =>
    marbles(({ cold, expectObservable }) => {
      const reports = cold('------a|');
      expectObservable(reports.pipe(timeoutAfter(5))).toBe(
        '-----#',
        undefined,
        late('subscribing'),
      );
    }));

  it('completes with its source, and waits no longer', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      const reports = hot('-a--|');
      expectObservable(reports.pipe(timeoutAfter(5))).toBe('-a--|');
      await advance(4);
      expect(clock.pendingCount).toBe(0);
    }));

  it('passes an error on, and waits no longer', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      const reports = hot('-a--#');
      expectObservable(reports.pipe(timeoutAfter(5))).toBe('-a--#');
      await advance(4);
      expect(clock.pendingCount).toBe(0);
    }));

  it('waits no longer when it is unsubscribed', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const reports = hot('-a--b--');
      expectObservable(reports.pipe(timeoutAfter(5)), '^----!').toBe('-a--b--');
      expectSubscriptions(reports.subscriptions).toBe('^----!');
      await advance(5);
      expect(clock.pendingCount).toBe(0);
    }));

  it('leaves no timer when its first value is enough', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      const reports = hot('-a--b--');
      expectObservable(reports.pipe(timeoutAfter(5), take(1))).toBe('-(a|)');
      await advance(4);
      expect(clock.pendingCount).toBe(0);
    }));

  it('takes a source that is there at once', () =>
    marbles(async ({ expectObservable, clock, advance }) => {
      expectObservable(of('a', 'b').pipe(timeoutAfter(5))).toBe('(ab|)');
      expectObservable(concat(of('a'), NEVER).pipe(timeoutAfter(5))).toBe(
        'a----#',
        undefined,
        late('the one before'),
      );
      expectObservable(range(0, Infinity).pipe(timeoutAfter(5), take(1))).toBe('(0|)', { 0: 0 });
      await advance(10);
      expect(clock.pendingCount).toBe(0);
    }));

  it('has left the source before it fails', () =>
    marbles(async ({ advance }) => {
      const source = new Subject<string>();
      const observed: boolean[] = [];
      source.pipe(timeoutAfter(5)).subscribe({ error: () => observed.push(source.observed) });
      await advance(5);
      expect(observed).toEqual([false]);
    }));

  it('takes longer spans than a timer of Node', () =>
    marbles(({ cold, expectObservable }) => {
      const month = 30 * 24 * 3_600_000;
      expectObservable(cold(`a ${month - 1}ms b|`).pipe(timeoutAfter(month))).toBe(
        `a ${month - 1}ms b|`,
      );
    }));

  it('has a time of its own for each subscriber', () =>
    marbles(({ cold, expectObservable }) => {
      const reports = cold('---a-----|').pipe(timeoutAfter(4));
      const error = new TimeoutError('No value came within 4 ms of the one before.');
      expectObservable(reports).toBe('      ---a---#', undefined, error);
      expectObservable(reports, '--^-').toBe('-----a---#', undefined, error);
    }));

  it('keeps the type', () => {
    expectTypeOf(of(1).pipe(timeoutAfter(5))).toEqualTypeOf<Observable<number>>();
  });

  it.each([0, -1, Number.NaN, Infinity, '5', undefined])('refuses %p', (ms) => {
    expect(() => timeoutAfter(ms as number)).toThrow(InvalidOptionError);
    expect(() => timeoutAfter(ms as number)).toThrow(`\`ms\`, got \`${String(ms)}\``);
  });
});
