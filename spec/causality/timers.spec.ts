import { describe, expect, it } from '@jest/globals';
import {
  type Activity,
  callback,
  ConfigEntryNotReady,
  DataUpdateCoordinator,
  Debouncer,
  defineIntegration,
  EntityPlatform,
  getHub,
  retryAsync,
  runUncaused,
  sleep,
  trackCron,
  trackInterval,
  trackPointInTime,
  trackState,
  trackSun,
  withTimeout,
} from 'rxhome';
import { createTestHub, type TestHub } from 'rxhome/testing';

const nothing = (): void => undefined;

function watched() {
  const hub = createTestHub();
  const seen: Activity[] = [];
  const looking = hub.activity$.subscribe((activity) => seen.push(activity));
  const lamp = hub.scoped(hub.scope.child('lamp'));
  /** The waits in words: `name start at +due`, `name end at status`. */
  const begun = Date.now();
  const waits = (kind: Activity['kind'] = 'timer'): string[] =>
    seen
      .filter((activity) => activity.kind === kind)
      .map(({ name, phase, at, detail }) => {
        const due = detail['dueAt'] as number | null;
        const what = phase === 'start' ? (due === null ? 'never' : due - begun) : detail['status'];
        return `${name} ${phase} ${at - begun} ${String(what)}`;
      });
  const find = (name: string, phase?: Activity['phase']): Activity =>
    seen.find((one) => one.name === name && (phase === undefined || one.phase === phase))!;
  const at = (ms: number): Activity[] => seen.filter((one) => one.at === begun + ms);
  return { hub, lamp, seen, looking, waits, find, at };
}

describe('a sleep', () => {
  it('is a timer of the task that sleeps, with its owner, and the task goes on as itself', async () => {
    const { hub, lamp, seen, waits, find } = watched();
    hub.bus.listen('press', () => {
      lamp.createTask(
        async () => {
          await sleep(20, { name: 'off in 20 ms' });
          lamp.bus.fire('after');
        },
        { name: 'work' },
      );
    });
    hub.bus.fire('press');
    await hub.advance('1s');
    expect(waits()).toEqual(['off in 20 ms start 0 20', 'off in 20 ms end 20 done']);
    const [start, end] = seen.filter(({ kind }) => kind === 'timer');
    expect(start).toMatchObject({ parent: find('work').id, owner: 'lamp' });
    expect(start!.context).toBe(find('press').context);
    expect(end).toMatchObject({ id: start!.id, parent: start!.parent, owner: 'lamp' });
    expect(find('after').parent).toBe(find('work').id);
  });

  it('is named `sleep`, is cancelled with its signal, and once', async () => {
    const { hub, waits } = watched();
    const controller = new AbortController();
    hub.createTask(() => sleep(50, { signal: controller.signal }).catch(nothing));
    hub.createTask(() => sleep(Infinity, { signal: controller.signal }).catch(nothing));
    await hub.advance(10);
    controller.abort();
    await hub.advance('1s');
    expect(waits()).toEqual([
      'sleep start 0 50',
      'sleep start 0 never',
      'sleep end 10 cancelled',
      'sleep end 10 cancelled',
    ]);
  });

  it('is none of 0 ms, outside of a hub, or while nobody looks', async () => {
    const { hub, looking, waits, seen } = watched();
    hub.createTask(() => sleep(0));
    const outside = sleep(5);
    const uncaused = runUncaused(() => sleep(5));
    await hub.advance(10);
    await Promise.all([outside, uncaused]);
    expect(waits()).toEqual([]);
    looking.unsubscribe();
    hub.createTask(() => sleep(30));
    await hub.advance(10);
    hub.activity$.subscribe((activity) => seen.push(activity));
    await hub.advance(50);
    expect(waits()).toEqual([]);
  });

  it('is not ended for somebody who was not there at its start, nor told to nobody', async () => {
    const { hub, looking, waits } = watched();
    hub.createTask(() => sleep(30));
    looking.unsubscribe();
    await hub.advance('1s');
    expect(waits()).toEqual(['sleep start 0 30']);
  });

  it('refuses a name that is none', async () => {
    await expect(sleep(1, { name: '' })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
    await expect(sleep(1, { name: 5 as never })).rejects.toMatchObject({ code: 'INVALID_OPTION' });
  });

  it('belongs to the owner of the listener that sleeps', async () => {
    const { hub, lamp, find } = watched();
    lamp.bus.listen('e', async function onE() {
      await sleep(5, { name: 'first' });
      await sleep(5, { name: 'second' });
    });
    hub.bus.fire('e');
    await hub.advance('1s');
    const listener = find('onE', 'point');
    expect(find('first')).toMatchObject({ owner: 'lamp', parent: listener.id });
    expect(find('second')).toMatchObject({ owner: 'lamp', parent: listener.id });
  });

  it('of a retry says of what', async () => {
    const { hub, waits } = watched();
    async function readMeter(): Promise<void> {
      await Promise.reject(new Error('broken'));
    }
    const options = { attempts: 2, initialMs: 100, jitter: 'none' } as const;
    hub.createTask(() => retryAsync(readMeter, options).catch(nothing));
    await hub.advance('1s');
    expect(waits()).toEqual(['retry readMeter start 0 100', 'retry readMeter end 100 done']);
  });
});

describe('a timer of a tracker', () => {
  it('at a point in time leads from the code that set it to what it runs, which has no cause', async () => {
    const { hub, lamp, waits, find } = watched();
    const ring = (): void => lamp.bus.fire('ring');
    hub.bus.listen('set', function onSet() {
      trackPointInTime(lamp, ring, Date.now() + 100, { name: 'alarm' });
    });
    hub.bus.fire('set');
    await hub.advance('1s');
    expect(waits()).toEqual(['alarm start 0 100', 'alarm end 100 done']);
    const timer = find('alarm', 'start');
    expect(timer).toMatchObject({ parent: find('onSet').id, owner: 'lamp' });
    const run = find('alarm', 'point');
    expect(run).toMatchObject({ kind: 'listener', parent: timer.id });
    expect(find('ring').parent).toBe(run.id);
    expect(find('ring').context!.parentId).toBeNull();
  });

  it('that is ended by hand, or with its owner, is cancelled', async () => {
    const { hub, lamp, waits } = watched();
    const end = trackPointInTime(hub, nothing, Date.now() + 100, { name: 'a' });
    trackPointInTime(lamp, nothing, Date.now() + 100, { name: 'b' });
    trackInterval(lamp, nothing, 30, { name: 'c' });
    trackCron(lamp, nothing, '* * * * *', { name: 'd' });
    await hub.advance(10);
    end();
    end();
    await lamp.scope.close();
    await hub.advance('10m');
    expect(waits().slice(4)).toEqual([
      'a end 10 cancelled',
      'b end 10 cancelled',
      'c end 10 cancelled',
      'd end 10 cancelled',
    ]);
  });

  it('at an interval is one wait for each period, led to by nobody', async () => {
    const { hub, lamp, waits, seen, find } = watched();
    hub.bus.listen('set', () => {
      trackInterval(lamp, () => sleep(1), 100, { name: 'poll' });
    });
    hub.bus.fire('set');
    await hub.advance(250);
    expect(waits().filter((words) => words.startsWith('poll'))).toEqual([
      'poll start 0 100',
      'poll end 100 done',
      'poll start 100 200',
      'poll end 200 done',
      'poll start 200 300',
    ]);
    const [first, second] = seen.filter(({ kind, phase, name }) => {
      return kind === 'timer' && phase === 'start' && name === 'poll';
    });
    expect([first, second]).toMatchObject([{ parent: 0, context: null }, { parent: 0 }]);
    const runs = seen.filter(({ kind, phase }) => kind === 'task' && phase === 'start');
    expect(runs.map(({ parent }) => parent)).toEqual([first!.id, second!.id]);
    expect(runs[0]!.context).toBeNull();
    expect(find('sleep').parent).toBe(runs[0]!.id);
  });

  it('whose last run still runs is over all the same, and leads to nothing', async () => {
    const { hub, waits, seen } = watched();
    trackInterval(hub, () => sleep(150), 100, { name: 'slow' });
    await hub.advance(210);
    expect(waits().filter((words) => words.startsWith('slow end'))).toHaveLength(2);
    expect(seen.filter(({ kind, phase }) => kind === 'task' && phase === 'start')).toHaveLength(1);
  });

  it('that comes again and again is due when it comes next: cron and the sun', async () => {
    const { hub, waits, find } = watched();
    trackCron(hub, nothing, '* * * * *', { name: 'each minute' });
    trackSun(hub, nothing, 'sunrise', { latitude: 52, longitude: 13, name: 'sunrise' });
    await hub.advance('61s');
    expect(waits()).toEqual([
      'each minute start 0 60000',
      expect.stringMatching(/^sunrise start 0 \d{7,8}$/),
      'each minute end 60000 done',
      'each minute start 60000 120000',
    ]);
    expect(find('each minute', 'point').parent).toBe(find('each minute', 'start').id);
  });

  it('runs its job as its owner, whether somebody looks or not', async () => {
    for (const isSeen of [true, false]) {
      const { hub, lamp, looking } = watched();
      if (!isSeen) looking.unsubscribe();
      const owners: string[] = [];
      const note = callback(() => void owners.push(getHub().scope.name));
      trackPointInTime(lamp, note, Date.now() + 5);
      trackInterval(lamp, note, 5);
      trackState(lamp, 'light.a', note);
      await hub.advance(5);
      hub.states.set('light.a', 'on');
      expect(owners).toEqual(['lamp', 'lamp', 'lamp']);
      await hub.stop();
    }
  });
});

describe('a state that is to last', () => {
  it('is a timer led to by its change, and leads to the action, which keeps its cause', async () => {
    const { hub, lamp, waits, find, seen } = watched();
    const ring = (): void => lamp.bus.fire('ring');
    trackState(lamp, 'binary_sensor.door', ring, { to: 'on', forMs: 100, name: 'door open' });
    hub.states.set('binary_sensor.door', 'on');
    await hub.advance(50);
    hub.states.set('light.other', 'on');
    await hub.advance('1s');
    expect(waits()).toEqual(['door open start 0 100', 'door open end 100 done']);
    const change = find('state_changed');
    const timer = find('door open', 'start');
    expect(timer).toMatchObject({ parent: change.id, owner: 'lamp', context: change.context });
    expect(find('door open', 'point').parent).toBe(timer.id);
    expect(find('ring').parent).toBe(find('door open', 'point').id);
    expect(find('ring').context!.parentId).toBe(change.context!.id);
    expect(seen.filter(({ kind }) => kind === 'timer')).toHaveLength(2);
  });

  it('is cancelled when it does not last, and when nobody wants it any more', async () => {
    const { hub, lamp, waits } = watched();
    const end = trackState(lamp, 'light.a', nothing, { to: 'on', forMs: 100, name: 'on' });
    hub.states.set('light.a', 'on');
    await hub.advance(10);
    hub.states.set('light.a', 'off');
    hub.states.set('light.a', 'on');
    await hub.advance(10);
    end();
    await hub.advance('1s');
    expect(waits()).toEqual([
      'on start 0 100',
      'on end 10 cancelled',
      'on start 10 110',
      'on end 20 cancelled',
    ]);
  });

  it('that is to last no time makes none: the change leads to the action', async () => {
    const { hub, waits, find } = watched();
    trackState(hub, 'light.a', () => hub.bus.fire('ring'), { forMs: 0, name: 'at once' });
    hub.states.set('light.a', 'on');
    expect(waits()).toEqual([]);
    expect(find('at once').parent).toBe(find('state_changed').id);
  });
});

describe('other waits of ours', () => {
  it('a debouncer waits when a call waits, because of that call', async () => {
    const { hub, lamp, waits, find, seen } = watched();
    const run = (): void => lamp.bus.fire('ran');
    const { scope } = lamp;
    const debouncer = new Debouncer(run, { cooldownMs: 100, scope, name: 'refresh' });
    hub.bus.listen('ask', function onAsk() {
      void debouncer.call();
    });
    hub.bus.fire('ask');
    await hub.advance(30);
    expect(waits()).toEqual([]); // a cool-down that nobody waits for
    hub.bus.fire('ask');
    hub.bus.fire('ask');
    await hub.advance(200);
    expect(waits()).toEqual(['refresh start 30 100', 'refresh end 100 done']);
    const timer = find('refresh');
    const asked = seen.filter(({ name }) => name === 'onAsk');
    expect(timer.parent).toBe(asked[1]!.id);
    const ran = seen.filter(({ name }) => name === 'ran');
    expect(ran.map(({ parent }) => parent)).toEqual([asked[0]!.id, timer.id]);
    await debouncer.call();
    void debouncer.call();
    debouncer.shutdown();
    expect(waits().slice(2)).toEqual(['refresh start 230 330', 'refresh end 230 cancelled']);
  });

  it('a run at the end of a cool-down has the wait as parent, and no cause', async () => {
    const { hub, lamp, seen, find } = watched();
    const run = (): void => lamp.bus.fire('ran');
    const options = { cooldownMs: 100, immediate: false, scope: lamp.scope, name: 'later' };
    const debouncer = new Debouncer(run, options);
    hub.bus.listen('ask', function onAsk() {
      debouncer.schedule();
    });
    hub.bus.fire('ask');
    await hub.advance(200);
    expect(seen.filter(({ kind }) => kind === 'timer')).toHaveLength(2);
    expect(find('later')).toMatchObject({ parent: find('onAsk').id, owner: 'lamp' });
    expect(find('ran').parent).toBe(find('later').id);
    expect(find('ran').context!.parentId).toBeNull();
  });

  it('a coordinator waits for its next refresh, a platform for its next round', async () => {
    const { hub, lamp, waits, seen } = watched();
    const update = async (): Promise<number> => Promise.resolve(1);
    const coordinator = new DataUpdateCoordinator(lamp, {
      name: 'meter',
      updateIntervalMs: 1_000,
      update,
    });
    const end = coordinator.addListener(nothing);
    const platform = new EntityPlatform(lamp, { domain: 'sensor', scanIntervalMs: 700 });
    await platform.addEntities([
      { name: 'a', uniqueId: 'a', shouldPoll: true, available: true, state: 1, update: nothing },
    ] as never);
    await hub.advance(1_100);
    end();
    await lamp.scope.close();
    expect(waits()).toEqual([
      'coordinator meter start 0 1000',
      'polling of lamp sensor start 0 700',
      'polling of lamp sensor end 700 done',
      'polling of lamp sensor start 700 1400',
      'coordinator meter end 1000 done',
      'coordinator meter start 1000 2000',
      'coordinator meter end 1100 cancelled',
      'polling of lamp sensor end 1100 cancelled',
    ]);
    const starts = seen.filter(({ kind, phase }) => kind === 'timer' && phase === 'start');
    const ids = starts.map(({ id }) => id);
    const tasks = seen.filter(({ kind, phase }) => kind === 'task' && phase === 'start');
    const byTimers = tasks.filter(({ parent }) => ids.includes(parent));
    expect(byTimers.map(({ name }) => name)).toEqual([
      'update lamp sensor',
      expect.stringContaining('meter'),
    ]);
  });

  it('an entry that is not ready waits for its next try', async () => {
    const { hub, waits, find, seen } = watched();
    let isReady = false;
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry() {
          if (!isReady) throw new ConfigEntryNotReady('not yet');
        },
      }),
    );
    await hub.start();
    const entry = await hub.configEntries.add({ domain: 'lamp' });
    isReady = true;
    await hub.advance('6s');
    expect(entry.state).toBe('loaded');
    expect(waits()).toEqual([
      expect.stringMatching(/^set up lamp again start 0 5\d\d\d$/),
      expect.stringMatching(/^set up lamp again end 5\d\d\d done$/),
    ]);
    const task = seen.find(({ name, kind }) => name === 'set up lamp again' && kind === 'task')!;
    expect(task.parent).toBe(find('set up lamp again').id);
  });

  it('an entry that is unloaded before its next try does not wait any more', async () => {
    const { hub, waits } = watched();
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry() {
          throw new ConfigEntryNotReady('not yet');
        },
      }),
    );
    await hub.start();
    const { entryId } = await hub.configEntries.add({ domain: 'lamp' });
    await hub.configEntries.remove(entryId);
    expect(waits().at(-1)).toBe('set up lamp again end 0 cancelled');
  });
});

describe('a timeout', () => {
  const never = (): Promise<void> => new Promise(nothing);

  async function ends(start: (hub: TestHub) => Promise<unknown>): Promise<string[]> {
    const { hub, waits, find, seen } = watched();
    hub.createTask(() => start(hub).catch(nothing), { name: 'work' });
    await hub.advance('1s');
    expect(find('work').id).toBe(seen.find(({ kind }) => kind === 'timeout')!.parent);
    const found = waits('timeout');
    await hub.stop();
    return found;
  }

  it('of hub.timeout.run is done, failed or cancelled', async () => {
    const broken = new Error('broken');
    const gone = AbortSignal.abort('gone');
    const later = new AbortController();
    expect(await ends((hub) => hub.timeout.run(100, () => sleep(10)))).toEqual([
      'function start 0 100',
      'function end 10 done',
    ]);
    expect(await ends((hub) => hub.timeout.run(100, function at() {}))).toEqual([
      'at start 0 100',
      'at end 0 done',
    ]);
    expect(await ends((hub) => hub.timeout.run(100, never))).toEqual([
      'never start 0 100',
      'never end 100 failed',
    ]);
    expect(await ends((hub) => hub.timeout.run(100, () => Promise.reject(broken)))).toEqual([
      'function start 0 100',
      'function end 0 failed',
    ]);
    const cancelled = ends((hub) => hub.timeout.run(100, never, { signal: later.signal }));
    later.abort('enough');
    expect(await cancelled).toEqual(['never start 0 100', 'never end 0 cancelled']);
    const { hub, waits } = watched();
    await hub.timeout.run(100, never, { signal: gone }).catch(nothing);
    expect(waits('timeout')).toEqual([]);
  });

  it('says with what it failed', async () => {
    const { hub, seen } = watched();
    const failing = hub.timeout.run(100, never).catch(nothing);
    await hub.advance('1s');
    await failing;
    expect(seen.at(-1)!.detail['error']).toMatchObject({ code: 'TIMEOUT' });
  });

  it('that begins frozen is due never, one that is frozen later ends later than it was due', async () => {
    const { hub, waits } = watched();
    const first = hub.timeout.run(100, never).catch(nothing);
    await hub.advance(50);
    const thaw = hub.timeout.freeze();
    const second = hub.timeout.run(100, never).catch(nothing);
    await hub.advance(500);
    thaw();
    await hub.advance('1s');
    await Promise.all([first, second]);
    expect(waits('timeout')).toEqual([
      'never start 0 100',
      'never start 50 never',
      'never end 600 failed',
      'never end 650 failed',
    ]);
  });

  it('of withTimeout belongs to the code that runs', async () => {
    const controller = new AbortController();
    const { signal } = controller;
    expect(await ends(() => withTimeout(100, () => sleep(10)))).toEqual([
      'promise start 0 100',
      'promise end 10 done',
    ]);
    expect(await ends(() => withTimeout(100, never))).toEqual([
      'never start 0 100',
      'never end 100 failed',
    ]);
    const cancelled = ends(() => withTimeout(100, never, { signal }));
    controller.abort();
    expect(await cancelled).toEqual(['never start 0 100', 'never end 0 cancelled']);
    const { waits } = watched();
    await withTimeout(100, () => 1);
    expect(waits('timeout')).toEqual([]);
  });
});
