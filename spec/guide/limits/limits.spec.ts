import { expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { run } from '../async-patterns/home.js';

it('limits a read', async () => {
  await using hub = createTestHub();
  const meter = {
    async read({ signal }: { signal: AbortSignal }): Promise<number> {
      await sleep(60_000, { signal });
      return 20;
    },
  };
  const reading = run(hub, async () => {
    // #region limit
    const reading = await hub.timeout.run(5_000, (signal) => meter.read({ signal }));
    // #endregion
    return reading;
  });
  await expect(reading).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(hub.clock!.frame).toBe(5_000);
});

it('stops the clock while the database is moved', async () => {
  await using hub = createTestHub();
  const state = 'on';
  let moved: Promise<void> | undefined;
  const recorder = {
    moveDatabase: () => (moved = sleep(60_000)),
    async write(text: string, signal: AbortSignal): Promise<string> {
      await sleep(2_000, { signal });
      await moved;
      await sleep(2_000, { signal });
      return text;
    },
  };
  // #region zone
  const written = hub.timeout.run(5_000, (signal) => recorder.write(state, signal), {
    zone: 'recorder',
  });
  // #endregion
  await hub.advance('1s');
  await run(hub, async () => {
    // #region freeze
    using frozen = hub.timeout.freeze('recorder');
    await recorder.moveDatabase();
    // #endregion
    expect(hub.snapshot().timeouts).toEqual([{ zone: 'recorder', running: 1, frozen: true }]);
    return frozen;
  });
  await hub.advance('2s');
  expect(await written).toBe('on');
  expectNoLeaks(hub);
});

it.each([
  ['in the cool-down', 9_000, 'passes'],
  ['after it', 11_000, 'TIMEOUT'],
])('holds a start-up back, and lets what follows end %s', async (_, ms, outcome) => {
  await using hub = createTestHub();
  const loadDevices = (): Promise<void> => sleep(200_000);
  const loadAutomations = (): Promise<void> => sleep(ms);
  const starting = run(hub, async () => {
    // #region global
    await hub.timeout.run(
      60_000,
      async () => {
        await hub.timeout.run(300_000, loadDevices, { zone: 'zigbee' }); // may take its five minutes
        await loadAutomations(); // what follows has the cool-down
      },
      { zone: 'global', coolDownMs: 10_000 },
    );
    // #endregion
    return 'passes';
  });
  const how = await starting.catch((error: unknown) => (error as { code: string }).code);
  expect([how, hub.clock!.frame]).toEqual([outcome, 200_000 + Math.min(ms, 10_000)]);
});
