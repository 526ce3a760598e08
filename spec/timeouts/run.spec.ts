import { getEventListeners } from 'node:events';
import { inspect } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { expectTypeOf } from 'expect-type';
import { from, of, switchMap } from 'rxjs';
import { type HubErrorReport, sleep, TimeoutError } from 'rxhome';
import { createTestHub, expectNoLeaks, marbles } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';
import { ending, timedOutAt, work } from './work.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('timeout.run', () => {
  it('gives what the function gives, and keeps no timer', () =>
    marbles(async ({ hub, clock }) => {
      const run = hub.timeout.run(50, (signal) => work(20, signal, 'ok' as const));
      expectTypeOf(run).toEqualTypeOf<Promise<'ok' | undefined>>();
      expect(hub.snapshot().timeouts).toEqual([{ zone: null, running: 1, frozen: false }]);
      expect(await ending(clock, run)).toEqual({ at: 20, value: 'ok' });
      expect(clock.pendingCount).toBe(0);
      expectNoLeaks(hub);
    }));

  it('rejects in time with a TimeoutError that names function, owner and time', () =>
    marbles(async ({ hub, clock }) => {
      const lamp = hub.scope.child('lamp');
      const run = hub.scoped(lamp).timeout.run(50, async function readState() {
        await sleep(200);
      });
      const { at, error } = await ending(clock, run);
      expect(at).toBe(50);
      expect(error).toBeInstanceOf(TimeoutError);
      expect(String(error)).toBe('TimeoutError: `readState` of `lamp` did not end within 50 ms.');
      expect([lamp.size, hub.snapshot().timeouts]).toEqual([0, []]);
    }));

  it('names the zone', async () => {
    const hub = createTestHub();
    const run = hub.timeout.run(50, () => never(), { zone: 'recorder' });
    const failed = expect(run).rejects.toThrow(
      '`function` of `hub` did not end within 50 ms in zone `recorder`.',
    );
    await hub.advance(50);
    await failed;
  });

  it('calls the function at once', () => {
    const hub = createTestHub();
    const calls: string[] = [];
    void hub.timeout.run(50, () => calls.push('called'));
    expect(calls).toEqual(['called']);
  });

  it('takes functions that give no promise, or fail before they do', async () => {
    const hub = createTestHub();
    const broken = new Error('broken');
    expect(await hub.timeout.run(50, () => 42)).toBe(42);
    const failing = hub.timeout.run(50, (): never => {
      throw broken;
    });
    await expect(failing).rejects.toBe(broken);
    await hub.advance(0);
    expect(hub.errors).toEqual([]);
    expect(hub.clock!.pendingCount).toBe(0);
    expectNoLeaks(hub);
  });

  it('takes promises of any make', async () => {
    const hub = createTestHub();
    const lazy: PromiseLike<string> = {
      then: (resolve) => Promise.resolve('lazy').then(resolve),
    };
    expect(await hub.timeout.run(50, () => lazy)).toBe('lazy');
    expect(await hub.timeout.run(50, () => hub.createTask(() => 'task'))).toBe('task');
    const hostile = {
      then: () => {
        throw new Error('hostile');
      },
    };
    await expect(hub.timeout.run(50, () => hostile as never)).rejects.toThrow('hostile');
    expectNoLeaks(hub);
  });

  it('passes an error of the function on as it is, also one that looks like ours', async () => {
    const hub = createTestHub();
    const error = new TimeoutError('of somebody else');
    await expect(hub.timeout.run(50, () => Promise.reject(error))).rejects.toBe(error);
    expect(hub.clock!.pendingCount).toBe(0);
    expect(hub.errors).toEqual([]);
  });

  it('waits longer than a timer of Node can', () =>
    marbles(async ({ hub, clock }) => {
      const days30 = 30 * 86_400_000;
      const run = hub.timeout.run(days30 - 1, () => never());
      expect(await ending(clock, run)).toMatchObject(timedOutAt(days30 - 1));
    }));

  it('is an ordinary promise to who looks at it', async () => {
    const hub = createTestHub();
    const run = hub.timeout.run(50, () => Promise.resolve(1));
    expect(inspect(run)).toContain('pending');
    expect(inspect(Object.getPrototypeOf(run), { showHidden: true })).toBeTruthy();
    const next = run.then((n) => n + 1);
    expect(Object.getPrototypeOf(next)).toBe(Promise.prototype);
    expect(await Promise.all([run, next, run.finally(() => undefined)])).toEqual([1, 2, 1]);
  });

  it('flows in a stream', () =>
    marbles(({ hub, cold, expectObservable }) => {
      const limited = cold('a---b|').pipe(
        switchMap((key) =>
          from(hub.timeout.run(3, () => work(key === 'a' ? 2 : 9, undefined, key))),
        ),
      );
      const error = new TimeoutError('`function` of `hub` did not end within 3 ms.');
      expectObservable(limited).toBe('--a----#', undefined, error);
      expectObservable(of('x')).toBe('(x|)');
    }));
});

describe('the signal of the function', () => {
  it('aborts with the very error with which the run rejects', async () => {
    const hub = createTestHub();
    let told: unknown;
    const run = hub.timeout.run(50, async (signal) => {
      signal.addEventListener('abort', () => (told = signal.reason));
      await never();
    });
    const failed = run.catch((error: unknown) => error);
    await hub.advance(50);
    expect(told).toBeInstanceOf(TimeoutError);
    expect(await failed).toBe(told);
  });

  it('does not abort when the function has ended, or failed', async () => {
    const hub = createTestHub();
    const given: AbortSignal[] = [];
    await hub.timeout.run(50, (signal) => void given.push(signal));
    const failing = hub.timeout.run(50, async (signal) => {
      given.push(signal);
      throw new Error('broken');
    });
    await expect(failing).rejects.toThrow('broken');
    await hub.advance('1m');
    expect(given.map(({ aborted }) => aborted)).toEqual([false, false]);
  });

  it('finds the run gone when it aborts', async () => {
    const hub = createTestHub();
    const seen: unknown[] = [];
    const run = hub.timeout.run(
      50,
      (signal) => {
        signal.addEventListener('abort', () => seen.push(hub.snapshot().timeouts));
        return never();
      },
      { zone: 'a' },
    );
    run.catch(() => undefined);
    await hub.advance(50);
    expect(seen).toEqual([[]]);
  });

  it('is made for functions that declare it, mocks included', async () => {
    const hub = createTestHub();
    const mock = jest.fn(async (signal: AbortSignal) => signal.aborted);
    expect(await hub.timeout.run(50, mock)).toBe(false);
    const given: unknown[] = [];
    await hub.timeout.run(50, (...args: unknown[]) => void given.push(...args));
    expect(given).toEqual([undefined]);
  });
});

describe('what a function does after its run has ended', () => {
  const late = async (then: () => unknown): Promise<void> => {
    await sleep(100);
    await then();
  };

  it('is dropped when it is a result', async () => {
    const hub = createTestHub();
    const run = hub.timeout.run(50, () => late(() => 'late'));
    const failed = expect(run).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hub.advance('1m');
    await failed;
    expect(hub.errors).toEqual([]);
  });

  it('is reported when it is a failure of its own, once, with owner and name', async () => {
    const hub = createTestHub();
    const error = new Error('late');
    const lamp = hub.scoped(hub.scope.child('lamp'));
    const run = lamp.timeout.run(50, async function readState() {
      await late(() => Promise.reject(error));
    });
    await expect(Promise.all([run, hub.advance('1m')])).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hub.advance('1m');
    const report = { error, source: 'timeout', owner: 'lamp', name: 'readState', context: null };
    expect(hub.errors).toEqual([report]);
    await realTurn();
  });

  it.each<[string, (signal: AbortSignal) => unknown]>([
    ['the reason of its signal', (signal) => signal.reason],
    ['an AbortError made of it', () => new DOMException('aborted', 'AbortError')],
  ])('is no failure when it throws %s', async (_, errorOf) => {
    const hub = createTestHub();
    const run = hub.timeout.run(50, (signal) => late(() => Promise.reject(errorOf(signal))));
    await Promise.allSettled([run, hub.advance('1m')]);
    await realTurn();
    expect(hub.errors).toEqual([]);
  });
});

describe('a run that nobody awaits', () => {
  const reports = ({ errors }: { errors: readonly HubErrorReport[] }): unknown[] =>
    errors.map(({ source, owner, name, error }) => [source, owner, name, (error as Error).name]);

  it('is reported when it fails, once, and is no unhandled rejection', async () => {
    const hub = createTestHub();
    void hub.timeout.run(50, async function hanging() {
      await never();
    });
    void hub.timeout.run(50, async function failing() {
      throw new RangeError('broken');
    });
    void hub.timeout.run(0, function refused() {});
    await hub.advance('1m');
    await realTurn();
    expect(reports(hub)).toEqual([
      ['timeout', 'hub', 'refused', 'InvalidOptionError'],
      ['timeout', 'hub', 'failing', 'RangeError'],
      ['timeout', 'hub', 'hanging', 'TimeoutError'],
    ]);
  });

  it('is not reported when it was ended on purpose', async () => {
    const hub = createTestHub();
    const controller = new AbortController();
    const scope = hub.scope.child('lamp');
    void hub.timeout.run(50, never, { signal: controller.signal });
    void hub.timeout.run(50, never, { signal: AbortSignal.abort(new Error('before')) });
    void hub.scoped(scope).timeout.run(50, never);
    controller.abort(new Error('on purpose'));
    await scope.close();
    await hub.advance('1m');
    await realTurn();
    expect(hub.errors).toEqual([]);
  });

  it.each<[string, (run: Promise<unknown>) => unknown]>([
    ['awaited', async (run) => await run],
    ['chained', (run) => run.then(() => undefined)],
    ['caught', (run) => run.catch((error: unknown) => Promise.reject(error as Error))],
    ['followed by finally', (run) => run.finally(() => undefined)],
    ['part of Promise.all', (run) => Promise.all([run])],
    ['part of Promise.race', (run) => Promise.race([run])],
    ['returned by an async function', (run) => (async () => run)()],
    ['what a promise resolves with', (run) => new Promise((resolve) => resolve(run))],
    ['given to rxjs', (run) => new Promise((_, reject) => from(run).subscribe({ error: reject }))],
  ])('is not one that is %s', async (_, use) => {
    const hub = createTestHub();
    const used = use(hub.timeout.run(50, never)) as Promise<unknown>;
    const failed = expect(used).rejects.toMatchObject({ code: 'TIMEOUT' });
    await hub.advance('1m');
    await failed;
    expect(hub.errors).toEqual([]);
  });
});

describe('the signal of the caller', () => {
  it('rejects with its reason itself, and tells the function', () =>
    marbles(async ({ hub, clock }) => {
      const reason = { my: 'reason' };
      const controller = new AbortController();
      let told: unknown;
      const run = hub.timeout.run(
        50,
        async (signal) => {
          signal.addEventListener('abort', () => (told = signal.reason));
          await never();
        },
        { signal: controller.signal },
      );
      setTimeout(() => controller.abort(reason), 20);
      const { at, error } = await ending(clock, run);
      expect([at, error === reason, told === reason]).toEqual([20, true, true]);
      expect(clock.pendingCount).toBe(0);
      expectNoLeaks(hub);
    }));

  it('keeps the function from being called when it has aborted', async () => {
    const hub = createTestHub();
    const fn = jest.fn();
    const run = hub.timeout.run(50, fn, { signal: AbortSignal.abort('why') });
    await expect(run).rejects.toBe('why');
    expect(fn).not.toHaveBeenCalled();
    expectNoLeaks(hub);
  });

  it('may abort inside the function, before it gives a promise', async () => {
    const hub = createTestHub();
    const controller = new AbortController();
    const { signal } = controller;
    const run = hub.timeout.run(50, () => (controller.abort('inside'), 'too late'), { signal });
    await expect(run).rejects.toBe('inside');
    expectNoLeaks(hub);
  });

  it('changes nothing after the end, and has nothing left on it, however that came', async () => {
    const hub = createTestHub();
    const controller = new AbortController();
    const { signal } = controller;
    for (let i = 0; i < 100; i++) {
      expect(await hub.timeout.run(50, () => work(1, undefined, i), { signal, ...busy(hub) })).toBe(
        i,
      );
      await hub.timeout.run(50, () => Promise.reject(new Error('x')), { signal }).catch(() => 0);
    }
    const late = hub.timeout.run(50, never, { signal }).catch((error: unknown) => error);
    await hub.advance(50);
    expect(await late).toBeInstanceOf(TimeoutError);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    controller.abort();
    expectNoLeaks(hub);
  });

  // Lets the time pass that the work takes.
  const busy = (hub: { advance(ms: number): Promise<void> }): object => (void hub.advance(1), {});
});

describe('nested runs', () => {
  it('each have their own time', () =>
    marbles(async ({ hub, clock }) => {
      let inner: unknown;
      const outer = hub.timeout.run(100, async () => {
        inner = await ending(clock, hub.timeout.run(30, never));
        await sleep(50);
        return 'done';
      });
      expect(await ending(clock, outer)).toEqual({ at: 80, value: 'done' });
      expect(inner).toMatchObject(timedOutAt(30));
    }));

  it('end together when the inner one is given the signal of the outer', () =>
    marbles(async ({ hub, clock }) => {
      let inner: Promise<unknown> | undefined;
      const outer = hub.timeout.run(30, (signal) => {
        const run = hub.timeout.run(100, never, { signal });
        inner = ending(clock, run);
        return run;
      });
      const { at, error } = await ending(clock, outer);
      expect([at, await inner]).toEqual([30, { at: 30, error }]);
      expectNoLeaks(hub);
    }));
});

describe('bad input', () => {
  const fn = (): string => 'called';
  it.each<[string, unknown, unknown, unknown]>([
    ['0 ms', 0, fn, {}],
    ['negative ms', -1, fn, {}],
    ['NaN', NaN, fn, {}],
    ['endless ms', Infinity, fn, {}],
    ['text as ms', '5s', fn, {}],
    ['no ms', undefined, fn, {}],
    ['a promise for a function', 50, Promise.resolve(), {}],
    ['an empty zone', 50, fn, { zone: '' }],
    ['a number as zone', 50, fn, { zone: 1 }],
    ['null as zone', 50, fn, { zone: null }],
    ['a negative cool-down', 50, fn, { zone: 'global', coolDownMs: -1 }],
    ['an endless cool-down', 50, fn, { zone: 'global', coolDownMs: Infinity }],
    ['text as cool-down', 50, fn, { zone: 'global', coolDownMs: '1s' }],
    ['a signal that is none', 50, fn, { signal: 'soon' }],
  ])('%s is refused, and nothing is begun', async (_, ms, body, options) => {
    const hub = createTestHub();
    const run = hub.timeout.run(ms as number, body as never, options as never);
    await expect(run).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    expect([hub.snapshot().timeouts, hub.scope.size]).toEqual([[], 0]);
    await hub.advance(0);
    expect(hub.clock!.pendingCount).toBe(0);
  });

  it('is named with its value', async () => {
    const hub = createTestHub();
    const run = hub.timeout.run(50, fn, { zone: 'global', coolDownMs: -7 });
    await expect(run).rejects.toThrow('Expected milliseconds from 0 up as `coolDownMs`, got `-7`.');
  });
});

it('keeps thousands apart', async () => {
  const hub = createTestHub();
  const runs = Array.from({ length: 3000 }, (_, i) =>
    hub.timeout.run(100, () => work(i % 200, undefined, i), { zone: `zone ${i % 7}` }),
  );
  const settled = Promise.allSettled(runs);
  await hub.advance('1s');
  const results = await settled;
  const wrong = results.filter((result, i) =>
    i % 200 < 100
      ? result.status !== 'fulfilled' || result.value !== i
      : result.status !== 'rejected',
  );
  // At 100 both timers are due; that of the run was set first.
  expect(wrong).toEqual([]);
  expectNoLeaks(hub);
  expect([hub.snapshot().timeouts, hub.scope.size]).toEqual([[], 0]);
});
