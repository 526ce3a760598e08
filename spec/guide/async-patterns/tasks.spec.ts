import { expect, it } from '@jest/globals';
import { getHub, isHubError, sleep, trackInterval } from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';
import { load } from './home.js';

it('begins work and goes on', async () => {
  await using hub = createTestHub();
  const sent: string[] = [];
  const sendReport = async () => void sent.push('report');
  const failing = async () => {
    await sleep(10);
    throw new Error('no paper');
  };
  // #region create-task
  hub.createTask(() => sendReport(), { name: 'send the report' });
  // #endregion
  hub.createTask(failing, { name: 'print' });
  await hub.blockTillDone();
  expect(sent).toEqual(['report']);
  expect(hub.errors).toMatchObject([{ name: 'print', error: { message: 'no paper' } }]);
});

it('runs eagerly to the first await, or in the next turn', async () => {
  await using hub = createTestHub();
  // #region eager
  const order: string[] = [];
  hub.createTask(() => order.push('eager'));
  hub.createTask(() => order.push('next turn'), { eager: false });
  order.push('here');
  // #endregion
  expect(order).toEqual(['eager', 'here']);
  expect(hub.snapshot().tasks).toMatchObject([{ status: 'pending' }]);
  await hub.blockTillDone();
  expect(order).toEqual(['eager', 'here', 'next turn']);
});

it('knows tasks that the home waits for, and tasks that it does not', async () => {
  const hub = createTestHub();
  const done: string[] = [];
  const readDevices = async (signal: AbortSignal) => {
    await sleep(3_000, { signal });
    done.push('devices');
  };
  const watchDevices = async (signal: AbortSignal) => {
    await sleep(1e9, { signal }).finally(() => done.push('watch'));
  };
  // #region task-kinds
  hub.createTask((signal) => readDevices(signal), { name: 'read devices' });
  hub.createBackgroundTask((signal) => watchDevices(signal), { name: 'watch devices' });

  await hub.start(); // waits for the first, not for the second
  // #endregion
  expect(done).toEqual(['devices']);
  expect(hub.snapshot().tasks).toMatchObject([{ kind: 'background', name: 'watch devices' }]);
  await hub.stop();
  expect(done).toEqual(['devices', 'watch']);
});

it('does something every five minutes, with no run upon another', async () => {
  let runs = 0;
  const sync = async () => {
    runs++;
    if (runs === 1) throw new Error('no network');
    await sleep(7 * 60_000);
  };
  const { hub: home, entry } = await load((hub) => {
    // #region interval
    trackInterval(hub, () => sync(), 5 * 60_000, { name: 'sync', immediate: true });
    // #endregion
  });
  await home.advance('6m');
  expect(home.errors).toMatchObject([{ name: 'sync', error: { message: 'no network' } }]);
  expect(runs).toBe(2);
  await home.advance('5m'); // a tick while the second run lasts is left out
  expect(runs).toBe(2);
  await home.advance('5m');
  expect(runs).toBe(3);
  await home.advance('3m');
  await unload(home, entry.entryId);
  await home.advance('1h');
  expect(runs).toBe(3);
  await home.stop();
});

it('watches for as long as the entry is loaded', async () => {
  const steps: string[] = [];
  const device = {
    connect: async () => void steps.push('connect'),
    nextValue: async (signal: AbortSignal) => {
      await sleep(1_000, { signal });
      return steps.push('value');
    },
    disconnect: async () => {
      await sleep(50);
      steps.push('disconnect');
    },
  };
  const { hub: home, entry } = await load((hub, entry) => {
    // #region background
    const watch = async (signal: AbortSignal): Promise<void> => {
      await device.connect();
      try {
        for (;;) hub.states.set('sensor.device', await device.nextValue(signal));
      } finally {
        await device.disconnect(); // also when it is cancelled
      }
    };
    entry.createBackgroundTask(watch, { name: 'watch the device' });
    // #endregion
  });
  await unload(home, entry.entryId);
  expect(steps.slice(0, 2)).toEqual(['connect', 'value']);
  expect(steps.at(-1)).toBe('disconnect');
  expect(home.errors).toEqual([]);
  expectNoLeaks(home);
  await home.stop();
});

it('goes on after a round that failed, and ends when it is told', async () => {
  await using hub = createTestHub();
  let rounds = 0;
  const sync = async (signal: AbortSignal) => {
    await sleep(100, { signal });
    if (++rounds === 1) throw new Error('no network');
  };
  // #region loop-that-lasts
  const task = hub.createBackgroundTask(
    async (signal) => {
      while (!signal.aborted) {
        await sync(signal).catch((error: unknown) => {
          signal.throwIfAborted(); // told to end, not failed
          hub.logger.warn('This sync failed, the next may not', { error });
        });
        await sleep(60_000, { signal });
      }
    },
    { name: 'sync' },
  );
  // #endregion
  await hub.advance('150s');
  expect(rounds).toBe(3);
  expect(hub.log.map(({ message }) => message)).toEqual(['This sync failed, the next may not']);
  // #region cancel
  task.cancel('the user said so');
  const ended = await task.catch((error: unknown) => error);
  // #endregion
  expect(ended).toMatchObject({ code: 'CANCELLED', cause: 'the user said so' });
  expect(hub.errors).toEqual([]);
});

it('begins async work from code that knows no hub', async () => {
  await using hub = createTestHub();
  const saved: string[] = [];
  const save = async (name: string) => void saved.push(name);
  // #region get-hub
  function onRename(name: string): void {
    getHub().createTask(() => save(name), { name: 'save the name' });
  }
  // #endregion
  expect(() => onRename('lamp')).toThrow('no code of a hub');
  hub.bus.listen('renamed', ({ data }) => onRename(String(data['name'])));
  hub.bus.fire('renamed', { name: 'lamp' });
  expect(saved).toEqual(['lamp']);
});

it('handles what it can handle, and leaves the rest to be reported', async () => {
  await using hub = createTestHub();
  const readBoiler = async (signal: AbortSignal, how: string) => {
    if (how === 'slow') await sleep(60_000, { signal });
    if (how === 'broken') throw new RangeError('frame too short');
    return 55;
  };
  const begin = (how: string) => {
    // #region errors
    hub.createTask(
      async () => {
        try {
          const celsius = await hub.timeout.run(5_000, (signal) => readBoiler(signal, how));
          hub.states.set('sensor.boiler', celsius);
        } catch (error) {
          if (!isHubError(error, 'TIMEOUT')) throw error;
          hub.states.set('sensor.boiler', 'unavailable');
        }
      },
      { name: 'read the boiler' },
    );
    // #endregion
  };
  begin('well');
  await hub.advance('10s');
  expect(hub.states.is('sensor.boiler', '55')).toBe(true);
  begin('slow');
  await hub.advance('10s');
  expect(hub.states.is('sensor.boiler', 'unavailable')).toBe(true);
  expect(hub.errors).toEqual([]);
  begin('broken');
  await hub.advance('10s');
  expect(hub.errors).toMatchObject([{ name: 'read the boiler', error: { name: 'RangeError' } }]);
});

/** Unloading lets what it ends take its time. */
async function unload(hub: TestHub, entryId: string): Promise<void> {
  const unloading = hub.configEntries.unload(entryId);
  await hub.advance('10s');
  expect(await unloading).toBe(true);
}
