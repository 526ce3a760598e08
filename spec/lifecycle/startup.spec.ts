import { describe, expect, it } from '@jest/globals';
import { type HubStage, sleep, StageError } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

const never = (): Promise<never> => new Promise(() => undefined);

describe('a new hub', () => {
  it('runs nothing and writes nothing before start, and works', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.bus.listen('*', ({ type }) => seen.push(type));
    hub.states.set('light.kitchen', 'on');
    hub.bus.fire('e');
    expect(await hub.createTask(async () => 42)).toBe(42);
    expect(seen).toEqual(['state_changed', 'e']);
    expect([hub.state, hub.log, hub.clock!.pendingTimers]).toEqual(['not_running', [], []]);
  });
});

describe('start', () => {
  it('fires the events of starting, each in its stage', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.bus.listen('*', ({ type }) => seen.push(`${type} (${hub.state})`));
    await hub.start();
    expect(seen).toEqual([
      'core_config_updated (starting)',
      'homeassistant_start (starting)',
      'core_config_updated (running)',
      'homeassistant_started (running)',
    ]);
  });

  it('waits for what the listeners of homeassistant_start begin, and no longer', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    hub.bus.listen('homeassistant_start', async () => {
      await sleep(3000);
      hub.createTask(() => sleep(2000));
    });
    hub.createBackgroundTask(never, { name: 'not waited for' });
    await hub.start();
    expect([hub.state, hub.clock!.frame]).toEqual(['running', 5000]);
    expect(hub.log).toEqual([]);
  });

  it('goes on after 15 s, and names each that is late with its owner and its age', async () => {
    const hub = createTestHub({ leaks: 'ignore' });
    const mine = hub.scoped(hub.scope.child('lamp'));
    mine.createTask(never, { name: 'find the lamp' });
    await hub.advance('5s');
    hub.createTask(never, { name: 'read the meter' });
    hub.createTask(() => sleep(14_000), { name: 'in time' });
    await hub.start();
    expect([hub.state, hub.clock!.frame]).toEqual(['running', 20_000]);
    const warnings = hub.log.filter(({ fields }) => fields?.['kind'] === 'late');
    expect(warnings.map(({ message }) => message)).toEqual([
      'The start goes on without task "find the lamp" of lamp (20.0 s).',
      'The start goes on without task "read the meter" of hub (15.0 s).',
    ]);
    const late = hub.snapshot().diagnostics.filter(({ kind }) => kind === 'late');
    expect(late).toMatchObject([
      { kind: 'late', owner: 'lamp', name: 'find the lamp', durationMs: 20_000 },
      { kind: 'late', owner: 'hub', name: 'read the meter', durationMs: 15_000 },
    ]);
    expect(late[0]!.detail).toEqual({
      stage: 'start',
      what: 'task',
      limitMs: 15_000,
    });
  });

  it('has its limit from stageTimeoutsMs.start', async () => {
    const hub = createTestHub({ leaks: 'ignore', stageTimeoutsMs: { start: 100 } });
    hub.createTask(never, { name: 'late' });
    await hub.start();
    expect(hub.clock!.frame).toBe(100);
  });

  it('does not wait for the task that calls it', async () => {
    const hub = createTestHub();
    await hub.createTask(() => hub.start());
    expect([hub.state, hub.clock!.frame, hub.log]).toEqual(['running', 0, []]);
  });

  it('is refused while it starts, runs, stops and when it has stopped', async () => {
    const hub = createTestHub();
    const refusals: unknown[] = [];
    const tryIt = async (): Promise<void> => {
      refusals.push([hub.state, await hub.start().catch((error: unknown) => error)]);
    };
    hub.bus.listen('homeassistant_start', tryIt);
    hub.bus.listen('homeassistant_stop', tryIt);
    await hub.start();
    await tryIt();
    await hub.stop();
    await tryIt();
    expect(refusals).toEqual(
      ['starting', 'running', 'stopping', 'stopped'].map((stage) => [
        stage,
        expect.any(StageError),
      ]),
    );
    expect(String((refusals[0] as unknown[])[1])).toContain('starting');
    expect(hub.state).toBe('stopped');
  });

  it('is refused from the moment in which stop was called', async () => {
    const hub = createTestHub();
    hub.addShutdownJob(() => sleep(1000));
    const stopping = hub.stop();
    expect(hub.state).toBe('not_running');
    await expect(hub.start()).rejects.toBeInstanceOf(StageError);
    await stopping;
    expect(hub.state).toBe('stopped');
  });

  it('ends without homeassistant_started when the hub is stopped meanwhile', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.bus.listen('*', ({ type }) => seen.push(type));
    hub.bus.listen('homeassistant_start', () => sleep(5000));
    const starting = hub.start();
    await hub.stop();
    await starting;
    expect(seen).not.toContain('homeassistant_started');
    expect(hub.state).toBe('stopped');
  });
});

describe('stage$', () => {
  it('gives the stage at once, then every change, and completes after stopped', async () => {
    const hub = createTestHub();
    const seen: string[] = [];
    hub.stage$.subscribe({
      next: (stage: HubStage) => seen.push(stage),
      complete: () => seen.push('complete'),
    });
    expect(seen).toEqual(['not_running']);
    await hub.start();
    const late: string[] = [];
    hub.stage$.subscribe((stage) => late.push(stage));
    await hub.stop();
    expect(seen).toEqual([
      'not_running',
      'starting',
      'running',
      'stopping',
      'final_write',
      'stopped',
      'complete',
    ]);
    expect(late).toEqual(['running', 'stopping', 'final_write', 'stopped']);
  });

  it('gives the last stage and completes for who comes after the end', async () => {
    const hub = createTestHub({ strict: false });
    await hub.stop();
    const seen: string[] = [];
    hub.stage$.subscribe({
      next: (stage) => seen.push(stage),
      complete: () => seen.push('complete'),
    });
    expect(seen).toEqual(['stopped', 'complete']);
  });
});
