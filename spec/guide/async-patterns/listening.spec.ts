import { EventEmitter } from 'node:events';
import { expect, it } from '@jest/globals';
import { callback, Job, sleep, workerModule } from 'rxhome';
import { changedTo, runAction } from 'rxhome/operators';
import { createTestHub, expectNoLeaks } from 'rxhome/testing';
import { load } from './home.js';

it('ends what an entry listens to when the entry is unloaded', async () => {
  const radio = new EventEmitter();
  const { hub: home, entry } = await load((hub, entry) => {
    // #region listen
    hub.bus.listen('state_changed', ({ data }) => {
      hub.states.set('sensor.last_change', data.entityId);
    });
    const onMessage = (text: string): void => hub.states.set('sensor.radio', text);
    radio.on('message', onMessage); // not the hub's
    entry.onUnload(() => radio.off('message', onMessage));
    // #endregion
  });
  home.states.set('light.hall', 'on');
  radio.emit('message', 'hello');
  expect(home.states.is('sensor.last_change', 'light.hall')).toBe(false);
  expect(home.states.is('sensor.radio', 'hello')).toBe(true);
  await home.configEntries.unload(entry.entryId);
  expect(radio.listenerCount('message')).toBe(0);
  expectNoLeaks(home);
  await home.stop();
});

it('makes a task of what an async listener begins', async () => {
  await using hub = createTestHub();
  const sent: unknown[] = [];
  const sendMail = async (subject: string) => {
    await sleep(100);
    if (subject.includes('back')) throw new Error('no mail server');
    sent.push(subject);
  };
  // #region async-listener
  hub.bus.listen('parcel_arrived', async ({ data }) => {
    await sendMail(`A parcel is at the ${String(data['door'])} door`);
  });
  // #endregion
  hub.bus.fire('parcel_arrived', { door: 'front' });
  hub.bus.fire('parcel_arrived', { door: 'back' });
  expect(hub.snapshot().tasks).toHaveLength(2);
  await hub.blockTillDone();
  expect(sent).toEqual(['A parcel is at the front door']);
  expect(hub.errors).toMatchObject([{ source: 'listener', error: { message: 'no mail server' } }]);
});

it('says what happens when the next event comes too early', async () => {
  await using hub = createTestHub();
  const runs: string[] = [];
  const openBlinds = async (signal: AbortSignal) => {
    runs.push('begun');
    await sleep(20_000, { signal }).catch(() => runs.push('given up'));
  };
  // #region overlap
  hub.states
    .changes('sun.sun')
    .pipe(
      changedTo('above_horizon'),
      runAction((_event, signal) => openBlinds(signal), { mode: 'restart' }),
    )
    .subscribe();
  // #endregion
  for (const state of ['above_horizon', 'below_horizon', 'above_horizon'])
    hub.states.set('sun.sun', state);
  await hub.advance('1m');
  expect(runs).toEqual(['begun', 'given up', 'begun']);
});

it('calls a callback inline, without a task', async () => {
  await using hub = createTestHub();
  // #region callback
  const double = callback((watts: number) => watts * 2);

  hub.bus.listen(
    'meter_read',
    callback(({ data }) => hub.states.set('sensor.power', double(Number(data['watts'])))),
  );
  // #endregion
  hub.bus.fire('meter_read', { watts: 21 });
  expect(hub.states.is('sensor.power', '42')).toBe(true);
  expect(hub.snapshot().tasks).toEqual([]);
});

it('reports a callback that is none', async () => {
  await using hub = createTestHub();
  // @ts-expect-error a marked function returns no promise
  const notOne = callback(async () => sleep(10));
  hub.bus.listen('meter_read', notOne);
  hub.bus.fire('meter_read');
  await hub.advance('1s');
  expect(hub.errors).toMatchObject([{ error: { code: 'CALLBACK_RETURNED_PROMISE' } }]);
});

it('knows three kinds of jobs, and runs each where it belongs', async () => {
  await using hub = createTestHub();
  // #region job-types
  const crypto = workerModule<typeof import('node:crypto')>('node:crypto');

  const light = new Job(callback(() => hub.states.set('light.hall', 'on')));
  const chime = new Job(async () => sleep(1_000), { name: 'chime' });
  const name = new Job(crypto.randomUUID);

  void hub.runJob(light); // a callback: now, inline
  void hub.runJob(chime); // a coroutine: a task
  const id = await hub.runJob(name); // an executor job: in a thread
  // #endregion
  expect([light, chime, name].map(({ type }) => type)).toEqual([
    'callback',
    'coroutine',
    'executor',
  ]);
  expect(hub.states.is('light.hall', 'on')).toBe(true);
  expect(hub.snapshot().tasks).toMatchObject([{ name: 'chime', kind: 'task' }]);
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
});
