// #region vitest
import { createTestHub } from 'rxhome/testing';
import 'rxhome/testing/vitest';
import { expect, it } from 'vitest';

it('knows the light', () => {
  const hub = createTestHub();
  hub.states.set('light.hall', 'on');
  expect(hub).toHaveState('light.hall', 'on');
});
// #endregion

it('does not know the porch', () => {
  expect(createTestHub()).toHaveState('light.porch');
});
