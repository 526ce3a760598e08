// #region reacts
import { expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import 'rxhome/testing/jest'; // for expect(hub).toHave…
import { hallLight } from './hall-light.js';

it('lights the hall when somebody comes', () => {
  const hub = createTestHub();
  hallLight(hub);
  hub.states.set('binary_sensor.hall_motion', 'on');
  expect(hub).toHaveState('light.hall', 'on');
});
// #endregion
import { sleep } from 'rxhome';
import { timer } from 'rxjs';

// #region time
it('switches it off after three minutes', async () => {
  const hub = createTestHub();
  hallLight(hub);
  hub.states.set('binary_sensor.hall_motion', 'on');
  await hub.advance('3m');
  expect(hub).toHaveState('light.hall', 'off');
});
// #endregion

it('is dark not a moment earlier', async () => {
  const hub = createTestHub();
  hallLight(hub);
  hub.states.set('binary_sensor.hall_motion', 'on');
  await hub.advance(179_999);
  expect(hub).toHaveState('light.hall', 'on');
});

it('has one clock for all', async () => {
  const readMeter = async (): Promise<number> => Promise.resolve(230);
  // #region one-clock
  const hub = createTestHub();
  const midnight = Date.now();
  const done: string[] = [];

  timer(3_600_000).subscribe(() => done.push('RxJS'));
  setTimeout(() => done.push('setTimeout'), 1_800_000);
  void sleep(2_700_000)
    .then(readMeter)
    .then(() => done.push('a promise'));

  await hub.advance('1h');
  expect(done).toEqual(['setTimeout', 'a promise', 'RxJS']);
  expect(Date.now() - midnight).toBe(3_600_000);
  // #endregion
});

it('goes on until nothing is under way', async () => {
  // #region until-idle
  const hub = createTestHub();
  hallLight(hub);
  hub.states.set('binary_sensor.hall_motion', 'on');
  await hub.advanceUntilIdle();
  expect(hub).toHaveState('light.hall', 'off');
  // #endregion
  expect(hub.clock?.frame).toBe(180_000);
});
