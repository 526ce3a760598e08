import { expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { realTurn } from '../events/real-turn.js';
import { collectGarbage } from '../garbage.js';

it('keeps nothing of a run that has ended, however it did, beside one that goes on', async () => {
  const hub = createTestHub({ time: 'real' });
  const scope = hub.scope.child('lamp');
  const controller = new AbortController();
  const refs: Record<string, WeakRef<object>> = {};
  const begin = (name: string, body: () => unknown, owner = hub.scope, ms = 60_000): void => {
    const held = { of: name, ms };
    const run = hub.scoped(owner).timeout.run(
      ms,
      async (signal) => {
        refs[`${name}: signal`] = new WeakRef(signal);
        await realTurn();
        await body();
        return held;
      },
      { zone: 'global', signal: controller.signal },
    );
    refs[`${name}: run`] = new WeakRef(run);
    refs[`${name}: what it gives`] = new WeakRef(held);
    run.catch(() => undefined);
  };
  // What a body waits for has to be reachable, or it would be collected for that.
  const waited: (() => void)[] = [];
  const never = (): Promise<void> => new Promise((resolve) => waited.push(resolve));
  const { signal } = new AbortController();
  const goesOn = hub.timeout.run(60_000, never, { zone: 'global', signal });
  begin('done', () => undefined);
  begin('failed', () => Promise.reject(new Error('broken')));
  begin('late', never, hub.scope, 1);
  begin('unloaded', never, scope);
  await scope.close();
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setTimeout(resolve, 2));
  for (const end of waited.splice(1)) end();
  expect(hub.snapshot().timeouts).toEqual([{ zone: 'global', running: 1, frozen: false }]);
  for (let i = 0; i < 3; i++) await realTurn();
  collectGarbage();
  const alive = Object.keys(refs).filter((name) => refs[name]!.deref() !== undefined);
  expect(alive).toEqual([]);
  waited[0]?.();
  await goesOn;
  await hub.stop();
});
