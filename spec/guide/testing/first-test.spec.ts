// #region first-test
import { expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { openWindows } from './open-windows.js';

it('names the windows that are open', () => {
  const hub = createTestHub();
  hub.states.set('binary_sensor.kitchen_window', 'on', { friendly_name: 'Kitchen window' });
  expect(openWindows(hub)).toEqual(['Kitchen window']);
});
// #endregion
