import { describe, expect, it } from '@jest/globals';
import { currentTask, type Diagnostic, sleep, type Task, whileIdle } from 'rxhome';
import { automation } from 'rxhome/integrations';
import { createTestHub, type TestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

function slowIn(hub: TestHub): string[] {
  const found: string[] = [];
  hub.diagnostics$.subscribe(({ kind, name, at }: Diagnostic) => {
    if (kind.startsWith('slow-')) found.push(`${kind} ${name} ${at - begun}`);
  });
  const begun = Date.now();
  return found;
}

describe('a task that waits idly', () => {
  it('is not waited for by the start, and by the others as ever', async () => {
    await using hub = createTestHub();
    const ends: string[] = [];
    hub.bus.listen('homeassistant_start', () => {
      const wait = (): Promise<void> => whileIdle(() => sleep(60_000));
      void hub.createTask(wait, { name: 'waits' }).then(() => ends.push('waited'));
    });
    await hub.start();
    expect([hub.state, hub.clock!.frame, hub.log]).toEqual(['running', 0, []]);
    expect(hub.snapshot().tasks).toMatchObject([{ name: 'waits', kind: 'task' }]);
    await expect(hub.blockTillDone({ timeoutMs: 5_000 })).rejects.toThrow('waits');
    await hub.blockTillDone();
    expect([ends, hub.clock!.frame]).toEqual([['waited'], 60_000]);
  });

  it('is waited for until it waits, and again when it goes on before the start is over', async () => {
    await using hub = createTestHub();
    const busy = sleep(3_000);
    hub.createTask(async () => {
      await sleep(1_000);
      await whileIdle(() => sleep(1_000));
      await sleep(2_500);
    });
    hub.createTask(() => busy);
    await hub.start();
    expect(hub.clock!.frame).toBe(4_500);
  });

  it('lets the start go on at the moment when the last begins to wait', async () => {
    await using hub = createTestHub({ leaks: 'ignore' });
    for (const ms of [1_000, 2_000])
      hub.createTask(async () => {
        await sleep(ms);
        await whileIdle(never);
      });
    await hub.start();
    expect(hub.clock!.frame).toBe(2_000);
  });

  it('that waits in two places is idle until both are over', async () => {
    await using hub = createTestHub();
    hub.createTask(async () => {
      await Promise.all([whileIdle(() => sleep(100)), whileIdle(() => sleep(9_000))]);
    });
    hub.createTask(() => sleep(200));
    await hub.start();
    expect(hub.clock!.frame).toBe(200);
    await hub.advance('10s');
  });

  it('may be an async listener, from its first line on, and one with no hub is as it is', async () => {
    await using hub = createTestHub();
    hub.bus.listen('homeassistant_start', async () => {
      await whileIdle(() => sleep(60_000));
    });
    await hub.start();
    expect(hub.clock!.frame).toBe(0);
    expect(await whileIdle(() => 7)).toBe(7);
    await expect(whileIdle(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    const broken = (): never => {
      throw new Error('at once');
    };
    await expect(whileIdle(broken)).rejects.toThrow('at once');
    await hub.createTask(() => whileIdle(broken)).catch(() => undefined);
    expect(hub.errors).toEqual([]);
  });

  it('is told of by hand where nobody knows whose code runs, and by `null` of none', async () => {
    await using hub = createTestHub({ causality: 'explicit' });
    const found: (Task<unknown> | null)[] = [];
    const waits = hub.createTask(async () => {
      const me = currentTask();
      await sleep(1);
      found.push(me, currentTask());
      await whileIdle(() => sleep(30_000), me);
    });
    hub.createTask(() => whileIdle(() => sleep(2_000), null));
    await hub.start();
    expect(found).toEqual([waits, null]);
    expect(hub.clock!.frame).toBe(2_000);
    expect(currentTask()).toBeNull();
  });

  it('is not slow meanwhile; its ten seconds begin when it goes on', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const slow = slowIn(hub);
    await hub.start();
    hub.createTask(
      async () => {
        await sleep(4_000);
        await whileIdle(() => sleep(30_000));
        await sleep(9_000);
        await whileIdle(() => sleep(30_000));
        await never();
      },
      { name: 'patient' },
    );
    await hub.advance('73s');
    expect(slow).toEqual([]);
    await hub.advance('20s');
    expect(slow).toHaveLength(1);
    const [, name, at] = slow[0]!.split(' ');
    expect(name).toBe('patient');
    expect(Number(at)).toBeGreaterThanOrEqual(83_000);
  });
});

describe('the run of an automation', () => {
  it.each(['auto', 'explicit'] as const)(
    'that only waits holds up no start and is no finding: causality %s',
    async (causality) => {
      await using hub = createTestHub({ causality });
      const slow = slowIn(hub);
      hub.configEntries.registerIntegration(automation);
      const data = {
        triggers: [{ event: 'homeassistant_start' }],
        actions: [
          { set: 'light.hall', state: 'on' },
          { delay_seconds: 12 },
          { wait_for: { event: 'left' } },
          { delay_seconds: 20 },
          { set: 'light.hall', state: 'off' },
        ],
      };
      await hub.configEntries.add({ domain: 'automation', title: 'Welcome', data });
      await hub.start();
      expect([hub.clock!.frame, hub.states.get('light.hall')?.state]).toEqual([0, 'on']);
      await hub.advance('5m');
      hub.bus.fire('left');
      await hub.advance('20s');
      expect([hub.states.get('light.hall')?.state, slow, hub.log]).toEqual(['off', [], []]);
    },
  );
});
