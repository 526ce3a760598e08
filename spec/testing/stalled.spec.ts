import { setImmediate as realImmediate, setTimeout as realTimeout } from 'node:timers';
import { expect, it } from '@jest/globals';
import { createTestHub } from 'rxhome/testing';
import { json, TestServer } from '../http/server.js';

/** Lets the whole process stand still for longer than virtual time waits, and goes on soon after. */
function afterAStall(goOn: () => void): void {
  realImmediate(() => {
    const end = process.uptime() + 0.7;
    while (process.uptime() < end);
    realTimeout(goOn, 5);
  });
}

it('waits for the answer of a server, though the process stood still meanwhile', async () => {
  const server = await TestServer.start((_, response) => {
    afterAStall(() => json(response, 'there'));
  });
  const hub = createTestHub();
  const asked = hub.http.getJson(server.url).catch((error: unknown) => error);
  await hub.advance('1m');
  expect(await asked).toBe('there');
});

it('waits for what the world brings, though the process stood still meanwhile', async () => {
  const hub = createTestHub();
  let isThere = false;
  const waiting = hub.clock!.advanceUntil(() => isThere);
  afterAStall(() => (isThere = true));
  await waiting;
  expect(isThere).toBe(true);
});
