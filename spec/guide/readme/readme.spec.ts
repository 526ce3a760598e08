import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it, jest } from '@jest/globals';
import { workerModule } from 'rxhome';
import { createTestHub, VirtualClock } from 'rxhome/testing';

it('runs the twelve lines', async () => {
  const said = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined); // jest is slow
  const { hub } = await import('./twelve-lines.js');
  const clock = VirtualClock.install(); // from here on, or loading would be a matter of time too
  try {
    expect(hub.state).toBe('running');
    hub.states.set('binary_sensor.hall_motion', 'on');
    expect(hub.states.is('light.hall', 'on')).toBe(true);
    hub.states.set('binary_sensor.front_door', 'on', { friendly_name: 'Front door' });
    await clock.advance('4m');
    expect(said).not.toHaveBeenCalled();
    await clock.advance('1m');
    expect(said).toHaveBeenCalledWith('Front door has been open for five minutes');
  } finally {
    clock.uninstall();
    await hub.stop();
    said.mockRestore();
    warned.mockRestore();
  }
});

it.each(['inline', {}] as const)('calls a function in a thread: %o', async (executor) => {
  await using hub = createTestHub({ executor, time: 'real' });
  const path = fileURLToPath(import.meta.url);
  // #region worker
  const disk = workerModule<typeof import('./disk.worker.js')>(
    new URL('./disk.worker.js', import.meta.url),
  );
  const hash = await hub.addExecutorJob(disk.sha256, path); // arguments and result are typed
  // #endregion
  expect(hash).toMatch(/^[0-9a-f]{64}$/);
});

it('has as its fourth block a test of three statements', () => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const blocks = [...readme.matchAll(/^```(?:ts|sh)\b *(.*)\n([\s\S]*?)^```$/gm)];
  expect(blocks.map(([, name]) => name)).toEqual(['', 'twelve-lines', 'worker', 'first-test']);
  const [, , code = ''] = blocks[3] ?? [];
  expect(code).toMatch(/^import .*rxhome\/testing/m);
  expect(code.match(/^ {4}\S/gm)).toHaveLength(3);
});
