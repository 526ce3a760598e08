/* eslint-disable @typescript-eslint/no-misused-promises -- what people do all the same */
import { describe, expect, it } from '@jest/globals';
import { runAction } from 'rxhome/operators';
import { auditTime } from 'rxjs';
import { createTestHub } from 'rxhome/testing';
import { realMs, realUntil } from '../events/real-turn.js';

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

describe('what begins in a tick', () => {
  it('keeps its own cause over every await, also before the tick is over', async () => {
    await using hub = createTestHub({ time: 'real' });
    hub.services.register('test', 'go', () => undefined);
    const ids: string[] = [];
    const parents: Record<string, string | null> = {};
    hub.bus.listen('cause', async ({ context }) => {
      ids.push(context.id);
      await Promise.resolve();
      hub.bus.fire('effect', { of: 'listener' });
      await hub.createTask(async () => {
        await Promise.resolve();
        hub.bus.fire('effect', { of: 'task' });
      });
      hub.bus.fire('effect', { of: 'behind the task' });
    });
    hub.bus
      .on('cause')
      .pipe(
        auditTime(1),
        runAction(async () => {
          hub.bus.fire('other'); // what is called for it carries something else
          await Promise.resolve();
          hub.bus.fire('effect', { of: 'action' });
          await hub.services.call('test', 'go', {}, { signal: new AbortController().signal });
          hub.bus.fire('effect', { of: 'behind a call' });
        }),
      )
      .subscribe();
    hub.bus.listen('effect', ({ data, context }) => {
      parents[String(data['of'])] = context.parentId;
    });
    hub.bus.listen('other', async () => Promise.resolve());
    const ticking = setInterval(() => {
      clearInterval(ticking);
      hub.bus.fire('cause');
    }, 1);
    await realUntil(() => Object.keys(parents).length === 5);
    const [cause] = ids;
    expect(parents).toEqual({
      listener: cause,
      task: cause,
      'behind the task': cause,
      action: cause,
      'behind a call': cause,
    });
  });
});
