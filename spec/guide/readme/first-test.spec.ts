// #region first-test
import { it } from '@jest/globals'; // or from 'vitest', or 'node:test'
import { heldFor } from 'rxhome/operators';
import { marbles } from 'rxhome/testing';

it('forgets no light in the cellar', () =>
  marbles(({ hub, at, expectStates }) => {
    hub.states
      .changes('light.cellar')
      .pipe(heldFor(180_000, 'on'))
      .subscribe(() => hub.states.set('light.cellar', 'off'));
    at('5s', () => hub.states.set('light.cellar', 'on'));
    expectStates('light.cellar').toBe('none 5s on 3m off'); // three minutes, at once
  }));
// #endregion
