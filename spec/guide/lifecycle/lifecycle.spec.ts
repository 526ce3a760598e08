import { expect, it, jest } from '@jest/globals';
import { Hub, stopOnSignals } from 'rxhome';

it('starts, and stops when a signal comes', async () => {
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined); // jest is slow
  const before = process.listenerCount('SIGTERM');
  // #region start
  const hub = new Hub({ stageTimeoutsMs: { stop: 30_000 } });
  stopOnSignals(hub);
  await hub.start();
  // #endregion
  expect(hub.state).toBe('running');
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  await hub.stop();
  expect(process.listenerCount('SIGTERM')).toBe(before);
  warned.mockRestore();
});
