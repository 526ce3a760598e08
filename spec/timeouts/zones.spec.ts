import { describe, expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { ending, timed, timedOutAt, work } from './work.js';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a timeout in a named zone', () => {
  it(
    'has a time of its own, however many there are',
    timed(async ({ hub, clock }) => {
      const inZone = (ms: number): Promise<unknown> =>
        ending(clock, hub.timeout.run(ms, never, { zone: 'a' }));
      const first = inZone(30);
      await sleep(20);
      const second = inZone(30);
      expect(hub.snapshot().timeouts).toEqual([{ zone: 'a', running: 2, frozen: false }]);
      expect([await first, await second]).toMatchObject([timedOutAt(30), timedOutAt(50)]);
    }),
  );

  it.each(['a', 'b'])('of 10 ms is not protected by one of 50 ms inside it, in zone %s', (inner) =>
    timed(async ({ hub, clock }) => {
      const outer = hub.timeout.run(
        10,
        (signal) => hub.timeout.run(50, () => work(30, signal), { zone: inner }),
        { zone: 'a' },
      );
      expect(await ending(clock, outer)).toMatchObject(timedOutAt(10));
      await sleep(50);
    })(),
  );
});

describe('a timeout in no zone', () => {
  it(
    'fires while zones exist, and is no zone',
    timed(async ({ hub, clock }) => {
      const zone = hub.timeout.run(100, () => work(100), { zone: 'a' });
      zone.catch(() => undefined);
      const loose = hub.timeout.run(10, never);
      expect(await ending(clock, loose)).toMatchObject(timedOutAt(10));
      const freeze = hub.timeout.freeze('b');
      expect(await ending(clock, hub.timeout.run(10, never))).toMatchObject(timedOutAt(20));
      freeze();
      await sleep(100);
      const isLeft = hub.timeout.run(50, () => sleep(40));
      const global = hub.timeout.run(10, never, { zone: 'global' });
      expect(await ending(clock, global)).toMatchObject(timedOutAt(130));
      await isLeft;
    }),
  );
});

describe('a timeout in the global zone', () => {
  it(
    'fires in time while there is no other zone, whatever its cool-down',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(10, never, { zone: 'global', coolDownMs: 500 });
      expect(hub.snapshot().timeouts).toEqual([{ zone: 'global', running: 1, frozen: false }]);
      expect(await ending(clock, run)).toMatchObject(timedOutAt(10));
    }),
  );

  it(
    'does not fire because a zone has come and gone before its time was over',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(
        100,
        async () => {
          await hub.timeout.run(50, () => work(20), { zone: 'a' });
          await never();
        },
        { zone: 'global', coolDownMs: 500 },
      );
      expect(await ending(clock, run)).toMatchObject(timedOutAt(100));
    }),
  );

  it(
    'is held back by a zone, and passes when its function ends with that',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(
        10,
        () => hub.timeout.run(50, () => work(20, undefined, 'done'), { zone: 'a' }),
        { zone: 'global' },
      );
      expect(await ending(clock, run)).toEqual({ at: 20, value: 'done' });
    }),
  );

  it(
    'fires when the zone has ended and the work goes on',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(
        10,
        async () => {
          await hub.timeout.run(50, () => work(20), { zone: 'a' });
          await sleep(10);
        },
        { zone: 'global' },
      );
      expect(await ending(clock, run)).toMatchObject(timedOutAt(20));
      await sleep(20);
    }),
  );

  it(
    'gives the work behind the zone as long as its cool-down',
    timed(async ({ hub, clock }) => {
      const behind = (ms: number): Promise<unknown> =>
        ending(
          clock,
          hub.timeout.run(
            10,
            async () => {
              await hub.timeout.run(50, () => work(20), { zone: 'a' });
              await sleep(ms);
            },
            { zone: 'global', coolDownMs: 30 },
          ),
        );
      const ends = await Promise.all([behind(29), behind(31)]);
      expect(ends).toMatchObject([{ at: 49 }, timedOutAt(50)]);
      expect(ends[0]).not.toHaveProperty('error');
      await sleep(50);
    }),
  );

  it(
    'waits for a zone that fails or times out as for any other',
    timed(async ({ hub, clock }) => {
      const around = (zoned: () => Promise<unknown>): Promise<unknown> =>
        ending(
          clock,
          hub.timeout.run(
            10,
            async () => {
              await zoned().catch(() => undefined);
              await sleep(10);
            },
            { zone: 'global' },
          ),
        );
      const failing = async (): Promise<never> => {
        await sleep(20);
        throw new Error('broken');
      };
      expect(await around(() => hub.timeout.run(50, failing, { zone: 'a' }))).toMatchObject(
        timedOutAt(20),
      );
      await sleep(30);
      expect(await around(() => hub.timeout.run(20, never, { zone: 'a' }))).toMatchObject(
        timedOutAt(70),
      );
      await sleep(30);
    }),
  );

  it(
    'passes when both times are over at once and its function then ends',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(
        10,
        () => hub.timeout.run(10, never, { zone: 'a' }).catch(() => 'caught'),
        { zone: 'global' },
      );
      expect(await ending(clock, run)).toEqual({ at: 10, value: 'caught' });
    }),
  );

  it(
    'is held back by zones of others too, until the last of them has ended',
    timed(async ({ hub, clock }) => {
      const run = ending(clock, hub.timeout.run(10, never, { zone: 'global', coolDownMs: 5 }));
      const zones = [20, 40, 30].map((ms) =>
        hub.timeout.run(100, () => work(ms), { zone: `zone ${ms}` }),
      );
      await Promise.all(zones);
      expect(await run).toMatchObject(timedOutAt(45));
    }),
  );

  it(
    'is held back by a zone that is only frozen',
    timed(async ({ hub, clock }) => {
      const thaw = hub.timeout.freeze('a');
      expect(hub.snapshot().timeouts).toEqual([{ zone: 'a', running: 0, frozen: true }]);
      setTimeout(thaw, 30);
      const run = hub.timeout.run(10, never, { zone: 'global' });
      expect(await ending(clock, run)).toMatchObject(timedOutAt(30));
    }),
  );

  it(
    'waits for a zone that comes in its cool-down, and then cools down anew',
    timed(async ({ hub, clock }) => {
      const run = ending(clock, hub.timeout.run(10, never, { zone: 'global', coolDownMs: 30 }));
      await hub.timeout.run(50, () => work(20), { zone: 'a' });
      await sleep(25);
      await hub.timeout.run(50, () => work(20), { zone: 'b' });
      expect(await run).toMatchObject(timedOutAt(95));
    }),
  );

  it(
    'does not hold another one back',
    timed(async ({ hub, clock }) => {
      const long = ending(clock, hub.timeout.run(50, never, { zone: 'global' }));
      const short = ending(clock, hub.timeout.run(10, never, { zone: 'global' }));
      expect([await short, await long]).toMatchObject([timedOutAt(10), timedOutAt(50)]);
    }),
  );

  it(
    'that is held back still ends with its signal, its owner, and its function',
    timed(async ({ hub, clock }) => {
      const scope = hub.scope.child('lamp');
      const controller = new AbortController();
      const thaw = hub.timeout.freeze('a');
      const held = { zone: 'global', coolDownMs: 5 };
      const ends = Promise.all([
        ending(clock, hub.scoped(scope).timeout.run(10, never, held)),
        ending(clock, hub.timeout.run(10, never, { ...held, signal: controller.signal })),
        ending(
          clock,
          hub.timeout.run(10, () => work(40, undefined, 'done'), held),
        ),
      ]);
      await sleep(20);
      await scope.close();
      await sleep(10);
      controller.abort('why');
      expect(await ends).toMatchObject([
        { at: 20, error: { code: 'SCOPE_CLOSED' } },
        { at: 30, error: 'why' },
        { at: 40, value: 'done' },
      ]);
      thaw();
    }),
  );

  it(
    'starts nothing again once it has ended',
    timed(async ({ hub, clock }) => {
      const thaw = hub.timeout.freeze('a');
      const run = hub.timeout.run(10, () => work(20, undefined, 'done'), { zone: 'global' });
      expect(await ending(clock, run)).toEqual({ at: 20, value: 'done' });
      thaw();
      expect(clock.pendingCount).toBe(0);
    }),
  );

  it(
    'lets a cool-down of other zones be',
    timed(async ({ hub, clock }) => {
      const run = hub.timeout.run(10, never, { zone: 'a', coolDownMs: 500 });
      expect(await ending(clock, run)).toMatchObject(timedOutAt(10));
    }),
  );
});
