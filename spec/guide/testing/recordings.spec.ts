import { expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { defineIntegration } from 'rxhome';
import {
  createTestHub,
  expectNoLeaks,
  LeakError,
  marbles,
  recordEvents,
  replay,
  toMarbles,
} from 'rxhome/testing';
import { hallLight } from './hall-light.js';

const guide = readFileSync(new URL('../../../docs/guide/testing.md', import.meta.url), 'utf8');

/** Code without its layout, which prettier has changed. */
const bare = (code: string): string => code.replace(/\s+/g, '').replace(/,(?=[\])}])/g, '');

/** Makes a function of code that was printed. */
const AsyncFunction = (async () => undefined).constructor as new (
  ...source: string[]
) => (...given: unknown[]) => Promise<void>;

it('keeps what happened, and writes it down as a test that passes', async () => {
  const printed: string[] = [];
  const console = { log: (text: string) => void printed.push(text) };
  // #region record
  const hub = createTestHub();
  hallLight(hub);
  const recording = recordEvents(hub);
  hub.states.set('binary_sensor.hall_motion', 'on');
  await hub.advance('3m');
  expect(recording.types).toEqual(['state_changed', 'state_changed', 'state_changed']);
  console.log(toMarbles(recording));
  // #endregion
  await hub.stop();
  const text = printed.join('\n');
  expect(bare(/^```js\n([^]*?)^```$/m.exec(guide)?.[1] ?? '')).toBe(bare(text));

  const place = '// What is tested is set up here.';
  expect(text).toContain(place);
  const run = (code: string): Promise<void> =>
    new AsyncFunction('marbles', 'replay', 'hallLight', code)(marbles, replay, hallLight);
  await run(text.replace(place, 'hallLight(hub);'));
  await expect(run(text)).rejects.toThrow('light.hall');
});

it('plays again what came from outside', async () => {
  const hub = createTestHub();
  const recording = recordEvents(hub);
  for (const state of ['on', 'off', 'on']) {
    hub.states.set('binary_sensor.hall_motion', state);
    await hub.advance('1m');
  }
  recording.stop();
  await hub.stop();
  const yesterday = JSON.parse(JSON.stringify(recording.events)) as typeof recording.events;
  // #region replay
  await marbles(async ({ hub, expectStates }) => {
    hallLight(hub);
    expectStates('light.hall').toBe('on 5m off');
    await replay(hub, yesterday); // what came from outside, at the times between as they were
  });
  // #endregion
  expect(yesterday).toHaveLength(3);
});

const motionLog = defineIntegration({
  domain: 'motion_log',
  setupEntry(hub) {
    hub.bus.listen('state_changed', () => undefined);
  },
});

it('finds what was left behind', async () => {
  const hub = createTestHub();
  hub.configEntries.registerIntegration(motionLog);
  // #region leaks
  const entry = await hub.configEntries.add({ domain: 'motion_log', data: {} });
  await hub.configEntries.unload(entry.entryId);
  expectNoLeaks(hub);
  // #endregion
  hub.bus.listen('x', () => undefined);
  expect(() => expectNoLeaks(hub)).toThrow(LeakError);
});

it('fails at the close with what is still running', async () => {
  const close = async (): Promise<void> => {
    await using hub = createTestHub();
    hub.createTask(() => new Promise(() => undefined), { name: 'watch the boiler' });
  };
  const error = await close().catch((thrown: unknown) => thrown as Error);
  expect(`\n${guide}`).toContain(`\n${String(error)}\n`);
});
