import { describe, expect, it } from '@jest/globals';
import { repeat, timer } from 'rxjs';
import { sleep } from 'rxhome';
import { closeTestHubs, createTestHub, marbles, type HubMarbleTest } from 'rxhome/testing';

/** The error with which a marble test fails. */
async function failure(body: (test: HubMarbleTest) => unknown): Promise<Error> {
  const error = await marbles(body).then(
    () => new Error('it passed'),
    (thrown: unknown) => thrown as Error,
  );
  return error;
}

const never = (): Promise<never> => new Promise(() => undefined);

describe('a marble test with a hub', () => {
  it('names the tasks that never settle', async () => {
    const hang = ({ hub }: HubMarbleTest): void => void hub.createTask(never, { name: 'blinds' });
    for (const wait of [never, ({ hub }: HubMarbleTest) => hub.blockTillDone()])
      expect(
        await failure((test) => {
          hang(test);
          return wait(test);
        }),
      ).toMatchObject({
        code: 'NEVER_SETTLED',
        message: expect.stringMatching(
          /^Waited for the (body of the marble test|hub), which never comes: .* Still running: task `blinds` of `hub`\.$/,
        ),
      });
  });

  it('names no more than five of them, and no background tasks', async () => {
    const { message } = await failure(({ hub }) => {
      hub.createBackgroundTask(never, { name: 'watcher' });
      for (let i = 1; i < 8; i++) hub.createTask(never, { name: `t${i}` });
      return never();
    });
    expect(message).toMatch(/Still running: task `t1` of `hub`, .*`t5` of `hub` and 2 more\.$/);
  });

  it('ends a body that waits while the hub goes on for ever', async () => {
    const poll = ({ hub }: HubMarbleTest): Promise<never> => {
      hub.createTask(
        async () => {
          for (;;) await sleep(3_600_000);
        },
        { name: 'poll' },
      );
      return never();
    };
    expect(await failure(poll)).toMatchObject({
      code: 'ENDLESS_TIMERS',
      message: expect.stringMatching(
        /^Waited 2592000000 ms of virtual time for the body of the marble test, and timers still go on: timeout of 3600000 ms .* Still running: task `poll` of `hub`\.$/,
      ),
    });
  });

  it('ends a loop of `advance`, and counts time that was asked for to nobody', async () => {
    const loop = async ({ advance }: HubMarbleTest): Promise<never> => {
      for (;;) await advance(10);
    };
    expect(await failure(loop)).toMatchObject({
      code: 'ENDLESS_TIMERS',
      message:
        'Waited for the body of the marble test while `advance` was called 100000 times, up to 1000000 ms: is it called in a loop that never ends?',
    });
    await marbles(async ({ advance, clock }) => {
      await advance('400d');
      await sleep(20 * 86_400_000);
      await advance('400d');
      await sleep(20 * 86_400_000);
      expect(clock.frame).toBe(840 * 86_400_000);
    });
  });

  it('ends events that lead to each other after an `await`', async () => {
    const circle = async ({ hub, advance }: HubMarbleTest): Promise<void> => {
      hub.bus.listen('bell', async function again() {
        await Promise.resolve();
        hub.bus.fire('bell');
      });
      hub.bus.fire('bell');
      await advance(5);
      expect(hub.errors.at(-1)).toMatchObject({ name: 'again', error: { code: 'ENDLESS_EVENTS' } });
    };
    expect(await failure(circle)).toMatchObject({
      code: 'ENDLESS_EVENTS',
      message:
        '100000 events led to each other and time never went on: `bell` of `hub` is fired again and again. Does a listener fire what it listens to?',
    });
  });

  it('lets events lead to each other while time goes on, and many events come from outside', () =>
    marbles(async ({ hub, advance }) => {
      let heard = 0;
      hub.bus.listen('tick', async () => {
        await (++heard % 60_000 === 0 ? sleep(1) : undefined);
        if (heard < 120_000) hub.bus.fire('tick');
      });
      hub.bus.fire('tick');
      await advance(10);
      for (let i = 0; i < 101_000; i++) hub.bus.fire('bell');
      expect(heard).toBe(120_000);
    }));

  it.each([
    ['the tool', ({ advance }: HubMarbleTest) => advance('1h'), 'advance'],
    ['the hub', ({ hub }: HubMarbleTest) => hub.advance('1h'), 'advance'],
    ['silence', ({ advanceUntilIdle }: HubMarbleTest) => advanceUntilIdle(), 'advanceUntilIdle'],
    ['silence of the hub', ({ hub }: HubMarbleTest) => hub.advanceUntilIdle(), 'advanceUntilIdle'],
  ])('wants an `await` for %s', async (_, wait, name) => {
    const forget = (test: HubMarbleTest): void => {
      setTimeout(() => undefined, 50);
      void wait(test);
    };
    expect(await failure(forget)).toMatchObject({
      code: 'FORGOTTEN_AWAIT',
      message: `The body of the test ended while \`${name}\` was still running: put \`await\` in front of it.`,
    });
  });

  it('fails with what a timer throws, and reports what a listener throws', async () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    const late = async ({ hub, advance }: HubMarbleTest): Promise<void> => {
      hub.bus.listen('x', () => setTimeout(boom, 5));
      hub.bus.fire('x');
      await advance(10);
    };
    expect((await failure(late)).message).toBe('boom');
    await marbles(({ hub, expectErrors }) => {
      expectErrors().toBe('a', { a: 'boom' });
      hub.bus.listen('x', boom);
      hub.bus.fire('x');
    });
  });

  it('ends intervals without delay', async () => {
    const spin = (): Promise<never> => {
      setInterval(function spinning() {}, 0);
      return never();
    };
    expect(await failure(spin)).toMatchObject({
      code: 'ENDLESS_TIMERS',
      message: expect.stringContaining('interval of 0 ms that calls `spinning`'),
    });
  });

  it('fails the test of the runner when it is not awaited, after it has ended', async () => {
    let ended = false;
    const forgotten = marbles(async () => {
      await sleep(5);
      ended = true;
    });
    const error: unknown = await closeTestHubs().catch((thrown: unknown) => thrown);
    expect(ended).toBe(true);
    expect(error).toMatchObject({
      code: 'FORGOTTEN_AWAIT',
      message:
        'The test ended while its marbles were still running: put `await` or `return` in front of `marbles(…)`.',
      stack: expect.stringContaining('spec/testing/endless.spec.ts'),
    });
    await forgotten;
    await closeTestHubs();
  });
});

describe('advanceUntilIdle', () => {
  it('lets all work end, and stops where only repeating timers are left', async () => {
    const hub = createTestHub();
    await hub.start(); // has a timer of its own, which keeps nothing alive
    let polls = 0;
    const poll = (): unknown =>
      setTimeout(() => {
        polls++;
        void Promise.resolve().then(poll);
      }, 30_000);
    poll();
    let ticks = 0;
    const interval = setInterval(() => ticks++, 10_000);
    hub.createTask(() => sleep(45_000));
    await hub.advanceUntilIdle();
    expect([hub.clock?.frame, polls, ticks]).toEqual([45_000, 1, 4]);
    await hub.advanceUntilIdle();
    expect(hub.clock?.frame).toBe(45_000);
    clearInterval(interval);
    await hub.stop();
  });

  it('waits for timers that are set once, and follow from each other', () =>
    marbles(async ({ clock, advanceUntilIdle }) => {
      const seen: string[] = [];
      const note = (text: string): void => void seen.push(`${clock.frame} ${text}`);
      setTimeout(() => setTimeout(() => setImmediate(() => note('chain')), 2_000), 1_000);
      timer(500).subscribe(() => note('rxjs'));
      void sleep(100)
        .then(() => sleep(700))
        .then(() => note('promise'));
      await advanceUntilIdle();
      expect(seen).toEqual(['500 rxjs', '800 promise', '3000 chain']);
    }));

  it('sees through retries with growing delays', () =>
    marbles(async ({ clock, advanceUntilIdle }) => {
      let tries = 0;
      const retry = (delayMs: number): unknown =>
        setTimeout(() => {
          tries++;
          retry(delayMs * 2);
        }, delayMs);
      retry(1_000);
      await advanceUntilIdle();
      expect(tries).toBe(5);
      expect(clock.frame).toBe(31_000);
    }));

  it('needs no hub, knows the work of one, and is the same on both', () =>
    marbles(async ({ hub, clock, advanceUntilIdle }) => {
      await advanceUntilIdle();
      expect(clock.frame).toBe(0);
      hub.bus.listen('x', () => sleep(2_000));
      hub.bus.fire('x');
      await advanceUntilIdle();
      expect(clock.frame).toBe(2_000);
      hub.bus.fire('x');
      await hub.advanceUntilIdle();
      expect(clock.frame).toBe(4_000);
    }));

  it('names what never ends', async () => {
    const hang = ({ hub, advanceUntilIdle }: HubMarbleTest): Promise<void> => {
      hub.createTask(never, { name: 'blinds' });
      return advanceUntilIdle();
    };
    expect(await failure(hang)).toMatchObject({
      code: 'NEVER_SETTLED',
      message: expect.stringMatching(
        /^Waited for silence, which never comes: .*Still running: task `blinds` of `hub`\.$/,
      ),
    });
    const loop = ({ hub }: HubMarbleTest): Promise<void> => {
      timer(3_600_000).pipe(repeat()).subscribe();
      hub.createTask(never, { name: 'blinds' });
      return hub.advanceUntilIdle();
    };
    expect(await failure(loop)).toMatchObject({
      code: 'ENDLESS_TIMERS',
      message: expect.stringMatching(
        /^Waited 2592000000 ms of virtual time for silence.*a timer of RxJS.*task `blinds` of `hub`\.$/,
      ),
    });
  });

  it('is refused in real time', async () => {
    const hub = createTestHub({ time: 'real' });
    await expect(hub.advanceUntilIdle()).rejects.toMatchObject({ code: 'WRONG_STAGE' });
    await hub.stop();
  });
});
