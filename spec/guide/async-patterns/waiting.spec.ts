import { expect, it } from '@jest/globals';
import { gather, gatherWithLimitedConcurrency, sleep } from 'rxhome';
import { batchFor, runAction } from 'rxhome/operators';
import { createTestHub } from 'rxhome/testing';
import { run } from './home.js';

/** An API that takes 100 ms for a room, and notes when it was asked and given up. */
function api(broken: readonly string[] = []) {
  const log = { running: 0, most: 0, aborted: [] as string[] };
  const fetchRoom = async (room: string, signal?: AbortSignal) => {
    log.most = Math.max(log.most, ++log.running);
    try {
      await sleep(broken.includes(room) ? 50 : 100, { signal });
      if (broken.includes(room)) throw new Error(`${room} does not answer`);
      return { room, celsius: 20 };
    } finally {
      if (signal?.aborted) log.aborted.push(room);
      log.running--;
    }
  };
  return { log, fetchRoom };
}

it('awaits what returns a promise', async () => {
  await using hub = createTestHub();
  const { fetchRoom } = api();
  await run(hub, async () => {
    // #region await
    const kitchen = await fetchRoom('kitchen');
    hub.states.set('sensor.kitchen', kitchen.celsius);
    // #endregion
  });
  expect(hub.states.is('sensor.kitchen', '20')).toBe(true);
});

it('reports a task that nobody awaits, once', async () => {
  await using hub = createTestHub();
  hub.createTask(() => api(['attic']).fetchRoom('attic'), { name: 'read attic' });
  await hub.advance('1s');
  expect(hub.errors).toMatchObject([{ owner: 'hub', name: 'read attic', source: 'task' }]);
});

it('sleeps without holding anybody up, and wakes when it is told to end', async () => {
  await using hub = createTestHub();
  const steps: string[] = [];
  const task = hub.createTask(async (signal) => {
    // #region sleep
    hub.states.set('light.hall', 'on');
    await sleep(5_000, { signal });
    hub.states.set('light.hall', 'off');
    // #endregion
  });
  task.catch(() => steps.push('ended'));
  await hub.advance('4s');
  expect(hub.states.is('light.hall', 'on')).toBe(true);
  task.cancel();
  await hub.advance(0);
  expect(steps).toEqual(['ended']);
  expect(hub.states.is('light.hall', 'on')).toBe(true);
});

it('asks several at once, and ends the rest when one fails', async () => {
  await using hub = createTestHub();
  const good = api();
  const ask = async ({ fetchRoom }: typeof good) => {
    // #region gather
    const rooms = await gather([
      (signal) => fetchRoom('kitchen', signal),
      (signal) => fetchRoom('bedroom', signal),
      (signal) => fetchRoom('hall', signal),
    ]);
    // #endregion
    return rooms;
  };
  const begun = Date.now();
  const rooms = await run(hub, () => ask(good));
  expect(rooms.map(({ room }) => room)).toEqual(['kitchen', 'bedroom', 'hall']);
  expect(Date.now() - begun).toBe(100);
  const bad = api(['bedroom']);
  await expect(run(hub, () => ask(bad))).rejects.toThrow('bedroom does not answer');
  expect(bad.log.aborted).toEqual(['kitchen', 'hall']);
});

it('takes the answers that came, and names those that did not', async () => {
  await using hub = createTestHub();
  const { fetchRoom } = api(['bedroom']);
  await run(hub, async () => {
    // #region gather-outcomes
    const rooms = ['kitchen', 'bedroom', 'hall'];
    const outcomes = await gather(
      rooms.map((room) => (signal) => fetchRoom(room, signal)),
      { returnExceptions: true },
    );
    for (const [index, outcome] of outcomes.entries()) {
      const id = `sensor.${rooms[index]}`;
      if (outcome instanceof Error) hub.states.set(id, 'unavailable');
      else hub.states.set(id, outcome.celsius);
    }
    // #endregion
  });
  expect(hub.states.all('sensor').map(({ state }) => state)).toEqual(['20', 'unavailable', '20']);
});

it('keeps at most five under way', async () => {
  await using hub = createTestHub();
  const { fetchRoom, log } = api();
  const rooms = Array.from({ length: 12 }, (_, index) => `room ${index}`);
  const results = await run(hub, async (signal) => {
    // #region gather-limited
    const readings = await gatherWithLimitedConcurrency(
      5,
      rooms.map((room) => (ended) => fetchRoom(room, ended)),
      { signal },
    );
    // #endregion
    return readings;
  });
  expect(results.map(({ room }) => room)).toEqual(rooms);
  expect(log.most).toBe(5);
});

it('sends what comes close together in one request', async () => {
  await using hub = createTestHub();
  const sent: unknown[][] = [];
  const sendReadings = async (readings: unknown[], options: { signal: AbortSignal }) => {
    await sleep(100, options);
    sent.push(readings);
  };
  // #region batch
  hub.states
    .changes({ domain: 'sensor' })
    .pipe(
      batchFor(1_000, 100),
      runAction((events, signal) => sendReadings(events, { signal }), { mode: 'queued' }),
    )
    .subscribe();
  // #endregion
  for (let reading = 0; reading < 103; reading++) hub.states.set('sensor.power', reading);
  await hub.advance('5s');
  expect(sent.map((readings) => readings.length)).toEqual([100, 3]);
});
