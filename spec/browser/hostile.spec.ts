import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { addInspectorButton } from 'rxhome/inspector';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage, tabNames } from './inspector-page.js';

const HTML =
  '<img src=x onerror="window.hacked=1"><b id="hacked">"\'</b></title></script><script>window.hacked=1</script>';

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished({ label: '<b id="hacked">label</b>' });
  const { hub } = home;
  hub.states.set('sensor.html', HTML, { attributes: { friendly_name: HTML, note: HTML } });
  hub.states.set('sensor.measured', 7, {
    attributes: { friendly_name: HTML, unit_of_measurement: '<b id="hacked">W</b>' },
  });
  const owner = hub.scoped(hub.scope.child(HTML));
  owner.bus.listen(
    'html_event',
    () => {
      owner.states.set('sensor.html', `${HTML} again`);
      throw new Error(HTML);
    },
    { name: HTML },
  );
  addInspectorButton(
    hub,
    { id: 'html', label: HTML.slice(0, 60), hint: HTML, key: 'h' },
    () => undefined,
  );
});
afterAll(() => home[Symbol.asyncDispose]());

async function nothingGotIn(page: Page): Promise<void> {
  expect(await page.locator('#hacked, #page img, #page script').count()).toBe(0);
  expect(await page.evaluate(() => (window as { hacked?: unknown }).hacked)).toBeUndefined();
}

describe('what others wrote', () => {
  it('is text everywhere, whatever it looks like', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    home.hub.bus.fire('html_event', { [HTML]: HTML });
    void home.hub.createTask(async () => Promise.reject(new Error(HTML)), { name: HTML });
    await page.keyboard.press('h');
    await inspector.row('<img');
    await nothingGotIn(page);
    await page.locator('.band', { hasText: '<b id="hacked">label</b>' }).waitFor();
    await page.locator('.press', { hasText: '<img src=x' }).waitFor();
    for (const tab of tabNames) {
      await inspector.tab(tab).click();
      await page.locator(`#side[aria-labelledby=tab-${tab}]`).waitFor();
      await nothingGotIn(page);
    }
    await page.keyboard.press('Escape');
    const last = await inspector.newest();
    home.hub.bus.fire('html_event', { [HTML]: HTML });
    await inspector.pointAt(await inspector.row('<img', last), /<img src=x/);
    await nothingGotIn(page);
    await page.locator('.chain', { hasText: 'html_event' }).first().click();
    await inspector.steps.first().waitFor();
    await page.locator('.payload', { hasText: 'onerror' }).waitFor();
    await nothingGotIn(page);
    await page.locator('#filter').fill(HTML);
    await nothingGotIn(page);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape'); // the box first, then out of it
    await page.keyboard.press('?');
    await page.locator('dialog.help').waitFor();
    await nothingGotIn(page);
  });

  it('is what it is in an address, too', async () => {
    const hash = `#filter=${encodeURIComponent(HTML)}&row=${encodeURIComponent(HTML)}&run=${encodeURIComponent(HTML)}&at=1e999&span=-1&tab=__proto__`;
    const page = await visits.open(`${home.url}/${hash}`);
    await page.locator('#make').waitFor();
    await nothingGotIn(page);
    expect(await page.locator('#filter').inputValue()).toBe(HTML);
  });

  it('is asked for in pieces: fifty megabytes, and what contains itself', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    const round: Record<string, unknown> = { name: 'round' };
    round['self'] = round;
    const deep = Array.from({ length: 1_000 }).reduce<unknown>((inner) => ({ inner }), 'bottom');
    const fn = (): number => 1;
    const text = 'x'.repeat(50 * 2 ** 20);
    home.hub.bus.fire('heavy', { round, deep, big: 10n, fn, text });
    const heavy = await inspector.row('heavy');
    const answer = page.waitForResponse(`**/api/rows/${heavy}`);
    await inspector.clickRow(heavy);
    expect((await (await answer).body()).length).toBeLessThan(200_000);
    await page.locator('.payload', { hasText: 'It was larger' }).waitFor();
    expect(await page.locator('.payload').textContent()).toContain('round');
  });
});
