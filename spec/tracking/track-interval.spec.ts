import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  callback,
  currentContext,
  InvalidOptionError,
  Job,
  sleep,
  trackInterval,
  workerModule,
} from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

const os = workerModule<typeof import('node:os')>('node:os');
let hub: TestHub;
let ticks: number[];
const tick = (): void => void ticks.push(hub.clock!.frame);
beforeEach(() => {
  hub = createTestHub();
  ticks = [];
});

describe('trackInterval', () => {
  it('runs a job again and again, the first time after the interval', async () => {
    trackInterval(hub, tick, 1000);
    await hub.advance('3500ms');
    expect(ticks).toEqual([1000, 2000, 3000]);
  });

  it('runs it at once, too, if it is told to', async () => {
    trackInterval(hub, tick, 1000, { immediate: true });
    await hub.advance('1500ms');
    expect(ticks).toEqual([0, 1000]);
  });

  it('leaves out the ticks that come while the job still runs', async () => {
    let inside = 0;
    trackInterval(
      hub,
      async () => {
        tick();
        expect(++inside).toBe(1);
        await sleep(2500);
        inside--;
      },
      1000,
    );
    await hub.advance('9s');
    expect(ticks).toEqual([1000, 4000, 7000]);
    expect(hub.errors).toEqual([]);
  });

  it('goes on after an error, which is reported with the name', async () => {
    const fail = (): never => {
      tick();
      throw new Error('broken');
    };
    trackInterval(hub, fail, 1000, { name: 'poll' });
    trackInterval(hub, async () => fail(), 1000, { name: 'poll too' });
    await hub.advance('2s');
    expect(ticks).toEqual([1000, 1000, 2000, 2000]);
    expect(hub.errors.map(({ name }) => name).sort()).toEqual([
      'poll',
      'poll',
      'poll too',
      'poll too',
    ]);
  });

  it('has no cause, whoever has started it', async () => {
    const causes: unknown[] = [];
    hub.bus.listen('e', async () => {
      trackInterval(hub, () => causes.push(currentContext()), 1000, { immediate: true });
    });
    hub.bus.fire('e');
    await hub.advance('2s');
    expect(causes).toEqual([null, null, null]);
  });

  it('ends when it is unsubscribed, once or more often, also by `using`', async () => {
    const stop = trackInterval(hub, tick, 1000);
    await hub.advance('1s');
    stop();
    stop();
    {
      using held = trackInterval(hub, tick, 10);
      expect(held).toBeDefined();
    }
    await hub.advance('10s');
    expect(ticks).toEqual([1000]);
    expect([hub.clock!.pendingTimers, hub.scope.size]).toEqual([[], 0]);
  });

  it('ends with its owner', async () => {
    const scope = hub.scope.child('lamp');
    trackInterval(hub.scoped(scope), tick, 1000);
    await hub.advance('1s');
    await scope.close();
    await hub.advance('10s');
    expect(ticks).toEqual([1000]);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });

  it('with cancelOnShutdown ends when stopping begins; others tick on until their owner closes', async () => {
    await hub.start();
    hub.bus.listen('homeassistant_stop', () => sleep(2500));
    const marked: string[] = [];
    const kept: string[] = [];
    const job = new Job(() => void marked.push(hub.state), { cancelOnShutdown: true });
    trackInterval(hub, job, 1000);
    trackInterval(hub, () => void kept.push(hub.state), 1000);
    await hub.advance('1s');
    await hub.stop();
    expect([marked, kept]).toEqual([['running'], ['running', 'stopping', 'stopping']]);
    expectNoLeaks(hub);
  });

  it('takes marked functions and worker functions', async () => {
    trackInterval(hub, callback(tick), 1000);
    trackInterval(hub, os.hostname, 1000);
    await hub.advance('2s');
    expect(ticks).toEqual([1000, 2000]);
    expect(hub.snapshot().executor.completed).toBeGreaterThanOrEqual(1);
    expect(hub.errors).toEqual([]);
  });

  it.each([[0], [-1], [NaN], [Infinity], ['1000'], [undefined]])(
    'refuses %p milliseconds',
    (ms) => {
      expect(() => trackInterval(hub, tick, ms as number)).toThrow(InvalidOptionError);
    },
  );
});
