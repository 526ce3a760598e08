import { expect, it } from '@jest/globals';
import { sleep } from 'rxhome';
import { createTestHub } from 'rxhome/testing';

// #region event-map
declare module 'rxhome' {
  interface EventMap {
    doorbell_pressed: { readonly door: string };
  }
}
// #endregion

it('fires, listens, streams and waits', async () => {
  await using hub = createTestHub();
  const rung: string[] = [];
  const ring = (door: string): void => void rung.push(door);
  const listening = async () => {
    // #region events
    hub.bus.fire('doorbell_pressed', { door: 'front' });

    const stop = hub.bus.listen('doorbell_pressed', ({ data }) => ring(data.door)); // a function
    hub.bus.on('doorbell_pressed').subscribe(({ data }) => ring(data.door)); // a stream
    const event = await hub.bus.waitFor('doorbell_pressed', { timeoutMs: 60_000 }); // the next one
    // #endregion
    stop();
    return event;
  };
  const next = listening();
  hub.bus.fire('doorbell_pressed', { door: 'back' });
  expect((await next).data.door).toBe('back');
  hub.bus.fire('doorbell_pressed', { door: 'side' });
  expect(rung).toEqual(['back', 'back', 'side']);
});

it('sets, reads and follows states', async () => {
  await using hub = createTestHub();
  // #region states
  hub.states.set('light.hall', 'on', { brightness: 180 });
  const brightness = hub.states.get('light.hall')?.attributes['brightness'];
  const now$ = hub.states.watch('light.hall'); // what is now, then every change
  const changes$ = hub.states.changes('light.hall'); // every change: oldState, newState
  const lights$ = hub.states.changes({ domain: 'light' });
  const low$ = hub.states.changes(({ data }) => data.newState?.attributes['battery'] === 'low');
  // #endregion
  expect(brightness).toBe(180);
  const seen = { now: 0, changes: 0, lights: 0, low: 0 };
  now$.subscribe(() => seen.now++);
  changes$.subscribe(() => seen.changes++);
  lights$.subscribe(() => seen.lights++);
  low$.subscribe(() => seen.low++);
  hub.states.set('light.hall', 'off');
  hub.states.set('light.porch', 'on', { battery: 'low' });
  expect(seen).toEqual({ now: 2, changes: 1, lights: 2, low: 1 });
});

it('carries the cause', async () => {
  await using hub = createTestHub();
  // #region causes
  hub.bus.listen('button_pressed', async () => {
    await sleep(10); // the cause is still known afterwards
    hub.states.set('scene.evening', 'on');
  });
  // #endregion
  hub.bus.fire('button_pressed');
  await hub.blockTillDone();
  // #region why
  const { sentence } = hub.why('scene.evening'); // … because button_pressed was fired at …
  // #endregion
  expect(sentence).toContain('button_pressed');
});
