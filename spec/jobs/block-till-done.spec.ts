import { describe, expect, it } from '@jest/globals';
import { type Hub, InvalidOptionError, sleep, TimeoutError } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

/** When the waiting was over, in virtual milliseconds. */
async function waitedFor(hub: ReturnType<typeof createTestHub>, options?: object): Promise<number> {
  await hub.blockTillDone(options);
  return hub.clock!.frame;
}

describe('blockTillDone', () => {
  it('returns at once when nothing runs', async () => {
    expect(await waitedFor(createTestHub())).toBe(0);
  });

  it('waits for tasks, async listeners and jobs', async () => {
    const hub = createTestHub();
    hub.createTask(() => sleep(1000));
    hub.bus.listen('e', () => sleep(2000));
    hub.bus.fire('e');
    void hub.runJob(() => sleep(3000));
    expect(await waitedFor(hub)).toBe(3000);
    expect(hub.snapshot().tasks).toEqual([]);
  });

  it('waits for work begun meanwhile, and for what that begins', async () => {
    const hub = createTestHub();
    hub.bus.listen('next', async ({ data }) => {
      await sleep(1000);
      if ((data['left'] as number) > 0)
        hub.bus.fire('next', { left: (data['left'] as number) - 1 });
    });
    hub.createTask(async () => {
      await sleep(500);
      hub.bus.fire('next', { left: 2 });
    });
    expect(await waitedFor(hub)).toBe(3500);
  });

  it('waits for what starts in the next turn', async () => {
    const hub = createTestHub();
    setImmediate(() => void hub.createTask(() => sleep(1000)));
    expect(await waitedFor(hub)).toBe(1000);
  });

  it('does not wait for timers that have begun nothing yet', async () => {
    const hub = createTestHub();
    setTimeout(() => void hub.createTask(() => sleep(1000)), 1000);
    expect(await waitedFor(hub)).toBe(0);
  });

  it('waits for background tasks only if it is told to', async () => {
    const hub = createTestHub();
    hub.createBackgroundTask(() => sleep(5000), { name: 'poll' });
    hub.createTask(() => sleep(1000));
    expect(await waitedFor(hub)).toBe(1000);
    expect(await waitedFor(hub, { includeBackground: true })).toBe(5000);
  });

  it('resolves although tasks fail', async () => {
    const hub = createTestHub();
    hub.createTask(async () => {
      await sleep(1000);
      throw new Error('broken');
    });
    expect(await waitedFor(hub)).toBe(1000);
  });

  it('rejects after timeoutMs with a TimeoutError that names what runs, with owner and age', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    hub.scoped(hub.scope.child('lamp')).createTask(never, { name: 'deaf' });
    hub.createTask(() => sleep(1000), { name: 'in time' });
    await hub.advance(500);
    const failure = await hub.blockTillDone({ timeoutMs: 2000 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(TimeoutError);
    expect(hub.clock!.frame).toBe(2500);
    expect((failure as Error).message).toMatch(/deaf.*lamp.*2\.5 s/);
    expect((failure as Error).message).not.toContain('in time');
  });

  it('resolves in time when timeoutMs is longer than the work', async () => {
    const hub = createTestHub();
    hub.createTask(() => sleep(1000));
    expect(await waitedFor(hub, { timeoutMs: 2000 })).toBe(1000);
    expect(hub.clock!.pendingTimers).toEqual([]);
  });

  it('does not wait for the task that calls it, nor for those that await that one', async () => {
    const hub = createTestHub();
    const other = hub.createTask(() => sleep(1000));
    const ended: number[] = [];
    const inside = async (mine: Hub): Promise<void> => {
      await mine.blockTillDone();
      ended.push(hub.clock!.frame);
    };
    hub.createTask(async () => {
      await hub.createTask(async () => {
        await Promise.resolve();
        await inside(hub);
      });
    });
    hub.scoped(hub.scope.child('lamp')).bus.listen('e', () => inside(hub));
    await hub.advance('5s');
    expect(other.status).toBe('done');
    expect(ended).toEqual([1000]);
  });

  it('does not wait for the async listener that calls it', async () => {
    const hub = createTestHub();
    let endedAt: number | undefined;
    hub.bus.listen('e', async () => {
      await hub.blockTillDone();
      endedAt = hub.clock!.frame;
    });
    hub.bus.fire('e');
    await hub.advance('1s');
    expect(endedAt).toBe(0);
  });

  it('called by two at once: neither waits for the other, both for the rest', async () => {
    const hub = createTestHub();
    const ended: [string, number][] = [];
    hub.createTask(async () => {
      await hub.blockTillDone();
      ended.push(['first', hub.clock!.frame]);
    });
    hub.bus.listen('e', async () => {
      await sleep(500); // the first waits for this one by now
      await hub.blockTillDone();
      ended.push(['second', hub.clock!.frame]);
    });
    hub.bus.fire('e');
    hub.createTask(() => sleep(1000));
    await hub.blockTillDone(); // from outside: it waits for both
    expect(ended.sort()).toEqual([
      ['first', 1000],
      ['second', 1000],
    ]);
  });

  it('in two listeners of homeassistant_start does not hold up the start', async () => {
    const hub = createTestHub();
    for (let i = 0; i < 2; i++) hub.bus.listen('homeassistant_start', () => hub.blockTillDone());
    await hub.start();
    expect(hub.clock!.frame).toBe(0);
  });

  it('waits for no task that was late when its owner was unloaded', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const scope = hub.scope.child('lamp');
    hub.scoped(scope).createTask(never, { name: 'deaf' });
    const closing = scope.close();
    await hub.advance('10s');
    await closing;
    expect(await waitedFor(hub, { timeoutMs: 1000 })).toBe(10_000);
    expect(hub.snapshot().tasks).toMatchObject([{ name: 'deaf', owner: 'lamp' }]);
  });

  it('resolves when the hub has stopped, whatever still runs', async () => {
    const hub = createTestHub();
    hub.createTask(never);
    const waiting = hub.scoped(hub.scope.child('lamp')).blockTillDone();
    await hub.stop();
    await waiting;
    expect(hub.snapshot().tasks).toHaveLength(1);
  });

  it.each([[-1], [Number.NaN], ['1s']])('refuses timeoutMs %p', async (junk) => {
    const hub = createTestHub();
    const refused = hub.blockTillDone({ timeoutMs: junk as number });
    await expect(refused).rejects.toBeInstanceOf(InvalidOptionError);
  });
});
