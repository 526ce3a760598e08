import { expect, it, jest } from '@jest/globals';
import { addInspectorButton, startInspector } from 'rxhome/inspector';
import { Hub } from 'rxhome';

it('shows a hub, and gives it a button', async () => {
  const hub = new Hub({ watchdog: false });
  await hub.start();
  const log = jest.spyOn(console, 'log').mockImplementation(() => undefined);
  // #region start-inspector
  const inspector = await startInspector(hub);
  console.log(`See it at ${inspector.url}`);
  // #endregion
  expect(log).toHaveBeenCalledWith(expect.stringMatching(/^See it at http:\/\/127\.0\.0\.1:\d+$/));
  log.mockRestore();

  // #region button
  addInspectorButton(hub, { id: 'ring', label: 'Ring the bell', key: 'r' }, () => {
    hub.bus.fire('doorbell_pressed', { door: 'front' });
  });
  // #endregion
  const rung = hub.bus.waitFor('doorbell_pressed', { timeoutMs: 10_000 });
  const pressed = await fetch(`${inspector.url}/api/press`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-rxhome': '1' },
    body: JSON.stringify({ id: 'ring' }),
  });
  expect(pressed.status).toBe(200);
  expect((await rung).data).toEqual({ door: 'front' });
  await hub.stop();
  await expect(fetch(inspector.url)).rejects.toThrow();
});
