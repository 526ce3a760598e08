/* eslint-disable @typescript-eslint/no-misused-promises -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { realMs } from '../events/real-turn.js';

describe('a tick of `setInterval`', () => {
  it('is no effect of what began the interval, also behind an await in it', async () => {
    await using hub = createTestHub({ time: 'real' });
    const parents: (string | null)[] = [];
    hub.bus.listen('tick', ({ context }) => parents.push(context.parentId));
    hub.bus.listen('cause', () => {
      const ticking = setInterval(async () => {
        clearInterval(ticking);
        await Promise.resolve();
        hub.bus.fire('tick');
      }, 1);
    });
    hub.bus.fire('cause');
    await realMs(10);
    expect(parents).toEqual([null]);
  });

  it('is none behind a promise that its first line makes', async () => {
    await using hub = createTestHub({ time: 'real' });
    const parents: (string | null)[] = [];
    hub.bus.listen('tick', ({ context }) => parents.push(context.parentId));
    hub.bus.listen('cause', () => {
      const ticking = setInterval(() => {
        clearInterval(ticking);
        void Promise.resolve().then(() => hub.bus.fire('tick'));
      }, 1);
    });
    hub.bus.fire('cause');
    await realMs(10);
    expect(parents).toEqual([null]);
  });
});
