import { afterEach, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { gapText } from '../../src/inspector/page/head/connection-words.js';
import { pause } from '../integrations/until.js';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { House } from './house.js';
import { InspectorPage } from './inspector-page.js';
import { until } from './until.js';

const visits = new Visits();
const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

function using<T extends AsyncDisposable>(one: T): T {
  opened.push(one);
  return one;
}

describe('the page and its hub', () => {
  it('waits for a hub that was killed, and goes on with the next one on its own', async () => {
    visits.forgive(/ERR_(CONNECTION_REFUSED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_RESET)/);
    const house = using(await House.start({ config: 'house:\n' }));
    const page = await visits.open(house.url);
    const inspector = new InspectorPage(page);
    await inspector.row('you opened this page');
    await page.locator('.press').first().waitFor();
    await house.end('SIGKILL');
    const link = page.locator('.link');
    await link.getByText('Connection lost').waitFor();
    // What was known is still to be seen.
    expect(await inspector.fact('rows')).toBeGreaterThan(0);
    expect(await page.locator('.press').first().getAttribute('aria-disabled')).toBe('true');
    await house.begin();
    await link.waitFor({ state: 'detached' });
    await page.locator('.press[aria-keyshortcuts=b][aria-disabled=false]').waitFor();
    // The rows of the other run are gone: the newest ones are of this one.
    await page.keyboard.press('b');
    await inspector.row('you pressed');
  });

  it('says that the hub has stopped when it says goodbye', async () => {
    visits.forgive(/ERR_/);
    const house = using(await House.start({ config: 'house:\n' }));
    const page = await visits.open(house.url);
    await house.end('SIGTERM');
    await page.locator('.link', { hasText: 'The hub has stopped' }).waitFor();
    await house.begin();
    await page.locator('.link').waitFor({ state: 'detached' });
  });

  it('takes no rows of a hub that speaks another protocol', async () => {
    const home = using(await Home.furnished());
    const context = await visits.visitor();
    const page = await context.newPage();
    await page.route('**/api/feed?*', async (route) => {
      const hello = (await (await fetch(`${home.url}/api/hello`)).json()) as object;
      const other = JSON.stringify({ ...hello, protocol: 999 });
      await route.fulfill({
        contentType: 'text/event-stream',
        body: `event: hello\ndata: ${other}\n\nevent: rows\ndata: [[1]]\n\n`,
      });
    });
    await page.goto(home.url);
    await page.locator('.link', { hasText: 'another version' }).waitFor();
    expect(await page.evaluate(() => window.rxhomePage!.rows)).toBe(0);
    await page.unroute('**/api/feed?*');
    await page.locator('.link button', { hasText: 'Reload' }).click();
    await page.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
  });

  it('leaves connections to a browser that has four pages open already', async () => {
    const home = using(await Home.furnished());
    const context = await visits.visitor();
    const pages: Page[] = [];
    for (let index = 0; index < 5; index++) {
      const page = await context.newPage();
      pages.push(page);
      await page.goto(home.url);
      if (index < 4) await page.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
    }
    const fifth = pages[4]!;
    await fifth.locator('.link', { hasText: 'Four pages of this hub' }).waitFor();
    expect(await fifth.evaluate(() => window.rxhomePage!.rows)).toBe(0);
    await pages[0]!.close();
    await fifth.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
    await fifth.locator('.link').waitFor({ state: 'detached' });
  });

  it('is a page of its own for each of two hubs', async () => {
    const one = using(await Home.furnished());
    const other = using(await Home.furnished({ port: one.inspector.port }));
    expect(other.inspector.portTaken).toBe(one.inspector.port);
    const pages = [await visits.open(one.url), await visits.open(other.url)];
    one.hub.bus.fire('only_of_one', {});
    other.hub.bus.fire('only_of_other', {});
    await new InspectorPage(pages[0]!).row('only_of_one');
    await new InspectorPage(pages[1]!).row('only_of_other');
    for (const [index, foreign] of ['only_of_other', 'only_of_one'].entries()) {
      const texts = await pages[index]!.evaluate(() =>
        window.rxhomePage!.newest(500).map(({ text }) => text),
      );
      expect(texts.filter((text) => text.includes(foreign))).toEqual([]);
    }
  });

  it('goes on behind what it has seen, after a break', async () => {
    visits.forgive(/ERR_/);
    const home = using(await Home.furnished());
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    home.hub.bus.fire('before', {});
    await inspector.row('before');
    await page.context().setOffline(true);
    await page.evaluate(() => dispatchEvent(new Event('offline')));
    home.hub.bus.fire('during', {});
    await page.context().setOffline(false);
    home.hub.bus.fire('after', {});
    await inspector.row('after');
    await inspector.row('during');
    const twice = await page.evaluate(
      () => window.rxhomePage!.newest(500).filter(({ text }) => text.includes('before')).length,
    );
    expect(twice).toBe(1);
  });

  it('tells of a gap when a million events come at once, and the hub goes on', async () => {
    const home = using(await Home.furnished());
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    for (let index = 0; index < 1_000_000; index++) home.hub.bus.fire('burst', { index });
    home.walkBy();
    const gaps = await until('the gap', async () => {
      const told = await inspector.fact('gaps');
      return told.length > 0 ? told : null;
    });
    expect(gaps.map(gapText).join()).toMatch(/too fast to be looked at: [\d,]+ events/);
    const last = await inspector.newest();
    await until('a walk after the burst', async () => {
      home.walkBy();
      await pause(200);
      return (await inspector.newest()) > last;
    });
    await inspector.row('light.hall', last);
    const { events } = (await (await fetch(`${home.url}/api/snapshot`)).json()) as {
      events: { fired: number };
    };
    expect(events.fired).toBeGreaterThan(1_000_000);
  });

  it('tells a page that does not keep up, and costs the hub nothing', async () => {
    const home = using(await Home.furnished());
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    // Busy until it is told, not for a time: how long the hub needs is up to the machine.
    const busy = page.evaluate(() => {
      for (let isEnough = false; !isEnough;) {
        const request = new XMLHttpRequest();
        request.open('GET', '/api/states?pattern=sensor.enough', false);
        request.send();
        isEnough = request.responseText.includes('sensor.enough');
      }
    });
    // More than the buffers of the machine hold, and less than a flood.
    const type = `much_${'x'.repeat(59)}`;
    const filler = 'x'.repeat(100);
    for (let round = 0; round < 175; round++) {
      for (let index = 0; index < 1_200; index++) home.hub.bus.fire(type, { filler, index });
      await pause(90);
    }
    home.hub.states.set('sensor.enough', 'yes');
    await busy;
    const gaps = await until('the gap', async () => {
      const told = await inspector.fact('gaps');
      return told.length > 0 ? told : null;
    });
    expect(gaps.map(gapText).join()).toContain('this page was too slow');
    home.hub.bus.fire('afterwards', {});
    await inspector.row('afterwards');
  }, 240_000);
});
