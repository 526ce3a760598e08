import { describe, expect, it } from '@jest/globals';
import { currentContext, getHub, type Hub, ScopeClosedError, sleep } from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';

const never = (): Promise<never> => new Promise(() => undefined);

function home(strict = false) {
  const hub = createTestHub({ strict, leaks: 'ignore' });
  const scope = hub.scope.child('lamp');
  return { hub, scope, lamp: hub.scoped(scope) };
}

describe('when the owner is unloaded, a run', () => {
  it('rejects with the reason of the scope, in the first step, and its function is told', async () => {
    const { hub, scope, lamp } = home();
    const told: unknown[] = [];
    const begin = (zone?: string): Promise<unknown> =>
      lamp.timeout
        .run(
          50,
          (signal) => {
            signal.addEventListener('abort', () => told.push(signal.reason));
            return never();
          },
          { zone },
        )
        .catch((error: unknown) => error);
    const runs = [begin(), begin('a'), begin('global')];
    const others = hub.timeout.run(50, () => sleep(20).then(() => 'not touched'));
    const closing = scope.close();
    const { reason } = scope.signal as { reason: unknown };
    expect(reason).toBeInstanceOf(ScopeClosedError);
    expect(told).toEqual([reason, reason, reason]);
    expect(hub.snapshot().timeouts).toEqual([{ zone: null, running: 1, frozen: false }]);
    expect(await Promise.all(runs)).toEqual([reason, reason, reason]);
    await closing;
    await hub.advance('1m');
    expect(await others).toBe('not touched');
    expect(hub.errors).toEqual([]);
    expectNoLeaks(hub);
  });

  it('does not keep the scope from closing, whatever its function does', async () => {
    const { hub, scope, lamp } = home();
    const run = lamp.timeout.run(50, never).catch(() => 'told');
    await scope.close(); // virtual time stands still
    expect(await run).toBe('told');
    expectNoLeaks(hub);
  });

  it('may be the one that closes it', async () => {
    const { hub, scope, lamp } = home();
    const run = lamp.timeout.run(50, async () => {
      await scope.close();
      return 'closed';
    });
    await expect(run).rejects.toBe(scope.signal.reason);
    expectNoLeaks(hub);
  });

  it('may begin, at another owner, another run', async () => {
    const { hub, scope, lamp } = home();
    let next: Promise<unknown> | undefined;
    const run = lamp.timeout.run(50, (signal) => {
      signal.addEventListener('abort', () => void (next = hub.timeout.run(50, () => 'next')));
      return never();
    });
    run.catch(() => undefined);
    await scope.close();
    expect(await next).toBe('next');
    expectNoLeaks(hub);
  });

  it('is gone with the hub', async () => {
    const hub = createTestHub();
    const run = hub.timeout.run(1_000_000, never).catch((error: unknown) => error);
    hub.timeout.freeze();
    await hub.stop();
    expect(await run).toBeInstanceOf(ScopeClosedError);
    expect(hub.snapshot().timeouts).toEqual([]);
  });
});

describe('what an owner holds', () => {
  it('is one thing while runs are under way, and nothing afterwards', async () => {
    const { hub, scope, lamp } = home();
    const runs = [1, 2, 3].map((ms) => lamp.timeout.run(50, () => sleep(ms)));
    expect(scope.size).toBe(1);
    await hub.advance(2);
    expect(scope.size).toBe(1);
    await hub.advance(1);
    await Promise.all(runs);
    expect(scope.size).toBe(0);
    const thaws = [lamp.timeout.freeze(), lamp.timeout.freeze('a')];
    expect(scope.size).toBe(2);
    for (const thaw of thaws) thaw();
    expect(scope.size).toBe(0);
  });

  it('ends with it: its freezes, and only those', async () => {
    const { hub, scope, lamp } = home();
    lamp.timeout.freeze();
    lamp.timeout.freeze('a');
    const thaw = hub.timeout.freeze('b');
    await scope.close();
    expect(hub.snapshot().timeouts).toEqual([{ zone: 'b', running: 0, frozen: true }]);
    thaw();
    expect(hub.snapshot().timeouts).toEqual([]);
  });
});

describe('of an unloaded owner', () => {
  it('run rejects and freeze does nothing; both are reported once', async () => {
    const { hub, scope, lamp } = home();
    await scope.close();
    const calls: string[] = [];
    const run = lamp.timeout.run(50, () => calls.push('called'));
    await expect(run).rejects.toThrow('its call of `timeout.run` had no effect');
    void lamp.timeout.run(50, never);
    const thaw = lamp.timeout.freeze();
    thaw();
    await realTurn();
    expect([calls, hub.snapshot().timeouts]).toEqual([[], []]);
    expect(hub.errors).toEqual([expect.objectContaining({ source: 'fence', owner: 'lamp' })]);
  });

  it('both throw in strict mode', async () => {
    const { scope, lamp } = home(true);
    await scope.close();
    expect(() => lamp.timeout.run(50, never)).toThrow(ScopeClosedError);
    expect(() => lamp.timeout.freeze()).toThrow(ScopeClosedError);
  });
});

describe('inside and after', () => {
  const seen: unknown[] = [];
  const note = (hub: Hub) => (): void => void seen.push([currentContext()?.id, getHub() === hub]);

  it('the function runs as part of what has called', async () => {
    const { hub, lamp } = home();
    seen.length = 0;
    let cause = '';
    lamp.bus.listen('press', async ({ context }) => {
      cause = context.id;
      await lamp.timeout.run(50, async () => {
        note(lamp)();
        await sleep(10);
        note(lamp)();
      });
      note(lamp)();
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    expect(seen).toEqual([1, 2, 3].map(() => [cause, true]));
  });

  it('an expiry has the cause of the run, and never of who has thawed it', async () => {
    const { hub, lamp } = home();
    const causes: string[] = [];
    const heard: (string | undefined)[] = [];
    const limited = (): void => {
      const run = lamp.timeout.run(50, (signal) => {
        signal.addEventListener('abort', () => heard.push(currentContext()?.id));
        return never();
      });
      run.catch(() => undefined);
    };
    lamp.bus.listen('begin', async ({ context }) => {
      causes.push(context.id);
      limited();
      await never();
    });
    hub.bus.fire('begin');
    await hub.advance(100);
    const thaw = hub.timeout.freeze();
    lamp.bus.listen('thaw', async () => {
      thaw();
      await sleep(1);
    });
    hub.bus.fire('begin');
    hub.bus.fire('thaw');
    await hub.advance(100);
    expect(heard).toEqual([causes[0], undefined]);
  });

  it('a failure is reported with its cause', async () => {
    const hub: TestHub = createTestHub();
    hub.bus.listen('press', async () => {
      void hub.timeout.run(50, never);
      await sleep(100);
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    expect(hub.errors).toEqual([
      expect.objectContaining({
        source: 'timeout',
        name: 'never',
        context: expect.objectContaining({ id: expect.any(String) }),
      }),
    ]);
  });
});

it('is found by expectNoLeaks', async () => {
  const hub = createTestHub();
  const run = hub.timeout.run(50, () => sleep(10), { zone: 'a' });
  expect(() => expectNoLeaks(hub)).toThrow('1 timeout(s) in zone `a`');
  await hub.advance(10);
  await run;
  const thaw = hub.timeout.freeze('b');
  expect(() => expectNoLeaks(hub)).toThrow('frozen zone `b`');
  thaw();
  expectNoLeaks(hub);
});
