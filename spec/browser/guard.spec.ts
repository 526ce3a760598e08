import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Visits } from './browser.js';
import { Home } from './home.js';

const REBOUND = 'rebound.example';
const visits = new Visits([REBOUND]);
let home: Home;
let foreign: Server;
let events: string[];
beforeAll(async () => {
  home = await Home.furnished();
  foreign = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><p>foreign</p>');
  });
  await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
  home.hub.bus.listen('*', ({ type }) => void events.push(type));
});
beforeEach(() => {
  events = [];
});
afterAll(async () => {
  foreign.closeAllConnections();
  foreign.close();
  await home[Symbol.asyncDispose]();
});

/** Somebody looks at the page of somebody else, while the hub runs on the same machine. */
async function elsewhere(): Promise<Page> {
  visits.forgive(/CORS|ERR_|403|X-Frame-Options|Refused to|Framing|violates/);
  const page = await (await visits.visitor()).newPage();
  await page.goto(`http://127.0.0.1:${(foreign.address() as AddressInfo).port}/`);
  return page;
}

describe('a page of somebody else, on the same machine', () => {
  it.each(['cors', 'no-cors'] as const)('cannot act with fetch in mode %s', async (mode) => {
    const page = await elsewhere();
    const outcomes = await page.evaluate(
      async ([url, how]) => {
        const tries: RequestInit[] = [
          { headers: { 'content-type': 'application/json' } },
          { headers: { 'content-type': 'text/plain' } },
          { headers: { 'content-type': 'application/json', 'x-rxhome': '1' } },
          { headers: { 'content-type': 'text/plain' }, credentials: 'include' },
        ];
        const results: string[] = [];
        for (const init of tries) {
          for (const [path, body] of [
            ['fire', { type: 'stolen' }],
            ['press', { id: 'walk' }],
            ['call', { domain: 'light', service: 'turn_on' }],
          ] as const) {
            results.push(
              await fetch(`${url}/api/${path}`, {
                ...init,
                method: 'POST',
                mode: how,
                body: JSON.stringify(body),
              }).then(
                ({ type, status }) => `${type} ${status}`,
                () => 'refused',
              ),
            );
          }
        }
        return results;
      },
      [home.url, mode] as const,
    );
    // It cannot even tell what was answered.
    expect(new Set(outcomes)).toEqual(new Set(['refused']));
    expect(events).toEqual([]);
  });

  it('cannot act with a form', async () => {
    const page = await elsewhere();
    const answered = page.waitForResponse(`${home.url}/api/fire`);
    await page.evaluate((url) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.enctype = 'text/plain';
      form.action = `${url}/api/fire`;
      const field = document.createElement('input');
      field.name = '{"type":"stolen","data":{"a":"';
      field.value = '"}}';
      form.append(field);
      document.body.append(form);
      form.submit();
    }, home.url);
    expect((await answered).status()).toBe(403);
    expect(events).toEqual([]);
  });

  it('cannot read the feed, nor states, nor show the page in a frame', async () => {
    const page = await elsewhere();
    const outcome = await page.evaluate(async (url) => {
      const feed = await new Promise<string>((resolve) => {
        const source = new EventSource(`${url}/api/feed?page=thief`);
        source.onmessage = () => resolve('read');
        source.addEventListener('hello', () => resolve('read'));
        source.onerror = () => {
          source.close();
          resolve('refused');
        };
      });
      const states = await fetch(`${url}/api/states`).then(
        () => 'read',
        () => 'refused',
      );
      const image = await new Promise<string>((resolve) => {
        const picture = new Image();
        picture.onload = () => resolve('shown');
        picture.onerror = () => resolve('refused');
        picture.src = `${url}/assets/icon.svg`;
      });
      const frame = document.createElement('iframe');
      frame.src = url;
      document.body.append(frame);
      await new Promise((resolve) => (frame.onload = resolve));
      let framed = 'refused';
      try {
        if (frame.contentDocument !== null) framed = 'same';
      } catch {
        // As it should be.
      }
      return { feed, states, image, framed };
    }, home.url);
    expect(outcome).toEqual({
      feed: 'refused',
      states: 'refused',
      image: 'refused',
      framed: 'refused',
    });
    expect(events).toEqual([]);
    for (const frame of page.frames()) expect(await frame.locator('#page').count()).toBe(0);
  });

  it('gets nothing under a name of its own that leads to this machine', async () => {
    visits.forgive(/403|Cross-Origin-Opener-Policy/);
    const page = await (await visits.visitor()).newPage();
    const { port } = home.inspector;
    const response = await page.goto(`http://${REBOUND}:${port}/`);
    expect(response?.status()).toBe(403);
    expect(await response?.text()).toContain('FOREIGN_HOST');
    const api = await page.goto(`http://${REBOUND}:${port}/api/states`);
    expect(api?.status()).toBe(403);
  });

  it('is let in when it is the page itself, under each name of this machine', async () => {
    for (const name of ['127.0.0.1', 'localhost']) {
      const page = await visits.open(`http://${name}:${home.inspector.port}`);
      await page.keyboard.press('b');
      await page.waitForFunction(() =>
        window.rxhomePage!.newest(50).some(({ text }) => text.includes('you pressed')),
      );
    }
  });
});
