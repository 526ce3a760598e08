import { expect, it } from '@jest/globals';
import { createTestHub, fakeEntity, marbles, mockService } from 'rxhome/testing';
import 'rxhome/testing/jest'; // expect(hub).toHaveCalledService(…)
import { hallLight } from './hall-light.js';

const motion = 'binary_sensor.hall_motion';

it('lights the hall while somebody moves, and three minutes more', () =>
  marbles(({ hub, at, expectStates }) => {
    fakeEntity(hub, 'light.hall');
    hallLight(hub);
    at('5s', () => hub.states.set(motion, 'on'));
    at('15s', () => hub.states.set(motion, 'off'));
    expectStates('light.hall').toBe('off 5s on 3m10s off 1h');
  }));

it('begins to count anew when somebody comes back', () =>
  marbles(({ hub, at, expectStates }) => {
    fakeEntity(hub, 'light.hall', { state: 'on' });
    hallLight(hub);
    at('1m', () => hub.states.set(motion, 'off'));
    at('3m', () => hub.states.set(motion, 'on'));
    at('5m', () => hub.states.set(motion, 'off'));
    expectStates('light.hall').toBe('on 8m off');
  }));

it('does not care what else the sensor tells', async () => {
  const hub = createTestHub();
  fakeEntity(hub, 'light.hall');
  hallLight(hub);
  hub.states.set(motion, 'off');
  await hub.advance('2m');
  hub.states.set(motion, 'off', { battery: 80 });
  await hub.advance('1m');
  expect(hub).toHaveCalledService('light', 'turn_off', { entityId: 'light.hall' });
  expect(hub).not.toHaveCalledService('light', 'turn_on');
});

it('goes on when the light does not answer', async () => {
  const hub = createTestHub();
  const turnOn = mockService(hub, 'light', 'turn_on', new Error('no answer'));
  hallLight(hub);
  for (const state of ['on', 'off', 'on']) {
    hub.states.set(motion, state);
    await hub.advance('1s');
  }
  expect(turnOn.calls).toHaveLength(2);
  expect(hub.errors).toMatchObject([{ name: 'lightOn' }, { name: 'lightOn' }]);
});
