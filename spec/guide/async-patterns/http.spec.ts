import { expect, it } from '@jest/globals';
import { createHttpSession, ensureOk } from 'rxhome';
import { createTestHub, mockHttp } from 'rxhome/testing';
import { z } from 'zod';
import { load, run } from './home.js';

const reading = z.object({ celsius: z.number() });
const token = 'secret';

it('asks a server, with a limit and the word of the status', async () => {
  await using hub = createTestHub();
  const http = mockHttp(hub, {
    'GET http://boiler.local/now': { celsius: 61 },
    'POST http://boiler.local/wanted': {},
    'GET http://camera.local/now.jpg': new Response('a picture'),
  });
  const ask = () =>
    run(hub, async (signal) => {
      // #region http
      const headers = { authorization: `Bearer ${token}` };
      const now = 'http://boiler.local/now';
      const { celsius } = await hub.http.getJson(now, { headers, schema: reading, signal });
      await hub.http.postJson('http://boiler.local/wanted', { celsius: 65 }, { headers });

      const response = await hub.http.fetch('http://camera.local/now.jpg', { timeoutMs: 2_000 });
      const image = await (await ensureOk(response)).arrayBuffer();
      // #endregion
      return { celsius, bytes: image.byteLength };
    });
  expect(await ask()).toEqual({ celsius: 61, bytes: 9 });
  expect(http.requests).toMatchObject([
    { method: 'GET', headers: { authorization: 'Bearer secret' } },
    { method: 'POST', body: { celsius: 65 } },
    { method: 'GET' },
  ]);

  http.route({ 'GET http://boiler.local/now': { celsius: 'warm' } });
  await expect(ask()).rejects.toMatchObject({ code: 'HTTP_RESPONSE' });
  http.route({ 'GET http://boiler.local/now': new Response('who?', { status: 404 }) });
  await expect(ask()).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 404 });
  http.route({ 'GET http://boiler.local/now': () => new Promise(() => undefined) });
  const from = hub.clock!.frame;
  await expect(ask()).rejects.toMatchObject({ code: 'TIMEOUT' });
  expect(hub.clock!.frame - from).toBe(10_000);
});

it('has a session of its own, which ends with the entry', async () => {
  const asked: { celsius: number }[] = [];
  const home = createTestHub();
  mockHttp(home, { 'GET http://boiler.local/api/now': { celsius: 61 } });
  const { entry } = await load(async (_hub, entry) => {
    const host = 'boiler.local';
    const headers = { authorization: `Bearer ${token}` };
    // #region http-session
    const boiler = createHttpSession(entry, { baseUrl: `http://${host}/api/`, headers });
    const { celsius } = await boiler.getJson('now', { schema: reading });
    // #endregion
    asked.push({ celsius });
    entry.runtimeData = boiler;
  }, home);
  const boiler = entry.runtimeData as ReturnType<typeof createHttpSession>;
  expect(asked).toEqual([{ celsius: 61 }]);
  await home.configEntries.unload(entry.entryId);
  await expect(boiler.getJson('now')).rejects.toMatchObject({ code: 'SCOPE_CLOSED' });
  await home.stop();
});
