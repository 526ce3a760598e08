import { beforeEach, describe, expect, it } from '@jest/globals';
import { defineIntegration, HubKey, Job, sleep } from 'rxhome';
import { createTestHub, expectNoLeaks, type TestHub } from 'rxhome/testing';

let hub: TestHub;
let seen: string[];
const note = (what: string): number => seen.push(`${hub.clock!.frame} ${what} (${hub.state})`);
beforeEach(() => {
  hub = createTestHub();
  seen = [];
});

describe('stop', () => {
  it('walks down the table, each row when what it waits for has ended', async () => {
    hub.configEntries.registerIntegration(
      defineIntegration({
        domain: 'lamp',
        setupEntry(_, entry) {
          entry.onUnload(async () => {
            await sleep(500);
            note('entry closed');
          });
        },
      }),
    );
    await hub.configEntries.add({ domain: 'lamp' });
    await hub.start();
    hub.createBackgroundTask(
      async (signal) => {
        await sleep(900_000, { signal }).catch(() => note('background cancelled'));
      },
      { name: 'poll' },
    );
    hub.createTask(async () => {
      await sleep(4000);
      note('tracked task');
    });
    hub.addShutdownJob(async () => {
      note('shutdown job begins');
      await sleep(1000);
      note('shutdown job');
    });
    for (const type of ['homeassistant_stop', 'homeassistant_final_write', 'homeassistant_close'])
      hub.bus.listen(type, async () => {
        note(type);
        if (type !== 'homeassistant_close') await sleep(2000);
      });
    hub.scope.own(() => note('root scope'));

    await hub.stop();
    expect(seen).toEqual([
      '0 shutdown job begins (running)',
      '1000 shutdown job (running)',
      '1000 homeassistant_stop (stopping)',
      '1000 background cancelled (stopping)',
      '4000 tracked task (stopping)',
      '4000 homeassistant_final_write (final_write)',
      '6500 entry closed (final_write)',
      '6500 homeassistant_close (final_write)',
      '6500 root scope (final_write)',
    ]);
    expect(hub.state).toBe('stopped');
    expect(hub.log).toEqual([]);
    expectNoLeaks(hub);
  });

  it('aborts the signals of background tasks before it fires homeassistant_stop', async () => {
    await hub.start();
    hub.bus.listen('homeassistant_stop', () => note('homeassistant_stop'));
    const task = hub.createBackgroundTask((signal) => sleep(900_000, { signal }), { name: 'poll' });
    task.catch(() => undefined);
    task.signal.addEventListener('abort', () => note('told'));
    await hub.stop();
    expect(seen).toEqual(['0 told (stopping)', '0 homeassistant_stop (stopping)']);
    await expect(task).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('tells MATCH_ALL of everything but homeassistant_close', async () => {
    const heard: string[] = [];
    hub.bus.listen('*', ({ type }) => heard.push(type));
    hub.bus.on('homeassistant_close').subscribe(({ type }) => heard.push(`direct ${type}`));
    await hub.stop();
    expect(heard).toEqual([
      'homeassistant_stop',
      'homeassistant_final_write',
      'direct homeassistant_close',
    ]);
  });

  it('completes all streams of the hub, after stopped', async () => {
    await hub.start();
    hub.bus.on('e').subscribe({ complete: () => note('on') });
    hub.states.changes().subscribe({ complete: () => note('changes') });
    hub.states.watch('light.kitchen').subscribe({ complete: () => note('watch') });
    hub.errors$.subscribe({ complete: () => note('errors$') });
    hub.activity$.subscribe({ complete: () => note('activity$') });
    await hub.stop();
    expect([...seen].sort()).toEqual(
      ['activity$', 'changes', 'errors$', 'on', 'watch'].map((name) => `0 ${name} (stopped)`),
    );
  });

  it('ends the streams of entries without completing them', async () => {
    const mine = hub.scoped(hub.scope.child('lamp'));
    mine.bus.on('e').subscribe({ complete: () => note('complete') });
    await hub.stop();
    expect(seen).toEqual([]);
  });

  it('lets shutdown jobs do everything that a running hub can do', async () => {
    await hub.start();
    const mine = hub.scoped(hub.scope.child('lamp'));
    mine.addShutdownJob(async (text: string) => {
      mine.states.set('light.kitchen', text);
      await mine.createTask(() => sleep(100));
      mine.bus.fire('goodbye');
    }, 'off');
    hub.bus.listen('goodbye', () => note('goodbye'));
    await hub.stop();
    expect(seen).toEqual(['100 goodbye (running)']);
    expect(hub.states.is('light.kitchen', 'off')).toBe(true);
  });

  it('runs shutdown jobs side by side, and all of them although one fails', async () => {
    hub.addShutdownJob(() => {
      throw new Error('sync');
    });
    hub.addShutdownJob(async () => Promise.reject(new Error('async')));
    hub.addShutdownJob(() => sleep(1000).then(() => note('one')));
    hub.addShutdownJob(new Job(() => sleep(1000).then(() => note('two'))));
    await hub.stop();
    expect(seen).toEqual(['1000 one (not_running)', '1000 two (not_running)']);
    expect(hub.errors.map(({ error }) => String(error))).toEqual(['Error: sync', 'Error: async']);
  });

  it('runs no shutdown job that was taken back, or whose owner was unloaded', async () => {
    const takeBack = hub.addShutdownJob(() => note('taken back'));
    takeBack();
    takeBack();
    const scope = hub.scope.child('lamp');
    hub.scoped(scope).addShutdownJob(() => note('unloaded'));
    await scope.close();
    await hub.stop();
    expect(seen).toEqual([]);
  });

  it('closes entries side by side', async () => {
    for (const name of ['one', 'two', 'three']) hub.scope.child(name).own(() => sleep(5000));
    await hub.stop();
    expect(hub.clock!.frame).toBe(5000);
  });

  it('empties hub.data at close, when entries have ended', async () => {
    const key = new HubKey<string>('lamp');
    hub.data.set(key, 'here');
    hub.scope.child('lamp').own(() => note(String(hub.data.get(key))));
    await hub.stop();
    expect(seen).toEqual(['0 here (final_write)']);
    expect([hub.data.has(key), hub.data.get(key)]).toEqual([false, undefined]);
  });

  it('runs also what was never started', async () => {
    hub.bus.listen('homeassistant_stop', () => note('homeassistant_stop'));
    hub.addShutdownJob(() => note('shutdown job'));
    await hub.stop();
    expect(seen).toEqual(['0 shutdown job (not_running)', '0 homeassistant_stop (stopping)']);
    expect(hub.state).toBe('stopped');
  });
});
