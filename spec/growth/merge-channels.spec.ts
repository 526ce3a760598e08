import { expect, it } from '@jest/globals';
import { mergeChannels } from '../../src/events/merge-channels.js';

/** How often the order of a node is asked for while so many channels of one node each are merged. */
function asked(count: number): number {
  let reads = 0;
  const channels = Array.from({ length: count }, (_, i) => {
    const node = {
      get since() {
        reads++;
        return count - i;
      },
    };
    return { nodes: [node], size: 1 };
  });
  expect(mergeChannels(channels as never)).toHaveLength(count);
  return reads;
}

// A hub that stops ends the listeners of all its entities in the order of their registration.
it('the channels of all entities are put in order in about as many steps as there are', () => {
  expect(asked(4_000) / asked(1_000)).toBeLessThan(8);
});
