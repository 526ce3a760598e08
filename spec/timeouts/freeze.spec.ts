import { describe, expect, it } from '@jest/globals';
import { Hub, InvalidOptionError, sleep } from 'rxhome';
import { createTestHub, type HubMarbleTest } from 'rxhome/testing';
import { realMs } from '../events/real-turn.js';
import { type Ending, ending, timed, timedOutAt } from './work.js';

const never = (): Promise<never> => new Promise(() => undefined);

/** Runs of 50 ms in the zones that there are, and when each ended. */
function runs({
  hub,
  clock,
}: HubMarbleTest): Record<'none' | 'a' | 'b' | 'global', Promise<Ending>> {
  const run = (zone?: string): Promise<Ending> =>
    ending(clock, hub.timeout.run(50, never, { zone }));
  return { none: run(), a: run('a'), b: run('b'), global: run('global') };
}

describe('a freeze of a zone', () => {
  it(
    'stops time in that zone, keeps what is left, and holds global ones back',
    timed(async (test) => {
      const { none, a, b, global } = runs(test);
      await sleep(20);
      const thaw = test.hub.timeout.freeze('a');
      await sleep(1000);
      thaw();
      expect(await Promise.all([none, a, b, global])).toMatchObject(
        [50, 1050, 50, 1050].map(timedOutAt),
      );
    }),
  );

  it(
    'keeps one that is entered meanwhile from starting',
    timed(async ({ hub, clock }) => {
      const thaw = hub.timeout.freeze('a');
      const run = ending(clock, hub.timeout.run(50, never, { zone: 'a' }));
      expect(clock.pendingCount).toBe(0);
      setTimeout(thaw, 300);
      expect(await run).toMatchObject(timedOutAt(350));
    }),
  );

  it(
    'ends at any time, in any order, once',
    timed(async ({ hub, clock }) => {
      const run = ending(clock, hub.timeout.run(50, never, { zone: 'a' }));
      const [first, second] = [hub.timeout.freeze('a'), hub.timeout.freeze('a')];
      await sleep(100);
      first();
      first();
      await sleep(100);
      expect(hub.snapshot().timeouts).toEqual([{ zone: 'a', running: 1, frozen: true }]);
      second();
      expect(await run).toMatchObject(timedOutAt(250));
      second();
      expect(hub.snapshot().timeouts).toEqual([]);
    }),
  );

  it(
    'works with `using`',
    timed(async ({ hub, clock }) => {
      const run = ending(clock, hub.timeout.run(50, never, { zone: 'a' }));
      {
        using frozen = hub.timeout.freeze('a');
        expect(frozen).toBeDefined();
        await sleep(100);
      }
      expect(await run).toMatchObject(timedOutAt(150));
    }),
  );
});

describe('a global freeze', () => {
  it.each([
    ['not named', undefined],
    ['named', 'global'],
  ])('stops time everywhere, its zone %s', (_, zone) =>
    timed(async (test) => {
      const { none, a, b, global } = runs(test);
      await sleep(20);
      const thaw = test.hub.timeout.freeze(zone);
      expect(test.clock.pendingCount).toBe(0);
      expect(test.hub.snapshot().timeouts).toEqual([
        { zone: null, running: 1, frozen: true },
        { zone: 'global', running: 1, frozen: true },
        { zone: 'a', running: 1, frozen: true },
        { zone: 'b', running: 1, frozen: true },
      ]);
      setTimeout(thaw, 1000);
      const ends = await Promise.all([none, a, b, global]);
      expect(ends).toMatchObject([1050, 1050, 1050, 1050].map(timedOutAt));
    })(),
  );

  it(
    'is counted: time goes on when the last one has ended',
    timed(async ({ hub, clock }) => {
      const run = ending(clock, hub.timeout.run(50, never));
      const first = hub.timeout.freeze();
      await sleep(100);
      const second = hub.timeout.freeze();
      first();
      await sleep(100);
      second();
      expect(await run).toMatchObject(timedOutAt(250));
    }),
  );

  it(
    'leaves a zone frozen that is frozen by itself, and the other way round',
    timed(async ({ hub, clock }) => {
      const enter = (zone: string): Promise<Ending> =>
        ending(clock, hub.timeout.run(50, never, { zone }));
      const [a, b] = [enter('a'), enter('b')];
      const ofA = hub.timeout.freeze('a');
      const ofAll = hub.timeout.freeze();
      const ofB = hub.timeout.freeze('b');
      await sleep(100);
      ofB();
      await sleep(100);
      ofAll();
      await sleep(100);
      ofA();
      expect([await a, await b]).toMatchObject([timedOutAt(350), timedOutAt(250)]);
    }),
  );

  it(
    'stops a cool-down too, also of one whose zones end meanwhile',
    timed(async ({ hub, clock }) => {
      const held = { zone: 'global', coolDownMs: 30 };
      const run = ending(clock, hub.timeout.run(10, never, held));
      const zone = hub.timeout.freeze('a');
      await sleep(20);
      let thaw = hub.timeout.freeze();
      zone();
      await sleep(100);
      thaw(); // at 120 the cool-down begins
      await sleep(10);
      thaw = hub.timeout.freeze();
      await sleep(100);
      thaw();
      expect(await run).toMatchObject(timedOutAt(250));
    }),
  );

  it(
    'lets a function end all the same',
    timed(async ({ hub, clock }) => {
      using frozen = hub.timeout.freeze();
      const run = ending(
        clock,
        hub.timeout.run(50, () => sleep(200)),
      );
      expect([frozen, await run]).toMatchObject([expect.any(Function), { at: 200 }]);
      expect(await run).not.toHaveProperty('error');
    }),
  );

  it(
    'keeps the order of those that are over at one instant',
    timed(async ({ hub }) => {
      const order: number[] = [];
      const all = Array.from({ length: 5 }, (_, i) =>
        hub.timeout.run(50, never).catch(() => void order.push(i)),
      );
      const gone = hub.timeout.run(50, () => sleep(10));
      hub.timeout.freeze()();
      await gone;
      const thaw = hub.timeout.freeze();
      await sleep(10);
      thaw();
      await Promise.all(all);
      expect(order).toEqual([0, 1, 2, 3, 4]);
    }),
  );
});

describe('freeze', () => {
  it.each([[''], [1], [null], [{}]])('refuses %p as zone', (zone) => {
    const hub = createTestHub();
    expect(() => hub.timeout.freeze(zone as never)).toThrow(InvalidOptionError);
    expect(hub.snapshot().timeouts).toEqual([]);
  });

  it('counts time by a clock that nobody sets', async () => {
    const hub = new Hub();
    const realNow = Date.now;
    try {
      const run = hub.timeout.run(400, never).catch((error: unknown) => error);
      Date.now = () => realNow() + 1e9; // the date is learnt from the network
      const thaw = hub.timeout.freeze();
      Date.now = realNow;
      thaw();
      await realMs(5);
      expect(hub.snapshot().timeouts).toEqual([{ zone: null, running: 1, frozen: false }]);
      expect(await run).toMatchObject({ code: 'TIMEOUT' });
    } finally {
      Date.now = realNow;
      await hub.stop();
    }
  });
});
