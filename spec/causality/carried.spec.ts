import { describe, expect, it } from '@jest/globals';
import { callback, Context, getHub, sleep, trackInterval } from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';
import { realUntil } from '../events/real-turn.js';

/** Real time, because Node's own timers and promises are what carries. */
const REAL = { time: 'real' } as const;

/** Notes for each `effect` the number of the cause that it names, or `none`. */
function watching(hub: TestHub): { fire(n: number): void; causes: () => string[] } {
  const numbers = new Map<string, number>();
  const causes: string[] = [];
  hub.bus.listen('cause', ({ context, data }) => {
    numbers.set(context.id, Number(data['n']));
  });
  const note = (of: unknown, { parentId }: Context): void => {
    causes.push(`${String(of)} of ${numbers.get(parentId ?? '') ?? 'none'}`);
  };
  hub.bus.listen('effect', ({ data, context }) => note(data['of'], context));
  hub.states.changes().subscribe(({ data, context }) => note(data.newState!.state, context));
  return { fire: (n) => hub.bus.fire('cause', { n }), causes: () => causes };
}

describe('what a listener fires, sets or begins', () => {
  it('is caused by its event, at once, and three levels deep', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    const parents: (string | null)[] = [];
    const ids: string[] = [];
    hub.bus.listen('cause', ({ data }) => {
      hub.bus.fire('effect', { of: data['n'] });
      hub.states.set('sensor.n', String(data['n']));
      hub.bus.fire('level2');
    });
    hub.bus.listen('level2', ({ context }) => {
      ids.push(context.id);
      hub.bus.fire('level3');
    });
    hub.bus.listen('level3', ({ context }) => parents.push(context.parentId));
    fire(1);
    fire(2);
    expect(causes()).toEqual(['1 of 1', '1 of 1', '2 of 2', '2 of 2']);
    expect(parents).toEqual(ids);
  });

  it('keeps its cause over every await of an async listener, with events at the same time', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', async ({ data }) => {
      const of = data['n'];
      hub.bus.fire('effect', { of });
      await Promise.resolve();
      hub.bus.fire('effect', { of });
      await sleep(of === 1 ? 8 : 2);
      hub.bus.fire('effect', { of });
      await Promise.all([sleep(1), sleep(2)]);
      hub.bus.fire('effect', { of });
    });
    fire(1);
    fire(2);
    fire(3);
    await hub.blockTillDone();
    expect(causes()).toHaveLength(12);
    expect(causes().filter((text) => !/^(\d) of \1$/.test(text))).toEqual([]);
  });

  it('keeps it in a plain listener that returns a promise, from its first call on', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', ({ data }) =>
      sleep(2).then(() => hub.bus.fire('effect', { of: data['n'] })),
    );
    hub.bus.listenOnce('cause', ({ data }) =>
      sleep(3).then(() => hub.bus.fire('effect', { of: data['n'] })),
    );
    fire(1);
    fire(2);
    await hub.blockTillDone();
    expect(causes().sort()).toEqual(['1 of 1', '1 of 1', '2 of 2']);
  });

  it('keeps it over `setTimeout` and `queueMicrotask`, and not over `setInterval`', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', ({ data }) => {
      const of = data['n'];
      queueMicrotask(() => hub.bus.fire('effect', { of: `micro ${String(of)}` }));
      setTimeout(() => hub.bus.fire('effect', { of: `timeout ${String(of)}` }), 1);
      const ticking = setInterval(() => {
        hub.bus.fire('effect', { of: `interval ${String(of)}` });
        clearInterval(ticking);
      }, 4);
    });
    fire(1);
    await realUntil(() => causes().length >= 3);
    expect(causes()).toEqual(['micro 1 of 1', 'timeout 1 of 1', 'interval 1 of none']);
  });

  it('has no cause behind the timer of a marked function: it was promised to have none', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen(
      'cause',
      callback(({ data }: { data: Readonly<Record<string, unknown>> }) => {
        hub.bus.fire('effect', { of: data['n'] });
        setTimeout(() => hub.bus.fire('effect', { of: 'later' }), 1);
      }),
    );
    fire(1);
    await realUntil(() => causes().length >= 2);
    expect(causes()[0]).toBe('1 of 1');
    expect(causes()[1]).toMatch(/^later of (1|none)$/);
  });

  it('is carried into tasks, and over their awaits', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', ({ data }) => {
      const work = async (): Promise<void> => {
        await sleep(1);
        hub.bus.fire('effect', { of: data['n'] });
      };
      void hub.createTask(work);
      void hub.createTask(work, { eager: false });
      void hub.createBackgroundTask(work, { name: 'background' });
    });
    fire(1);
    fire(2);
    await hub.blockTillDone({ includeBackground: true });
    expect(causes().sort()).toEqual([...Array(3).fill('1 of 1'), ...Array(3).fill('2 of 2')]);
  });

  it('is none for what an interval does that a listener began, its first tick included', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', async () => {
      await sleep(1);
      const tick = async (): Promise<void> => {
        hub.bus.fire('effect', { of: 'tick' });
        await sleep(1);
        hub.bus.fire('effect', { of: 'tick' });
      };
      const end = trackInterval(hub, tick, 6, { immediate: true });
      void realUntil(() => causes().length >= 4).then(end);
    });
    fire(1);
    await realUntil(() => causes().length >= 4);
    expect(causes().slice(0, 4)).toEqual(Array(4).fill('tick of none'));
  });

  it('is caused by what was passed by hand, which always wins', async () => {
    await using hub = createTestHub(REAL);
    const mine = new Context({ userId: 'anna' });
    const seen: Context[] = [];
    hub.bus.listen('effect', ({ context }) => seen.push(context));
    hub.bus.listen('state_changed', ({ context }) => seen.push(context));
    hub.bus.listen('cause', async () => {
      hub.bus.fire('effect', {}, { context: mine });
      hub.states.set('light.a', 'on', {}, { context: mine });
      await sleep(1);
      hub.bus.fire('effect', {}, { context: mine });
      hub.states.remove('light.a', { context: mine });
    });
    hub.bus.fire('cause');
    await hub.blockTillDone();
    expect(seen).toHaveLength(4);
    expect(seen.every((context) => context === mine)).toBe(true);
  });

  it('is not the effect of what fired the event: a listener sees its own event only', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', async ({ data }) => {
      await sleep(1);
      hub.bus.fire('inner', { n: data['n'] });
      hub.bus.fire('effect', { of: data['n'] }); // still of the cause, not of what was fired
    });
    hub.bus.listen('inner', () => hub.bus.fire('effect', { of: 'inner' }));
    hub.bus.listen('inner', async () => {
      await sleep(1);
      hub.bus.fire('effect', { of: 'inner later' });
    });
    fire(1);
    await hub.blockTillDone();
    expect(causes()).toEqual(['inner of none', '1 of 1', 'inner later of none']);
  });

  it('outside of listeners has no cause, also right after a delivery', async () => {
    await using hub = createTestHub(REAL);
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', async () => sleep(1));
    fire(1);
    hub.bus.fire('effect', { of: 'after' });
    await sleep(1);
    hub.bus.fire('effect', { of: 'later' });
    expect(causes()).toEqual(['after of none', 'later of none']);
    expect(() => getHub()).toThrow(expect.objectContaining({ code: 'NO_HUB' }));
  });

  it('with `causality: explicit` is carried to the first await only', async () => {
    await using hub = createTestHub({ ...REAL, causality: 'explicit' });
    const { fire, causes } = watching(hub);
    hub.bus.listen('cause', async ({ data, context }) => {
      hub.bus.fire('effect', { of: 'now' });
      await sleep(1);
      hub.bus.fire('effect', { of: 'later' });
      const child = new Context({ parentId: context.id });
      hub.bus.fire('effect', { of: data['n'] }, { context: child });
    });
    fire(1);
    await hub.blockTillDone();
    expect(causes()).toEqual(['now of 1', 'later of none', '1 of 1']);
  });
});
