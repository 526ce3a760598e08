import { describe, expect, it } from '@jest/globals';
import { map, mergeMap, of, switchMap, throwError, timer } from 'rxjs';
import { keepAlive } from 'rxhome/operators';
import { createTestHub, marbles } from 'rxhome/testing';

const failsOn = (bad: string) =>
  map((value: string) => {
    if (value === bad) throw new Error(`no ${bad}`);
    return value;
  });

describe('keepAlive', () => {
  it('goes on behind an operator that fails, and reports each failure', () =>
    marbles(({ hot, expectObservable, expectSubscriptions, at }) => {
      const reports: unknown[] = [];
      const source = hot('          -a-b-c-b-b-d--|');
      const stream = source.pipe(
        failsOn('b'),
        keepAlive((error) => reports.push(error)),
      );
      expectObservable(stream).toBe('-a---c-----d--|');
      expectSubscriptions(source.subscriptions).toBe([
        '^--!',
        '---^---!',
        '-------^-!',
        '---------^----!',
      ]);
      at(20, () => expect(reports.map(String)).toEqual(Array(3).fill('Error: no b')));
    }));

  it('reports every failure of every subscriber for itself', () =>
    marbles(({ hot, expectObservable, at }) => {
      const reports: unknown[] = [];
      const source = hot('          -a-b-c-|');
      const stream = source.pipe(
        failsOn('b'),
        keepAlive((error) => reports.push(error)),
      );
      expectObservable(stream).toBe('-a---c-|');
      expectObservable(stream).toBe('-a---c-|');
      at(20, () => expect(reports).toHaveLength(2));
    }));

  it('ends an error of the source itself by subscribing again, and loses what was pending', () =>
    marbles(({ hot, cold, expectObservable, expectSubscriptions }) => {
      const reports: unknown[] = [];
      const source = cold('                     -a--#');
      expectObservable(source.pipe(keepAlive((e) => reports.push(e))), '^--------!').toBe(
        '-a---a---',
      );
      expectSubscriptions(source.subscriptions).toBe(['^---!', '----^---!', '--------^!']);
      const doors = hot('                       -a-x---|');
      const stream = doors.pipe(
        mergeMap((v) => (v === 'x' ? throwError(() => new Error(v)) : timer(4).pipe(map(() => v)))),
        keepAlive((e) => reports.push(e)),
      );
      expectObservable(stream).toBe('           -------|');
    }));

  it('passes on an error that comes at once while it subscribes again', () => {
    const reports: unknown[] = [];
    const seen: string[] = [];
    const oops = new Error('oops');
    throwError(() => oops)
      .pipe(keepAlive((error) => reports.push(error)))
      .subscribe({ error: (error: any) => seen.push(String(error)) });
    expect(reports).toEqual([oops]);
    expect(seen).toEqual(['Error: oops']);
  });

  it('takes a synchronous source, and unsubscribes with it', () =>
    marbles(({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-|');
      expectObservable(
        source.pipe(
          failsOn('b'),
          keepAlive(() => 0),
        ),
        '^---!',
      ).toBe('-a---');
      expectSubscriptions(source.subscriptions).toBe(['^--!', '---^!']);
      expectObservable(of('a', 'c').pipe(keepAlive(() => 0))).toBe('(ac|)');
    }));

  it('can fail again after it went on: each failure that is not at once is survived', () => {
    const hub = createTestHub();
    const [seen, reports]: unknown[][] = [[], []];
    hub.bus
      .on('a')
      .pipe(
        switchMap(({ data }) => (data['bad'] ? throwError(() => data['bad']) : of(data['n']))),
        keepAlive((error) => reports!.push(error)),
      )
      .subscribe((n) => seen!.push(n));
    for (let n = 0; n < 100; n++) hub.bus.fire('a', n % 2 ? { bad: n } : { n });
    expect(seen).toHaveLength(50);
    expect(reports).toHaveLength(50);
    expect(hub.bus.listenerCounts()).toEqual({ a: 1 });
  });
});
