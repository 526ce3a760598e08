import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InvalidOptionError, Mutex, Semaphore } from 'rxhome';
import { caught, never } from './outcomes.js';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('lets so many be inside, and the others wait in order', async () => {
    const semaphore = new Semaphore(2);
    const order: number[] = [];
    const leave: (() => void)[] = [];
    for (let i = 0; i < 5; i++)
      void semaphore.acquire().then((release) => {
        order.push(i);
        leave.push(release);
      });
    await turn();
    expect([order, semaphore.stats]).toEqual([[0, 1], { inside: 2, waiting: 3 }]);
    leave[1]!();
    await turn();
    leave[0]!();
    await turn();
    expect([order, semaphore.stats]).toEqual([[0, 1, 2, 3], { inside: 2, waiting: 1 }]);
  });

  it('counts a release once, however often it is called', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    release();
    release();
    await semaphore.acquire();
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 0 });
    let isIn = false;
    void semaphore.acquire().then(() => (isIn = true));
    await turn();
    expect(isIn).toBe(false);
  });

  it('hands a place on, so that nobody who comes later slips in before', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    const release = await semaphore.acquire();
    void semaphore.acquire().then(() => order.push('who waited'));
    release();
    void semaphore.acquire().then(() => order.push('who came later'));
    await turn();
    expect(order).toEqual(['who waited']);
  });

  it('takes a waiter out at once when it aborts, with its own reason; the next one moves up', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const controller = new AbortController();
    const reason = new Error('not wanted');
    const aborted = semaphore.acquire(controller.signal);
    const next = semaphore.acquire();
    controller.abort(reason);
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 1 });
    await expect(aborted).rejects.toBe(reason);
    release();
    (await next)();
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });

  it('refuses a signal that has aborted, also when there is room', async () => {
    const semaphore = new Semaphore(1);
    const signal = AbortSignal.abort('why');
    await expect(semaphore.acquire(signal)).rejects.toBe('why');
    expect(semaphore.stats.inside).toBe(0);
  });

  it('leaves nothing on a signal that lives long', async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round++)
      await Promise.all([1, 2, 3].map(() => semaphore.run(turn, signal)));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends ten thousand waiters who share a signal, with one listener on it', async () => {
    const semaphore = new Semaphore(1);
    const release = await semaphore.acquire();
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = Array.from({ length: 10_000 }, () => caught(semaphore.acquire(signal)));
    const last = semaphore.acquire();
    expect(getEventListeners(signal, 'abort')).toHaveLength(1);
    controller.abort('storm');
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 1 });
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['storm']));
    release();
    (await last)();
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });

  it('hands a place on ten thousand times, in order, and leaves nothing on the signal', async () => {
    const semaphore = new Semaphore(1);
    const { signal } = new AbortController();
    const order: number[] = [];
    await Promise.all(
      Array.from({ length: 10_000 }, (_, i) => semaphore.run(() => order.push(i), signal)),
    );
    expect(order).toEqual(Array.from({ length: 10_000 }, (_, i) => i));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });

  it('lets in who has been handed the place although the signal aborts in that moment', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const release = await semaphore.acquire();
    const next = semaphore.acquire(controller.signal);
    release();
    controller.abort('too late'); // before the waiter could see it
    (await next)();
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });

  it('passes over who gave up when a place is handed on by an abort', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const release = await semaphore.acquire();
    const order: string[] = [];
    const gone = [1, 2].map(() => caught(semaphore.acquire(controller.signal)));
    void semaphore.run(() => order.push('third'));
    // The one inside leaves because of the same signal, and earlier than the waiters hear of it.
    controller.signal.addEventListener('abort', release);
    controller.abort('end');
    await turn();
    expect(await Promise.all(gone)).toEqual(['end', 'end']);
    expect([order, semaphore.stats]).toEqual([['third'], { inside: 0, waiting: 0 }]);
  });

  it('lets nobody wait for ever, whoever leaves or gives up when', async () => {
    const steps = fc.array(
      fc.oneof(
        fc.constant('ask' as const),
        fc.nat(20).map((at) => ({ at })),
      ),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 4 }), async (all, limit) => {
        const semaphore = new Semaphore(limit);
        const people: { abort: AbortController; leave?: () => void; isGone?: boolean }[] = [];
        const entered: number[] = [];
        for (const step of all) {
          const abort = new AbortController();
          const person = step === 'ask' ? { abort } : people[step.at];
          if (step === 'ask') {
            const index = people.push(person!) - 1;
            semaphore.acquire(abort.signal).then(
              (leave) => {
                entered.push(index);
                person!.leave = leave;
              },
              () => undefined,
            );
          } else if (person?.leave) person.leave();
          else if (person) {
            person.abort.abort();
            person.isGone = true;
          }
          await Promise.resolve();
          const { inside, waiting } = semaphore.stats;
          expect(inside <= limit && (waiting === 0 || inside === limit)).toBe(true);
        }
        for (let i = 0; i < people.length + 1; i++) {
          for (const { leave } of people) leave?.();
          await turn();
        }
        const expected = people.flatMap(({ isGone }, i) => (isGone ? [] : [i]));
        expect(entered.filter((i) => !people[i]?.isGone)).toEqual(expected);
        expect(entered).toEqual([...entered].sort((a, b) => a - b));
        expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
      }),
      { numRuns: 50 },
    );
  });

  it('refuses a controller in place of its signal', async () => {
    const acquired = new Semaphore(1).acquire(new AbortController() as never);
    expect(await caught(acquired)).toBeInstanceOf(InvalidOptionError);
  });

  it('keeps who is inside there when the signal aborts later', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    await semaphore.acquire(controller.signal);
    controller.abort();
    expect(semaphore.stats.inside).toBe(1);
  });

  it.each([[0], [-1], [1.5], [NaN], [Infinity], ['2'], [undefined]])(
    'refuses %p as limit',
    (limit) => {
      expect(() => new Semaphore(limit as number)).toThrow(InvalidOptionError);
    },
  );
});

describe('run', () => {
  it('leaves however the function ends, and gives its result', async () => {
    const semaphore = new Semaphore(1);
    expect(await semaphore.run(async () => 42)).toBe(42);
    expect(await semaphore.run(() => 'sync')).toBe('sync');
    const broken = new Error('broken');
    await expect(semaphore.run(() => Promise.reject(broken))).rejects.toBe(broken);
    const throwing = (): never => {
      throw broken;
    };
    await expect(semaphore.run(throwing)).rejects.toBe(broken);
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
  });
});

describe('run with a signal', () => {
  it('ends the waiting and never calls the function; what runs is not disturbed', async () => {
    const semaphore = new Semaphore(1);
    const controller = new AbortController();
    const calls: string[] = [];
    let leave: (() => void) | undefined;
    const first = semaphore.run(() => {
      calls.push('first');
      return new Promise<string>((resolve) => (leave = () => resolve('done')));
    }, controller.signal);
    const second = caught(semaphore.run(() => calls.push('second'), controller.signal));
    controller.abort('enough');
    expect(await second).toBe('enough');
    expect(semaphore.stats).toEqual({ inside: 1, waiting: 0 });
    leave!();
    expect([await first, calls]).toEqual(['done', ['first']]);
    expect(semaphore.stats).toEqual({ inside: 0, waiting: 0 });
    const late = semaphore.run(never, AbortSignal.abort('before'));
    expect(await caught(late)).toBe('before');
  });
});

describe('Mutex', () => {
  it('lets one be inside', async () => {
    const mutex = new Mutex();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      expect(mutex.isLocked).toBe(true);
      await turn();
      inside--;
    };
    await Promise.all(Array.from({ length: 20 }, () => mutex.run(work)));
    expect([most, mutex.isLocked]).toEqual([1, false]);
  });

  it('works with `using`', async () => {
    const mutex = new Mutex();
    {
      using held = await mutex.acquire();
      expect(held).toBeDefined();
      expect(mutex.isLocked).toBe(true);
    }
    expect(mutex.isLocked).toBe(false);
  });
});
