import { expect, it } from '@jest/globals';
import { runUncaused } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

it('what is made for all on purpose is no leak', async () => {
  const root = createTestHub({ leaks: 'ignore' });
  const lamp = root.scoped(root.scope.child('lamp'));
  const heard: string[] = [];
  const onPress = (): void => void heard.push('press');
  await lamp.createTask(() => {
    // #region shared-on-purpose
    const shared = root.scoped(root.scope.child('shared lamps')); // an owner of its own, with an end
    shared.bus.listen('press', onPress);

    runUncaused(() => root.bus.listen('press', onPress)); // the hub's, as if the program had made it
    // #endregion
  });
  await lamp.scope.close();
  root.bus.fire('press');
  expect(heard).toHaveLength(2);
  expect(root.snapshot().diagnostics).toEqual([]);
});
