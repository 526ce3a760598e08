import { describe, expect, it } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { type Observable, Subject } from 'rxjs';
import { BusEvent, sleep, workerModule } from 'rxhome';
import { type ActionMode, type ActionOptions, executeIn, runAction } from 'rxhome/operators';
import { createTestHub, marbles } from 'rxhome/testing';

/** An action of 3 ms that answers with the capital of its letter. */
const slow = async (letter: string, signal?: AbortSignal): Promise<string> => {
  await sleep(3, { signal });
  return letter.toUpperCase();
};

async function expectRuns(
  source: string,
  expected: string,
  options: ActionOptions<string>,
): Promise<void> {
  await marbles(({ hot, expectObservable }) => {
    expectObservable(hot(source).pipe(runAction(slow, options))).toBe(expected);
  });
}

describe('runAction', () => {
  it.each<[ActionMode, string, string]>([
    ['single', '  -a-b---c----|', '----A-----C-|'],
    ['restart', ' -a-b---c----|', '------B---C-|'],
    ['queued', '  -ab--------|', ' ----A--B---|'],
    ['parallel', '-ab--------|', ' ----AB-----|'],
  ])('in mode %s lets values in as Home Assistant does', async (mode, source, expected) => {
    await expectRuns(source, expected, { mode });
  });

  it('completes when the source has, and what runs or waits has ended', async () => {
    await expectRuns('-ab|', '----A--(B|)', { mode: 'queued' });
  });

  it('drops the newest beyond its bound, the oldest, or all but the latest of each key', async () => {
    await expectRuns('abcd---------|', '---A--B------|', { mode: 'queued', max: 2 });
    await expectRuns('abcd---------|', '---A--D------|', {
      mode: 'queued',
      max: 2,
      overflow: 'drop-oldest',
    });
    await expectRuns('abcB---------|', '---A--B--C---|', {
      mode: 'queued',
      max: 3,
      overflow: 'latest-by-key',
      key: (letter) => letter.toLowerCase(),
    });
    await expectRuns('abc----------|', '---A--C------|', { overflow: 'latest-by-key' });
  });

  it('cancels the oldest run for a newer value when none waits', async () => {
    await expectRuns('ab-------|', '----B----|', { overflow: 'drop-oldest' });
  });

  it('fails when there is no room and it was told to', async () => {
    await marbles(async ({ hot, advance }) => {
      const errors: unknown[] = [];
      hot('ab---|')
        .pipe(runAction(slow, { overflow: 'error' }))
        .subscribe({ error: (error: unknown) => errors.push(error) });
      await advance(10);
      expect(errors).toEqual([expect.objectContaining({ code: 'OVERFLOW' })]);
    });
  });

  it('passes an error of the source on at once, and cancels what runs', async () => {
    await marbles(async ({ hot, expectObservable, advance }) => {
      const signals: AbortSignal[] = [];
      const action = (_: string, signal: AbortSignal): Promise<void> => {
        signals.push(signal);
        return sleep(10, { signal });
      };
      expectObservable(hot('-a-#').pipe(runAction(action))).toBe('---#');
      await advance(5);
      expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    });
  });

  it('runs every value of an action that does all its work at once', async () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.bus
      .on('tick')
      .pipe(runAction((event: BusEvent) => event.data['n']))
      .subscribe((n) => seen.push(n));
    for (let n = 0; n < 5; n++) hub.bus.fire('tick', { n });
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    await hub.stop();
  });

  it('reports a run that fails, and goes on', async () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    hub.bus
      .on('tick')
      .pipe(
        runAction(async function toggle({ data }: BusEvent) {
          await sleep(1);
          if (data['n'] === 0) throw new Error('no lamp');
          return data['n'];
        }),
      )
      .subscribe((n) => seen.push(n));
    hub.bus.fire('tick', { n: 0 });
    await hub.advance(5);
    hub.bus.fire('tick', { n: 1 });
    await hub.advance(5);
    expect(seen).toEqual([1]);
    expect(hub.errors).toEqual([
      expect.objectContaining({ source: 'task', owner: 'hub', name: 'toggle' }),
    ]);
    await hub.stop();
  });

  it('passes a failure on where there is no hub to report it to', async () => {
    const source = new Subject<string>();
    const errors: unknown[] = [];
    source
      .pipe(
        runAction(() => {
          throw new Error('no lamp');
        }),
      )
      .subscribe({ error: (error: unknown) => errors.push(error) });
    source.next('a');
    expect(errors).toEqual([new Error('no lamp')]);
  });

  it('is caused by its value, also when a timer let that go', async () => {
    const hub = createTestHub();
    const events: BusEvent[] = [];
    hub.bus.listen('*', (event) => void events.push(event));
    hub.bus
      .on('press')
      .pipe(
        runAction(async () => {
          await sleep(10);
          hub.bus.fire('done');
        }),
      )
      .subscribe();
    hub.bus.fire('press');
    await hub.advance(20);
    const [press, done] = events as [BusEvent, BusEvent];
    expect(done.context.parentId).toBe(press.context.id);
    await hub.stop();
  });

  it('ends with its owner: runs are cancelled, what waits is dropped', async () => {
    const hub = createTestHub();
    const scope = hub.scope.child('automation');
    const reasons: unknown[] = [];
    const seen: unknown[] = [];
    hub
      .scoped(scope)
      .bus.on('tick')
      .pipe(
        runAction(
          (_, signal) =>
            sleep(100, { signal }).catch((reason: unknown) => {
              reasons.push(reason);
              throw reason;
            }),
          { mode: 'queued' },
        ),
      )
      .subscribe({ next: (x) => seen.push(x), complete: () => seen.push('complete') });
    hub.bus.fire('tick');
    hub.bus.fire('tick');
    expect(hub.snapshot().flows).toEqual([
      expect.objectContaining({ owner: 'automation', mode: 'queued', running: 1, waiting: 1 }),
    ]);
    await scope.close();
    expect(reasons).toHaveLength(1);
    expect(seen).toEqual([]);
    expect(hub.snapshot().flows).toEqual([]);
    expect(hub.errors).toEqual([]);
    await hub.stop();
  });

  it('counts what it drops', async () => {
    const hub = createTestHub();
    hub.bus
      .on('tick')
      .pipe(runAction(() => sleep(10)))
      .subscribe();
    for (let i = 0; i < 4; i++) hub.bus.fire('tick');
    expect(hub.snapshot().flows).toMatchObject([{ running: 1, dropped: 3, completed: 0 }]);
    await hub.advance(20);
    expect(hub.snapshot().flows).toMatchObject([{ running: 0, dropped: 3, completed: 1 }]);
    await hub.stop();
  });

  it('refuses options that it cannot keep', () => {
    expect(() => runAction(slow, { max: 0 })).toThrow('`max`, got `0`');
    expect(() => runAction(slow, { mode: 'sometimes' as ActionMode })).toThrow('got `sometimes`');
  });

  it('gives what the action gives', () => {
    expectTypeOf(runAction(slow)).toEqualTypeOf<
      (source: Observable<string>) => Observable<string>
    >();
  });
});

describe('executeIn', () => {
  it('calls a worker function with each value, caused by it', async () => {
    const hub = createTestHub({ time: 'real', executor: { maxThreads: 1 } });
    const files = workerModule<typeof import('../fixtures/blocking.worker.js')>(
      new URL('../fixtures/blocking.worker.js', import.meta.url),
    );
    const contexts: unknown[] = [];
    hub.activity$.subscribe(({ kind, phase, context }) => {
      if (kind === 'job' && phase === 'start') contexts.push(context?.id);
    });
    const ids: string[] = [];
    const done = new Promise<number>((resolve) => {
      hub.bus
        .on('compute')
        .pipe(
          executeIn(hub, files.add, {
            args: ({ data }: BusEvent): [number, number] => [data['n'] as number, 1],
          }),
        )
        .subscribe(resolve);
    });
    hub.bus.listen('compute', ({ context }) => void ids.push(context.id));
    hub.bus.fire('compute', { n: 41 });
    expect(await done).toBe(42);
    expect(contexts).toEqual(ids);
    await hub.stop();
  });

  it('refuses what is no worker function', () => {
    expect(() => executeIn({} as never, (() => 1) as never)).toThrow('worker module');
  });
});
