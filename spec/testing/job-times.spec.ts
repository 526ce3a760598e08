import { describe, expect, it } from '@jest/globals';
import { workerModule } from 'rxhome';
import { createTestHub, marbles } from 'rxhome/testing';

const path = workerModule<Pick<typeof import('node:path'), 'basename' | 'dirname'>>('node:path');

describe('jobMs', () => {
  it('lets inline jobs take virtual time, each by its name', () =>
    marbles(
      async ({ hub, clock }) => {
        const jobs = [
          hub.addExecutorJob(path.basename, '/a/b').then((name) => [name, clock.frame]),
          hub.addExecutorJob(path.dirname, '/a/b').then((name) => [name, clock.frame]),
        ];
        expect(hub.snapshot().executor.running).toBe(2);
        expect(await Promise.all(jobs)).toEqual([
          ['b', 2_000],
          ['/a', 0],
        ]);
        expect(hub.snapshot().executor).toMatchObject({ running: 0, completed: 2 });
      },
      { hub: { jobMs: (name) => (name === 'basename' ? '2s' : 0) } },
    ));

  it('is waited for by the hub, and by `advanceUntilIdle`', async () => {
    const hub = createTestHub({ jobMs: '2s' });
    void hub.addExecutorJob(path.basename, '/a/b');
    await hub.blockTillDone();
    expect(hub.clock?.frame).toBe(2_000);
    void hub.addExecutorJob(path.basename, '/a/b');
    await hub.advanceUntilIdle();
    expect(hub.clock?.frame).toBe(4_000);
    const last = hub.addExecutorJob(path.basename, '/a/b');
    await hub.stop();
    expect(await last).toBe('b');
  });

  it('ends with its limit, its task and its signal', () =>
    marbles(
      async ({ hub, clock, advance }) => {
        const late = hub.addExecutorJob(path.basename.with({ timeoutMs: 500 }), '/a/b');
        await expect(late).rejects.toMatchObject({ code: 'TIMEOUT' });
        expect(clock.frame).toBe(500);
        const unwanted = hub.addExecutorJob(path.basename, '/a/b');
        await advance('1s');
        unwanted.cancel('enough');
        await expect(unwanted).rejects.toMatchObject({ code: 'CANCELLED' });
        expect(clock.frame).toBe(1_500);
        await hub.blockTillDone();
        expect(hub.snapshot().executor.running).toBe(0);
        expect(clock.pendingCount).toBe(0);
      },
      { hub: { jobMs: '2s' } },
    ));

  it('is refused for threads, and when it is no duration', async () => {
    expect(() => createTestHub({ jobMs: 5, executor: {} })).toThrow(
      '`jobMs` is for the inline executor: threads take real time.',
    );
    expect(() => createTestHub({ jobMs: 'soon' as '1s' })).toThrow('got `soon`');
    const hub = createTestHub({ jobMs: () => -1 }); // the clock was not kept
    await expect(hub.addExecutorJob(path.basename, '/a')).rejects.toMatchObject({
      code: 'INVALID_OPTION',
    });
    await hub.stop();
  });
});
