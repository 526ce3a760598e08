/* eslint-disable @typescript-eslint/no-misused-promises -- async functions as timers are the subject */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate as realImmediate } from 'node:timers';
import { promisify } from 'node:util';
import {
  debounceTime,
  defer,
  delay,
  interval,
  mergeMap,
  retry,
  Subject,
  take,
  timeout,
  timer,
} from 'rxjs';
import { currentContext, Execution, runAsync } from '../../src/causality/execution.js';
import type { Context } from '../../src/causality/context.js';
import { every, nextTurn } from '../../src/clock/clock.js';
import { sleep } from '../../src/clock/sleep.js';
import { VirtualClock } from '../../src/testing/index.js';

let clock: VirtualClock | undefined;
const install = (options?: Parameters<typeof VirtualClock.install>[0]): VirtualClock =>
  (clock = VirtualClock.install(options));

afterEach(() => clock?.uninstall());

async function hops(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await Promise.resolve();
}

const globalsNow = (): unknown[] => [
  Date,
  Date.now,
  setTimeout,
  setInterval,
  setImmediate,
  clearTimeout,
  clearInterval,
  clearImmediate,
  performance,
  performance.now,
  Object.getOwnPropertyDescriptor(performance, 'now'),
  Object.getOwnPropertyDescriptor(globalThis, 'setTimeout'),
];

describe('VirtualClock', () => {
  it('gives one exact order to timers, streams, promises and async functions', async () => {
    const time = install();
    const seen: string[] = [];
    const log = (what: string): void => void seen.push(`${time.frame} ${what}`);

    interval(10)
      .pipe(take(3))
      .subscribe((n) => log(`interval ${n}`));
    const typed = new Subject<string>();
    typed.pipe(debounceTime(7)).subscribe((text) => log(`debounced ${text}`));
    typed.pipe(delay(3)).subscribe((text) => log(`delayed ${text}`));
    const ticking = setInterval(() => log('tick'), 12);
    setTimeout(() => {
      typed.next('a');
      log('typed a');
      void hops(20).then(() => {
        log('20 promises later');
        typed.next('b');
      });
    }, 5);
    setTimeout(async () => {
      await hops(5);
      log('before sleep');
      await sleep(4);
      log('after sleep');
      clearInterval(ticking);
    }, 20);
    nextTurn(() => log('immediate'));
    process.nextTick(() => log('nextTick'));
    queueMicrotask(() => log('microtask'));
    log(new Date().toISOString());

    await time.advance(100);
    expect(seen).toEqual([
      '0 2026-01-01T00:00:00.000Z',
      '0 microtask',
      '0 nextTick',
      '0 immediate',
      '5 typed a',
      '5 20 promises later',
      '8 delayed a',
      '8 delayed b',
      '10 interval 0',
      '12 tick',
      '12 debounced b',
      '20 before sleep',
      '20 interval 1',
      '24 tick',
      '24 after sleep',
      '30 interval 2',
    ]);
    expect(time.pendingCount).toBe(0);
  });

  it('takes promises, timeouts and retries of RxJS into virtual time', async () => {
    const time = install();
    const seen: string[] = [];
    let attempts = 0;
    const ask = async (): Promise<string> => {
      attempts++;
      seen.push(`${time.frame} attempt ${attempts}`);
      await sleep(attempts < 3 ? 1_000 : 10);
      return 'answer';
    };
    timer(5)
      .pipe(
        mergeMap(() =>
          defer(ask).pipe(timeout(100), retry({ count: 5, delay: (_, n) => timer(50 * n) })),
        ),
      )
      .subscribe((answer) => seen.push(`${time.frame} ${answer}`));
    await time.advance('10s');
    expect(seen).toEqual(['5 attempt 1', '155 attempt 2', '355 attempt 3', '365 answer']);
  });

  it('runs what is set meanwhile, if it is due within the span, and stops at its end', async () => {
    const time = install();
    const seen: number[] = [];
    const next = (): void => {
      seen.push(time.frame);
      if (time.frame < 60) setTimeout(next, 10);
    };
    setTimeout(next, 10);
    await time.advance(30);
    expect(seen).toEqual([10, 20, 30]);
    expect(time.frame).toBe(30);
    await time.advance(1_000);
    expect(seen).toEqual([10, 20, 30, 40, 50, 60]);
    expect([time.frame, Date.now(), performance.now()]).toEqual([1_030, time.now, 1_030]);
  });

  it('keeps delays of 0 within the instant, and lets immediates go before them', async () => {
    const time = install();
    const seen: string[] = [];
    setTimeout(() => {
      setTimeout(() => seen.push(`${time.frame} nested`), 0);
      setImmediate(() => seen.push(`${time.frame} immediate`));
      seen.push(`${time.frame} first`);
    }, 5);
    setTimeout(() => seen.push(`${time.frame} second`), 5);
    await time.advance(5);
    expect(seen).toEqual(['5 first', '5 second', '5 immediate', '5 nested']);
  });

  it('lets several calls advance at once, each to its own end', async () => {
    const time = install();
    const seen: string[] = [];
    const until = (name: string, ms: number): Promise<unknown> =>
      time.advance(ms).then(() => seen.push(`${time.frame} ${name}`));
    await Promise.all([until('long', 50), until('short', 20), until('also short', 20)]);
    expect(seen).toEqual(['20 short', '20 also short', '50 long']);
  });

  it('goes through hours of 20 ms ticks with promises', async () => {
    const time = install();
    let ticks = 0;
    const settled = Promise.resolve(); // jest is slow to find a global
    setInterval(async () => {
      await settled;
      ticks++;
    }, 20);
    await time.advance('3h');
    expect(ticks).toBe(540_000);
  }, 60_000);

  it('holds time still while real work runs', async () => {
    const time = install();
    let isRunning = true;
    let turns = 0;
    const work = (): void => {
      if (++turns < 200) realImmediate(work);
      else {
        seen.push(`${time.frame} worked`);
        isRunning = false;
      }
    };
    const seen: string[] = [];
    time.busy = () => isRunning;
    work();
    setTimeout(() => seen.push(`${time.frame} timeout`), 1);
    await time.advance(10);
    expect(seen).toEqual(['0 worked', '1 timeout']);
  });

  it('shows the timers that wait', async () => {
    const time = install({ trace: true });
    setInterval(function poll() {}, 30);
    const off = setTimeout(() => undefined, 10);
    interval(20)
      .subscribe()
      .add(() => undefined);
    expect(time.pendingTimers).toEqual([
      expect.objectContaining({ kind: 'timeout', dueInMs: 10, name: 'an anonymous function' }),
      expect.objectContaining({ kind: 'interval', dueInMs: 20, name: 'a timer of RxJS' }),
      expect.objectContaining({ kind: 'interval', dueInMs: 30, everyMs: 30, name: 'poll' }),
    ]);
    expect(time.pendingTimers[2]?.madeAt).toMatch(/^spec\/testing\/virtual-clock\.spec\.ts:\d+/);
    clearTimeout(off);
    expect(time.pendingCount).toBe(2);
  });

  it('knows handles as Node does', async () => {
    const time = install();
    const seen: string[] = [];
    const handle = setTimeout((a: string, b: string) => seen.push(a + b), 10, 'x', 'y');
    expect(handle.unref().hasRef()).toBe(false);
    clearTimeout(Number(setTimeout(() => seen.push('never'), 5)));
    clearTimeout(undefined);
    await time.advance(5);
    handle.refresh();
    await time.advance(9);
    expect(seen).toEqual([]);
    await time.advance(1);
    expect(seen).toEqual(['xy']);
    const promised = promisify(setTimeout)(5, 'value');
    await time.advance(5);
    expect(await promised).toBe('value');
    const noFunction = 7 as unknown as () => void;
    expect(() => setTimeout(noFunction, 1)).toThrow(TypeError);
  });

  it('makes dates of virtual time that are ordinary dates', () => {
    const real = new Date();
    const time = install({ startAt: '2026-03-29T00:59:59Z' });
    expect(new Date().toISOString()).toBe('2026-03-29T00:59:59.000Z');
    expect(real).toBeInstanceOf(Date);
    expect(new Date(5).getTime()).toBe(5);
    expect(Date.UTC(1970, 0)).toBe(0);
    expect(typeof Date()).toBe('string');
    const virtual = new Date();
    time.uninstall();
    expect(virtual).toBeInstanceOf(Date);
  });
});

describe('VirtualClock.advanceUntilIdle', () => {
  it('waits for all but intervals that have ticked', async () => {
    const time = install();
    const seen: string[] = [];
    every(30_000, () => seen.push(`${time.frame} poll`));
    setTimeout(() => setTimeout(() => seen.push(`${time.frame} done`), 40_000), 1);
    await time.advanceUntilIdle();
    expect(seen).toEqual(['30000 poll', '40001 done']);
  });

  it('reports timers that set each other for ever, with their place', async () => {
    const time = install();
    const again = (): void => void setTimeout(again, 60_000);
    again();
    await expect(time.advanceUntilIdle({ maxMs: '1h' })).rejects.toMatchObject({
      code: 'ENDLESS_TIMERS',
      message: expect.stringMatching(
        /^Waited 3600000 ms of virtual time for silence.*`again` \(spec\/testing\/virtual-clock/,
      ),
    });
  });

  it('reports an instant that never ends, with the place', async () => {
    const time = install();
    const spin = (): void => void setTimeout(spin, 0);
    spin();
    await expect(time.advance(1)).rejects.toMatchObject({
      code: 'ENDLESS_TIMERS',
      message: expect.stringMatching(
        /^100000 timers ran at 0 ms.*`spin` \(spec\/testing\/virtual-clock/,
      ),
    });
  });

  it('says so when nothing can bring what is waited for', async () => {
    const time = install();
    await expect(time.advanceUntil(() => false, { what: 'the postman' })).rejects.toMatchObject({
      code: 'NEVER_SETTLED',
      message: expect.stringContaining('Waited for the postman, which never comes'),
    });
  });
});

describe('VirtualClock.install', () => {
  it('leaves everything as it was, also after a throw', async () => {
    const before = globalsNow();
    const time = install();
    expect(globalsNow().filter((one, i) => one === before[i])).toEqual([performance, undefined]);
    setTimeout(() => {
      throw new Error('in a timer');
    }, 1);
    await expect(time.advance(1)).rejects.toThrow('in a timer');
    time.uninstall();
    time.uninstall();
    expect(globalsNow()).toEqual(before);
    globalsNow().forEach((one, i) => i < 10 && expect(one).toBe(before[i]));
  });

  it('lets what was kept from virtual time work in real time', async () => {
    install();
    const kept = setTimeout;
    clock?.uninstall();
    await new Promise<void>((resolve) => kept(resolve, 1));
  });

  it('is refused while another clock is installed, which is named', () => {
    install({ name: 'the kitchen test' });
    expect(() => VirtualClock.install()).toThrow(
      expect.objectContaining({
        code: 'VIRTUAL_TIME_IN_USE',
        message: expect.stringContaining('`the kitchen test`'),
      }),
    );
    clock?.uninstall();
    install();
    expect(() => VirtualClock.install()).toThrow(
      /`spec\/testing\/virtual-clock\.spec\.ts:\d+:\d+`/,
    );
  });

  it('is refused while the runner has fake timers', () => {
    jest.useFakeTimers();
    try {
      expect(() => VirtualClock.install()).toThrow(/fake timers of the test runner/);
    } finally {
      jest.useRealTimers();
    }
  });

  it('ends an advance that nobody awaited', async () => {
    const time = install();
    const forgotten = time.advance(10);
    time.uninstall();
    await expect(forgotten).rejects.toMatchObject({ code: 'FORGOTTEN_AWAIT' });
    await expect(time.advance(1)).rejects.toMatchObject({ code: 'FORGOTTEN_AWAIT' });
  });
});

describe('async context in virtual time', () => {
  it('is kept by timeouts and immediates, and dropped by intervals and by the clock', async () => {
    const time = install();
    const storage = new AsyncLocalStorage<string>();
    const seen: string[] = [];
    const log = (what: string): void => void seen.push(`${what}: ${storage.getStore() ?? 'none'}`);
    storage.run('a', () => {
      setTimeout(async () => {
        log('timeout');
        await hops(3);
        log('after await');
        setTimeout(() => log('nested'), 1);
      }, 10);
      setImmediate(() => log('immediate'));
      const ticks = setInterval(() => {
        log('interval');
        storage.enterWith('from a tick');
        if (time.frame > 10) clearInterval(ticks);
      }, 10);
      setTimeout(() => storage.enterWith('changed'), 10);
    });
    setTimeout(() => log('outside'), 10);
    await storage.run('who advances', () => time.advance(30));
    expect(seen).toEqual([
      'immediate: a',
      'timeout: a',
      'after await: a',
      'interval: none',
      'outside: none',
      'nested: a',
      'interval: none',
    ]);
  });

  it('carries the cause over a sleep, and none into a tick', async () => {
    const time = install();
    const cause = { id: 'cause' } as unknown as Context;
    const seen: unknown[] = [];
    runAsync(new Execution(null, cause, null), () => {
      every(10, () => seen.push(['tick', currentContext()]));
      void sleep(10).then(() => seen.push(['sleep', currentContext()]));
    });
    await time.advance(10);
    expect(seen).toEqual([
      ['tick', null],
      ['sleep', cause],
    ]);
  });
});
