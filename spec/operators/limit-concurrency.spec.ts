import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import {
  delay,
  EMPTY,
  map,
  NEVER,
  type Observable,
  of,
  range,
  Subject,
  take,
  throwError,
  timer,
} from 'rxjs';
import {
  CancelledError,
  currentContext,
  InvalidOptionError,
  OverflowError,
  runUncaused,
  sleep,
} from 'rxhome';
import { limitConcurrency, type LimitConcurrencyOptions } from 'rxhome/operators';
import { createTestHub, marbles } from 'rxhome/testing';

const takes3 = (value: string): Observable<string> => of(value).pipe(delay(3));
const oops = new Error('oops');

/** Notes the values that begin, and lets the test end each. */
function worksite() {
  const begun: number[] = [];
  const signals: AbortSignal[] = [];
  const ends = new Map<number, Subject<string>>();
  const project = (value: number, signal: AbortSignal): Observable<string> => {
    begun.push(value);
    signals.push(signal);
    const end = new Subject<string>();
    ends.set(value, end);
    return end;
  };
  const end = (value: number): void => ends.get(value)!.complete();
  return { begun, signals, ends, project, end };
}

describe('limitConcurrency', () => {
  it('works on as many values at once as the limit says; the others wait', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const values = hot('-ab-c-----|');
      const subs = '      ^---------!';
      const expected = '  ----ab-c--|';
      expectObservable(values.pipe(limitConcurrency(2, takes3))).toBe(expected);
      expectSubscriptions(values.subscriptions).toBe(subs);
      const one = '       ----a--b--(c|)';
      expectObservable(hot('-ab-c-----|').pipe(limitConcurrency(1, takes3))).toBe(one);
    }));

  it('completes when the source has, and all that runs or waits is done', () =>
    marbles(({ hot, expectObservable }) => {
      const values = hot('-abc|');
      const expected = '  ----ab-(c|)';
      expectObservable(values.pipe(limitConcurrency(2, takes3))).toBe(expected);
      expectObservable(hot('-a|').pipe(limitConcurrency(2, () => EMPTY))).toBe('--|');
      expectObservable(hot('-a|').pipe(limitConcurrency(2, () => NEVER))).toBe('---');
    }));

  it('takes promises, Observables and plain values, lists among them', () =>
    marbles(({ expectObservable }) => {
      const project = (value: string): unknown => {
        if (value === 'p') return sleep(2).then(() => 'promise');
        if (value === 'o') return of(1, 2);
        return value === 'l' ? ['list'] : undefined;
      };
      const values = { q: 'promise', x: 1, y: 2, l: ['list'], u: undefined };
      const result = of('o', 'l', 'u').pipe(limitConcurrency(9, project));
      expectObservable(result).toBe('(xylu|)', values);
      expectObservable(of('p').pipe(limitConcurrency(1, project))).toBe('--(q|)', values);
    }));

  it('starts in the order of the values, also what waits, and values that come meanwhile', () => {
    const { begun, project, end } = worksite();
    const source = new Subject<number>();
    source
      .pipe(
        limitConcurrency(2, (value, signal) => {
          // Comes while 3 is being started, and 4 still waits.
          if (value === 3) source.next(5);
          return project(value, signal);
        }),
      )
      .subscribe();
    for (let n = 1; n <= 4; n++) source.next(n);
    expect(begun).toEqual([1, 2]);
    end(2);
    expect(begun).toEqual([1, 2, 3]);
    end(1);
    end(3);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('lets a value wait behind those that waited before, also when there is room for it', () => {
    const { begun, project, end } = worksite();
    const source = new Subject<number>();
    source
      .pipe(
        limitConcurrency(2, (value, signal) => {
          const result = project(value, signal);
          if (value === 3) {
            end(2); // a second place, for 4, while the first is being given to 3
            source.next(5);
          }
          return result;
        }),
      )
      .subscribe();
    for (let n = 1; n <= 4; n++) source.next(n);
    end(1);
    end(3);
    expect(begun).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts nothing more when a project has led to unsubscribing', () => {
    const { begun, project, end } = worksite();
    const source = new Subject<number>();
    const subscription = source
      .pipe(
        limitConcurrency(1, (value, signal) => {
          if (value === 2) subscription.unsubscribe();
          return project(value, signal);
        }),
      )
      .subscribe();
    for (let n = 1; n <= 3; n++) source.next(n);
    end(1);
    expect(begun).toEqual([1, 2]);
  });

  it('never runs more than the limit, with values that come in the midst of a start', () => {
    const source = new Subject<number>();
    let running = 0;
    let most = 0;
    const ends = new Subject<void>();
    source
      .pipe(
        limitConcurrency(2, (value) => {
          most = Math.max(most, ++running);
          if (value < 5) source.next(value + 1);
          return ends.pipe(
            take(1),
            map(() => running--),
          );
        }),
      )
      .subscribe();
    source.next(1);
    for (let i = 0; i < 9; i++) ends.next();
    expect(most).toBe(2);
    expect(running).toBe(0);
  });

  it('passes an error of the source at once, aborts what runs and drops what waits', () =>
    marbles(async ({ hot, expectObservable, clock, advance }) => {
      const { begun, signals, project } = worksite();
      const values = hot<number>('-abc#', { a: 1, b: 2, c: 3 }, oops);
      expectObservable(values.pipe(limitConcurrency(2, project))).toBe('----#', undefined, oops);
      await advance(4);
      expect(begun).toEqual([1, 2]);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
      expect(clock.pendingCount).toBe(0);
    }));

  it.each([
    ['throws', () => 0, { error: oops }],
    ['gives an Observable that fails', () => throwError(() => oops), undefined],
    ['gives a promise that rejects', () => Promise.reject(oops), undefined],
  ])('passes the error of a project that %s, and ends all else', (_, result, thrown) =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, advance }) => {
      const signals: AbortSignal[] = [];
      const values = hot('-abc---');
      const project = (value: string, signal: AbortSignal): unknown => {
        signals.push(signal);
        if (value === 'a') return NEVER;
        if (thrown) throw thrown.error;
        return result();
      };
      const stream = values.pipe(limitConcurrency(2, project));
      expectObservable(stream).toBe('--#', undefined, oops);
      expectSubscriptions(values.subscriptions).toBe('^-!');
      await advance(5);
      // Only what was still running is told.
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
    }),
  );

  it('aborts what runs and drops what waits when it is unsubscribed', () =>
    marbles(async ({ hot, expectObservable, expectSubscriptions, clock, advance }) => {
      const signals: AbortSignal[] = [];
      const inner = timer(1, 1);
      const values = hot('-abc----');
      const project = (value: string, signal: AbortSignal): unknown => {
        signals.push(signal);
        return value === 'a' ? of('A') : inner.pipe(map(() => value));
      };
      const stream = values.pipe(limitConcurrency(1, project));
      expectObservable(stream, '^---!').toBe('-A-b----');
      expectSubscriptions(values.subscriptions).toBe('^---!');
      await advance(5);
      expect(clock.pendingCount).toBe(0);
      expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
      expect(signals[1]!.reason).toBeInstanceOf(CancelledError);
    }));

  it('aborts in the order in which they began, whichever places they have got', () => {
    const { project, end } = worksite();
    const source = new Subject<number>();
    const aborted: number[] = [];
    const subscription = source
      .pipe(
        limitConcurrency(3, (value, signal) => {
          signal.addEventListener('abort', () => aborted.push(value));
          return project(value, signal);
        }),
      )
      .subscribe();
    for (let n = 1; n <= 5; n++) source.next(n);
    end(1);
    end(2);
    subscription.unsubscribe();
    expect(aborted).toEqual([3, 4, 5]);
  });

  it('hears what only looks like a promise once, whatever it does', async () => {
    const seen: unknown[] = [];
    const twice = {
      then: (resolve: (value: number) => void, reject: (error: unknown) => void): void => {
        resolve(1);
        resolve(2);
        reject(oops);
      },
    };
    const source = new Subject<void>();
    source.pipe(limitConcurrency(1, () => twice)).subscribe((value) => seen.push(value));
    source.next();
    source.next();
    source.complete();
    await sleep(1);
    expect(seen).toEqual([1, 1]);
  });

  it('ignores what a promise brings after that', () =>
    marbles(async ({ hot, expectObservable, advance }) => {
      const project = async (value: string): Promise<string> => {
        await sleep(2);
        if (value === 'b') throw oops;
        return value;
      };
      expectObservable(hot('-ab-').pipe(limitConcurrency(2, project)), '^--!').toBe('--------');
      await advance(9);
    }));

  it('does not subscribe to a result when its project has led to unsubscribing', () => {
    let subscribed = 0;
    const source = new Subject<number>();
    const subscription = source
      .pipe(
        limitConcurrency(1, () => {
          subscription.unsubscribe();
          return timer(0).pipe(map(() => subscribed++));
        }),
      )
      .subscribe();
    source.next(1);
    expect(source.observed).toBe(false);
    return sleep(2).then(() => expect(subscribed).toBe(0));
  });

  it('lets a thousand wait by default, and drops the newest', () => {
    const { begun, project, end } = worksite();
    const dropped: [number, number][] = [];
    const onDrop = (value: number, count: number): void => void dropped.push([value, count]);
    const source = new Subject<number>();
    source.pipe(limitConcurrency(1, project, { onDrop })).subscribe();
    for (let n = 0; n <= 1_002; n++) source.next(n);
    expect(dropped).toEqual([
      [1_001, 1],
      [1_002, 2],
    ]);
    for (let n = 0; n <= 1_000; n++) end(n);
    expect(begun).toEqual(Array.from({ length: 1_001 }, (_, n) => n));
  });

  it('drops the oldest of those that wait, if told so', () => {
    const { begun, project, end } = worksite();
    const dropped: number[] = [];
    const source = new Subject<number>();
    const options: LimitConcurrencyOptions<number> = {
      maxQueue: 2,
      overflow: 'drop-oldest',
      onDrop: (value) => dropped.push(value),
    };
    source.pipe(limitConcurrency(1, project, options)).subscribe();
    for (let n = 1; n <= 5; n++) source.next(n);
    expect(dropped).toEqual([2, 3]);
    end(1);
    end(4);
    expect(begun).toEqual([1, 4, 5]);
  });

  it('drops the newest where nothing may wait', () => {
    const { begun, project, end } = worksite();
    const dropped: number[] = [];
    const source = new Subject<number>();
    const options: LimitConcurrencyOptions<number> = {
      maxQueue: 0,
      overflow: 'drop-oldest',
      onDrop: (value) => dropped.push(value),
    };
    source.pipe(limitConcurrency(1, project, options)).subscribe();
    source.next(1);
    source.next(2);
    end(1);
    source.next(3);
    expect(dropped).toEqual([2]);
    expect(begun).toEqual([1, 3]);
  });

  it('fails when there is no room, if told so', () =>
    marbles(({ hot, expectObservable }) => {
      const options: LimitConcurrencyOptions<string> = { maxQueue: 1, overflow: 'error' };
      const error = new OverflowError(
        'There is no room for another value: 1 run and 1 wait already.',
      );
      const stream = hot('-abc').pipe(limitConcurrency(1, takes3, options));
      expectObservable(stream).toBe('---#', undefined, error);
    }));

  it('takes as many as come, if told so', () => {
    const seen: unknown[] = [];
    const gate = new Subject<void>();
    range(1, 5_000)
      .pipe(limitConcurrency(1, (n) => (n === 1 ? gate : of(n)), { maxQueue: Infinity }))
      .subscribe((n) => seen.push(n));
    gate.complete(); // and that many at once do not nest
    expect(seen).toEqual(Array.from({ length: 4_999 }, (_, i) => i + 2));
  });

  it('takes a source that is there at once', () =>
    marbles(({ expectObservable }) => {
      const first = range(0, Infinity).pipe(
        limitConcurrency(1, (n) => n),
        take(2),
      );
      expectObservable(first).toBe('(01|)', { 0: 0, 1: 1 });
      expectObservable(of('a', 'b').pipe(limitConcurrency(1, takes3))).toBe('---a--(b|)');
    }));

  it('has work of its own for each subscriber', () =>
    marbles(({ cold, expectObservable }) => {
      const values = cold('ab|').pipe(limitConcurrency(1, takes3));
      expectObservable(values).toBe('    ---a--(b|)');
      expectObservable(values, '-^-').toBe('----a--(b|)');
    }));

  it('works on a value that waited with the cause that it came with', async () => {
    const hub = createTestHub();
    const causes: (string | undefined)[] = [];
    const ids: string[] = [];
    const ended = new Subject<void>();
    hub.bus.listen('*', ({ type, context }) => {
      if (type === 'work') ids.push(context.id);
    });
    hub.bus
      .on('work')
      .pipe(
        limitConcurrency(1, () => {
          causes.push(currentContext()?.id);
          return ended.pipe(take(1));
        }),
      )
      .subscribe();
    hub.bus.on('end').subscribe(() => ended.next());
    hub.bus.fire('work');
    hub.bus.fire('work');
    hub.bus.fire('end');
    hub.bus.fire('work');
    runUncaused(() => ended.next());
    expect(causes).toHaveLength(3);
    expect(causes).toEqual(ids);
    await hub.stop();
  });

  it('keeps the cause with its value when the oldest is dropped', async () => {
    const hub = createTestHub();
    const worked: [number, boolean][] = [];
    const ended = new Subject<void>();
    hub.bus
      .on('work')
      .pipe(
        limitConcurrency(
          1,
          ({ data, context }) => {
            worked.push([data['n'] as number, currentContext()?.id === context.id]);
            return ended.pipe(take(1));
          },
          { maxQueue: 1, overflow: 'drop-oldest' },
        ),
      )
      .subscribe();
    for (let n = 1; n <= 3; n++) hub.bus.fire('work', { n });
    runUncaused(() => ended.next());
    expect(worked).toEqual([
      [1, true],
      [3, true],
    ]);
    await hub.stop();
  });

  it('knows the type of what comes out', () => {
    const numbers = of(1);
    const project = limitConcurrency;
    expectTypeOf(numbers.pipe(project(1, async (n) => String(n)))).toEqualTypeOf<
      Observable<string>
    >();
    expectTypeOf(numbers.pipe(project(1, (n) => of(n > 1)))).toEqualTypeOf<Observable<boolean>>();
    expectTypeOf(numbers.pipe(project(1, (n) => [n]))).toEqualTypeOf<Observable<number[]>>();
    void numbers.pipe(
      project(1, (n, signal) => {
        expectTypeOf(n).toEqualTypeOf<number>();
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      }),
    );
  });

  it.each([
    ['limit', [0, takes3]],
    ['limit', [1.5, takes3]],
    ['limit', [Infinity, takes3]],
    ['project', [1, 'takes3']],
    ['maxQueue', [1, takes3, { maxQueue: -1 }]],
    ['maxQueue', [1, takes3, { maxQueue: 0.5 }]],
    ['overflow', [1, takes3, { overflow: 'latest-by-key' }]],
  ] as [string, Parameters<typeof limitConcurrency>][])('refuses a bad %s: %p', (name, given) => {
    expect(() => limitConcurrency(...given)).toThrow(InvalidOptionError);
    expect(() => limitConcurrency(...given)).toThrow(`as \`${name}\`, got \``);
  });
});
