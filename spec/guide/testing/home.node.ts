// #region node-test
import assert from 'node:assert/strict';
import { afterEach, it } from 'node:test';
import { closeTestHubs, createTestHub } from 'rxhome/testing';

afterEach(closeTestHubs);

it('knows the light', () => {
  const hub = createTestHub();
  hub.states.set('light.hall', 'on');
  assert.equal(hub.states.get('light.hall')?.state, 'on');
});
// #endregion

it('does not end', () => {
  createTestHub().createTask(() => new Promise(() => undefined), { name: 'endless' });
});
