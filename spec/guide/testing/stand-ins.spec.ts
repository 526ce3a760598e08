import { expect, it } from '@jest/globals';
import { InvalidOptionError, workerModule } from 'rxhome';
import { createTestHub, fakeEntity, mockHttp, mockService } from 'rxhome/testing';
import 'rxhome/testing/jest';
import { goodMorning } from './good-morning.js';

// #region stand-ins
it('wakes the house, and tells how cold it is', async () => {
  const hub = createTestHub();
  const light = fakeEntity(hub, 'light.bedroom');
  const speaker = mockService(hub, 'speaker', 'say');
  const http = mockHttp(hub, { 'GET http://weather.local/now': { celsius: 4 } });

  await goodMorning(hub);

  expect(light.state).toBe('on');
  expect(http.requests).toHaveLength(1);
  expect(speaker.data).toEqual([{ text: 'It is 4 degrees outside.' }]);
  expect(hub).toHaveCalledService('light', 'turn_on', { brightness: 80 });
});
// #endregion

// #region trouble
it('wakes the house without the weather', async () => {
  const hub = createTestHub();
  const light = fakeEntity(hub, 'light.bedroom');
  mockHttp(hub, { 'GET http://weather.local/now': new Error('no route to host') });

  await expect(goodMorning(hub)).rejects.toThrow('no route to host');
  expect(light.state).toBe('on');
});
// #endregion

const photos = workerModule<typeof import('./photos.worker.js')>(
  new URL('./photos.worker.js', import.meta.url),
);

it('calls worker functions on the loop, in as much time as it should take', async () => {
  // #region inline
  const hub = createTestHub({ jobMs: '2s' }); // or by name: (name) => …
  const hash = hub.addExecutorJob(photos.fingerprint, 'cat.jpg');
  await hub.advance('2s');
  expect(await hash).toBe('0a6df48a');
  // #endregion
  expect(hub.clock?.frame).toBe(2_000);
});

it('calls worker functions in threads', async () => {
  // #region threads
  const hub = createTestHub({ executor: { maxThreads: 1 } });
  const hash = hub.addExecutorJob(photos.fingerprint, 'cat.jpg');
  await hub.advance('1s'); // time waits for the thread
  expect(await hash).toBe('0a6df48a');
  // #endregion
  expect(() => createTestHub({ executor: {}, jobMs: 1 })).toThrow(InvalidOptionError);
});
