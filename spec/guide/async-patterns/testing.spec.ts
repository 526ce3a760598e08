import { jest, expect, it } from '@jest/globals';
import { type Hub, sleep } from 'rxhome';
import { heldFor } from 'rxhome/operators';
import {
  createTestHub,
  expectNoLeaks,
  fakeEntity,
  marbles,
  mockHttp,
  mockService,
  recordEvents,
} from 'rxhome/testing';
import 'rxhome/testing/jest';

it('tests async code in virtual time', async () => {
  const remindLater = async (hub: Hub) => {
    await sleep(10 * 60_000);
    hub.bus.fire('reminder');
  };
  // #region test-hub
  await using hub = createTestHub();
  const recording = recordEvents(hub, 'reminder');

  hub.createTask(() => remindLater(hub));
  await hub.advance('10m');

  expect(recording.events).toHaveLength(1);
  expect(hub.errors).toEqual([]);
  // #endregion
});

it('takes a stand-in for what it calls', async () => {
  // #region mock
  // What it calls is handed to it, so a test can hand it something else.
  const readRoom = async (fetchRoom: (room: string) => Promise<{ celsius: number }>) =>
    (await fetchRoom('kitchen')).celsius;

  const fetchRoom = jest.fn<Parameters<typeof readRoom>[0]>().mockResolvedValue({ celsius: 20 });

  expect(await readRoom(fetchRoom)).toBe(20);
  expect(fetchRoom).toHaveBeenCalledWith('kitchen');
  // #endregion
});

it('takes stand-ins for what goes through the hub', async () => {
  const warnOfHeat = async (hub: Hub) => {
    const { celsius } = await hub.http.getJson<{ celsius: number }>('http://boiler.local/now');
    if (celsius < 90) return;
    await hub.services.call('notify', 'phone', { message: `The boiler has ${celsius} degrees` });
    await hub.services.call('switch', 'turn_off', {}, { target: { entityId: 'switch.boiler' } });
  };
  // #region stand-ins
  await using hub = createTestHub();
  const http = mockHttp(hub, { 'GET http://boiler.local/now': { celsius: 95 } });
  const notify = mockService(hub, 'notify', 'phone');
  const boiler = fakeEntity(hub, 'switch.boiler', { state: 'on' });

  await warnOfHeat(hub);

  expect(http.requests).toHaveLength(1);
  expect(notify.data).toEqual([{ message: 'The boiler has 95 degrees' }]);
  expect(boiler.state).toBe('off');
  expect(hub).toHaveCalledService('switch', 'turn_off', { entityId: 'switch.boiler' });
  // #endregion
});

it('draws what a stream does', async () => {
  // #region marbles
  await marbles(({ hub, at, expectObservable }) => {
    at(1, () => hub.states.set('binary_sensor.door', 'on'));
    at(3, () => hub.states.set('binary_sensor.door', 'off'));
    at(5, () => hub.states.set('binary_sensor.door', 'on'));

    const open = hub.states.changes('binary_sensor.door').pipe(heldFor(4, 'on'));
    expectObservable(open).toBe('---------o', { o: expect.anything() });
  });
  // #endregion
});

it('finds what was left behind', async () => {
  await using hub = createTestHub();
  const stop = hub.bus.listen('doorbell_pressed', () => undefined);
  expect(() => expectNoLeaks(hub)).toThrow('doorbell_pressed');
  stop();
  // #region leaks
  await hub.stop();
  expectNoLeaks(hub);
  // #endregion
});
