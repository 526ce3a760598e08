import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  concat,
  defer,
  NEVER,
  type Observable,
  of,
  range,
  repeat,
  retry,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { InvalidOptionError } from 'rxhome';
import { cacheLatest } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

describe('cacheLatest', () => {
  it('shares one subscription, and gives the latest value to those who come late', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a-----b---c--');
      const cached = source.pipe(cacheLatest(4));
      expectObservable(cached, '^--------!    ').toBe('-a-----b------');
      expectObservable(cached, '------^---!   ').toBe('-------b------'); // a is 5 old
      expectObservable(cached, '---------^--! ').toBe('---------b-c--'); // b is 2 old
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
    }));

  it('keeps a value to its last millisecond, and no longer', () =>
    marbles(({ hot, expectObservable }) => {
      const cached = hot('-a--------').pipe(cacheLatest(4));
      expectObservable(cached).toBe('          -a--------');
      expectObservable(cached, '-----^').toBe('-----a----');
      expectObservable(cached, '------^').toBe('----------');
    }));

  it('leaves the source with the last subscriber, keeps the value, and subscribes again', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a---b---c');
      const cached = source.pipe(cacheLatest(4));
      expectObservable(cached, '^-!       ').toBe('-a--------');
      expectObservable(cached, '----^-!   ').toBe('----ab----');
      expectObservable(cached.pipe(take(1)), '-------^').toBe('-------(b|)');
      expectObservable(cached, '----------^').toBe('----------');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '----^-!', '----------^']);
    }));

  it('completes for all, and serves those who come later while the value is fresh', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a|');
      const cached = source.pipe(cacheLatest(4));
      expectObservable(cached).toBe('         -a|');
      expectObservable(cached, '^').toBe('    -a|');
      expectObservable(cached, '----^').toBe('----(a|)');
      expectObservable(cached, '------^').toBe('-------a|');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '------^-!']);
    }));

  it('subscribes again to a source that had completed without a value', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-|');
      const cached = source.pipe(cacheLatest(4));
      expectObservable(cached).toBe('      -|');
      expectObservable(cached, '--^').toBe('---|');
      expectSubscriptions(source.subscriptions).toBe(['^!', '--^!']);
    }));

  it('does not take the end of an earlier subscription for that of the next', () =>
    marbles(({ cold, hot, expectObservable }) => {
      const parts = [cold('a|'), hot('-------b----')];
      const cached = defer(() => parts.shift()!).pipe(cacheLatest(4));
      expectObservable(cached).toBe('           a|');
      expectObservable(cached, '------^-!').toBe('-------b----');
      // b is fresh, but its stream goes on.
      parts.push(hot('-----------c'));
      expectObservable(cached, '---------^').toBe('---------b-c');
    }));

  it('passes errors to all and keeps none', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('-a#');
      const cached = source.pipe(cacheLatest(4));
      expectObservable(cached).toBe('         -a#');
      expectObservable(cached, '-^').toBe('   -a#');
      expectObservable(cached, '----^').toBe('----aa#');
      expectSubscriptions(source.subscriptions).toBe(['^-!', '----^-!']);
    }));

  it('lets several begin anew together, while the others still learn of the end', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const failing = cold('-#');
      const ending = cold('  -|');
      const giving = cold('    -a');
      const parts = [failing, ending, giving];
      const cached = defer(() => parts.shift()!).pipe(cacheLatest(4));
      const expected = '   ---a';
      expectObservable(cached.pipe(retry(1), repeat(2))).toBe(expected);
      expectObservable(cached.pipe(retry(1), repeat(2))).toBe(expected);
      expectSubscriptions(giving.subscriptions).toBe('--^');
    }));

  it('runs no timer', () =>
    marbles(({ clock }) => {
      const source = new Subject<string>();
      const subscription = source.pipe(cacheLatest(4)).subscribe();
      source.next('a');
      subscription.unsubscribe();
      expect(clock.pendingCount).toBe(0);
      expect(source.observed).toBe(false);
    }));

  it('keeps a value for ever, if told so', () =>
    marbles(({ cold, expectObservable }) => {
      const cached = cold('a|').pipe(cacheLatest(Infinity));
      expectObservable(cached).toBe('            a|');
      expectObservable(cached, '600s ^').toBe('  600s (a|)');
    }));

  it('keeps an `undefined` like any other value', () =>
    marbles(({ cold, expectObservable }) => {
      const u = { u: undefined };
      const cached = cold<unknown>('u|', u).pipe(cacheLatest(4));
      expectObservable(cached).toBe('       u|', u);
      expectObservable(cached, '--^').toBe('--(u|)', u);
    }));

  it('takes a source that is there at once', () =>
    marbles(({ expectObservable }) => {
      let subscriptions = 0;
      const source = defer(() => concat(of(++subscriptions, 10), NEVER));
      const cached = source.pipe(cacheLatest(4));
      const values = { 1: 1, 2: 2, t: 10 };
      expectObservable(cached, '^-!').toBe('    (1t)', values);
      expectObservable(cached, '--^').toBe('    --(t2t)', values);
      expectObservable(of('a', 'b').pipe(cacheLatest(4))).toBe('(ab|)');
      const first = range(0, Infinity).pipe(cacheLatest(4), take(2));
      expectObservable(first).toBe('(01|)', { 0: 0, 1: 1 });
      const failing = throwError(() => new Error('oops')).pipe(cacheLatest(4));
      expectObservable(failing).toBe('#', undefined, new Error('oops'));
    }));

  it('gives a late subscriber all that its first value leads to, in order', () => {
    const source = new Subject<number>();
    const cached = source.pipe(cacheLatest(4));
    cached.subscribe();
    source.next(1);
    const seen: number[] = [];
    cached.subscribe((n) => {
      seen.push(n);
      if (n === 1) source.next(2);
    });
    expect(seen).toEqual([1, 2]);
  });

  it('does not subscribe for somebody whom the kept value was enough', () =>
    marbles(async ({ advance }) => {
      let subscriptions = 0;
      const source = defer(() => {
        subscriptions++;
        return concat(of('a'), NEVER);
      });
      const cached = source.pipe(cacheLatest(4));
      cached.subscribe().unsubscribe();
      cached.pipe(take(1)).subscribe();
      expect(subscriptions).toBe(1);
      await advance(5);
      cached.pipe(take(1)).subscribe();
      expect(subscriptions).toBe(2);
    }));

  it('shares nothing between two streams', () =>
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a');
      const cache = cacheLatest<string>(4);
      expectObservable(source.pipe(cache)).toBe('        a');
      expectObservable(source.pipe(cache), '-^').toBe('  -a');
      expectSubscriptions(source.subscriptions).toBe(['^', '-^']);
    }));

  it('keeps the type', () => {
    expectTypeOf(of(1).pipe(cacheLatest(5))).toEqualTypeOf<Observable<number>>();
  });

  it.each([0, -1, Number.NaN, '5', undefined])('refuses %p', (ms) => {
    expect(() => cacheLatest(ms as number)).toThrow(InvalidOptionError);
    expect(() => cacheLatest(ms as number)).toThrow(`\`ttlMs\`, got \`${String(ms)}\``);
  });
});
