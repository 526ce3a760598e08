import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { InvalidOptionError, isHubError, sleep, TimeoutError, withTimeout } from 'rxhome';
import { marbles } from 'rxhome/testing';
import { caught, never, unhandledDuring } from './outcomes.js';

describe('withTimeout', () => {
  it('gives what comes in time, of a function or a promise, and leaves no timer', () =>
    marbles(async ({ clock }) => {
      const slow = async (): Promise<string> => {
        await sleep(99);
        return 'in time';
      };
      expect(await withTimeout(100, slow)).toBe('in time');
      expect([clock.frame, clock.pendingCount]).toEqual([99, 0]);
      expect(await withTimeout(100, slow())).toBe('in time');
      expect(await withTimeout(100, () => 'at once')).toBe('at once');
      expect([clock.frame, clock.pendingCount]).toEqual([198, 0]);
    }));

  it('rejects when the time is over, naming the limit and the function', () =>
    marbles(async ({ clock }) => {
      const readMeter = (): Promise<never> => never();
      const error = await caught(withTimeout(5_000, readMeter));
      expect(error).toBeInstanceOf(TimeoutError);
      expect(isHubError(error, 'TIMEOUT')).toBe(true);
      expect((error as Error).message).toBe('`readMeter` took longer than 5000 ms.');
      expect([clock.frame, clock.pendingCount]).toEqual([5_000, 0]);
      expect(await caught(withTimeout(1, () => never()))).toMatchObject({
        message: 'It took longer than 1 ms.',
      });
      expect(await caught(withTimeout(1, never()))).toMatchObject({
        message: 'It took longer than 1 ms.',
      });
    }));

  it('tells the function by its signal, with the error itself, and does not wait for it', () =>
    marbles(async ({ clock }) => {
      let given: AbortSignal | undefined;
      const deaf = async (signal: AbortSignal): Promise<string> => {
        given = signal;
        await sleep(1_000);
        return 'too late';
      };
      const error = await caught(withTimeout(10, deaf));
      expect(clock.frame).toBe(10);
      expect(given?.reason).toBe(error);
      const obedient = (signal: AbortSignal): Promise<void> => sleep(1_000, { signal });
      expect(await caught(withTimeout(10, obedient))).toBeInstanceOf(TimeoutError);
    }));

  it('calls the function at once, and only then', () => {
    const calls: AbortSignal[] = [];
    void withTimeout(1_000, (signal) => void calls.push(signal));
    expect(calls).toHaveLength(1);
    expect(calls[0]?.aborted).toBe(false);
  });

  it('passes errors on as they are, also those that are thrown at once', () =>
    marbles(async ({ clock }) => {
      const broken = { not: 'an error object' };
      expect(await caught(withTimeout(10, () => Promise.reject(broken)))).toBe(broken);
      const thrower = (): never => {
        throw broken;
      };
      expect(await caught(withTimeout(10, thrower))).toBe(broken);
      expect(await caught(withTimeout(10, Promise.reject(broken)))).toBe(broken);
      expect(clock.pendingCount).toBe(0);
    }));

  it('does not abort what ended in time', () =>
    marbles(async ({ advance }) => {
      const outer = new AbortController();
      let given: AbortSignal | undefined;
      await withTimeout(10, (signal) => void (given = signal), { signal: outer.signal });
      await advance(20);
      outer.abort();
      expect(given?.aborted).toBe(false);
    }));

  it('rejects with the reason of the signal itself, at once, and tells the function', () =>
    marbles(async ({ at, clock }) => {
      const controller = new AbortController();
      const { signal } = controller;
      const reason = { not: 'an error' };
      let given: AbortSignal | undefined;
      at(5, () => controller.abort(reason));
      const deaf = (own: AbortSignal): Promise<never> => {
        given = own;
        return never();
      };
      const both = [withTimeout(10, deaf, { signal }), withTimeout(10, never(), { signal })];
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      expect(await Promise.all(both.map(caught))).toEqual([reason, reason]);
      expect(given?.reason).toBe(reason);
      expect([clock.frame, clock.pendingCount]).toEqual([5, 0]);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    }));

  it('does not call the function when the signal has aborted already', () =>
    marbles(async ({ clock }) => {
      const signal = AbortSignal.abort('before');
      let calls = 0;
      expect(await caught(withTimeout(10, () => calls++, { signal }))).toBe('before');
      expect([calls, clock.pendingCount]).toEqual([0, 0]);
    }));

  it('leaves nothing on a signal that lives on, however it ends', () =>
    marbles(async () => {
      const { signal } = new AbortController();
      for (let i = 0; i < 50; i++) {
        await withTimeout(10, () => sleep(1), { signal });
        await caught(withTimeout(10, () => never(), { signal }));
        await caught(withTimeout(10, () => Promise.reject(new Error('no')), { signal }));
        await caught(withTimeout(10, never(), { signal }));
      }
      expect(getEventListeners(signal, 'abort')).toEqual([]);
    }));

  it('takes care of what comes too late, and of promises that it refuses', async () => {
    const seen = await unhandledDuring(() =>
      marbles(async ({ advance }) => {
        const late = async (): Promise<never> => {
          await sleep(50);
          throw new Error('too late');
        };
        const aborted = AbortSignal.abort('before');
        expect(await caught(withTimeout(10, late))).toBeInstanceOf(TimeoutError);
        expect(await caught(withTimeout(10, late()))).toBeInstanceOf(TimeoutError);
        expect(await caught(withTimeout(10, late(), { signal: aborted }))).toBe('before');
        expect(await caught(withTimeout(-1, late()))).toBeInstanceOf(InvalidOptionError);
        await advance(100);
      }),
    );
    expect(seen).toEqual([]);
  });

  it('asks a promise of another make once', async () => {
    let asked = 0;
    const lazy = {
      // A query builder begins when somebody asks for its result.
      then: (resolve: (value: number) => void): void => resolve(++asked),
    } as PromiseLike<number>;
    expect(await withTimeout(1_000, lazy)).toBe(1);
    expect(asked).toBe(1);
  });

  it('with 0 lets through what ends before timers run', () =>
    marbles(async ({ clock }) => {
      expect(await withTimeout(0, async () => 'soon')).toBe('soon');
      expect(await caught(withTimeout(0, () => sleep(1)))).toBeInstanceOf(TimeoutError);
      expect(clock.frame).toBe(0);
    }));

  it('with Infinity ends by its signal only, and sets no timer', () =>
    marbles(async ({ clock, at }) => {
      const controller = new AbortController();
      at('20d', () => controller.abort('enough'));
      const waiting = withTimeout(Infinity, () => never(), { signal: controller.signal });
      expect(clock.pendingCount).toBe(1); // the one of the test
      expect(await caught(waiting)).toBe('enough');
    }));

  it.each([[-1], [NaN], ['10'], [undefined], [null]])('refuses %p as limit', async (ms) => {
    let calls = 0;
    const error = await caught(withTimeout(ms as number, () => calls++));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toContain(`as \`ms\`, got \`${String(ms)}\``);
    expect(calls).toBe(0);
  });

  it.each([[undefined], [null], [5], ['work'], [{}]])('refuses %p as work', async (work) => {
    const error = await caught(withTimeout(5, work as never));
    expect(error).toBeInstanceOf(InvalidOptionError);
    expect((error as Error).message).toContain('Expected a function or a promise');
  });

  it('refuses a controller in place of its signal', async () => {
    const signal = new AbortController() as never;
    expect(await caught(withTimeout(5, () => 1, { signal }))).toBeInstanceOf(InvalidOptionError);
  });
});
