import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { keepPicture, type Look, Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage, tabNames } from './inspector-page.js';

const visits = new Visits();
let home: Home;
let labelled: Home;
let quiet: Home;
beforeAll(async () => {
  quiet = await Home.start();
  home = await Home.furnished();
  labelled = await Home.furnished({ label: 'Simulated home' });
  const leaver = home.hub.scope.child('guest');
  home.hub.bus.listen('automation_triggered', () => undefined, { name: 'rules' });
  home.hub.bus.listen('break', () => {
    throw new Error('on purpose');
  });
  await leaver.close();
  home.hub.bus.fire('break', {});
});
afterAll(async () => {
  for (const one of [quiet, home, labelled]) await one[Symbol.asyncDispose]();
});

/** What axe finds, as it would be told to who has to mend it. */
async function findings(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: typeof axe }).axe.run(document, {
      resultTypes: ['violations'],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, any, all }) => {
      const why = [...any, ...all].map(({ message }) => message).join('; ');
      return `${id}: ${target.join(' ')} (${why})`;
    }),
  );
}

async function look(
  url: string,
  options: Look,
): Promise<{ page: Page; inspector: InspectorPage; motion: number }> {
  const page = await visits.open(url, options);
  const inspector = new InspectorPage(page);
  const last = await inspector.newest();
  home.walkBy();
  labelled.walkBy();
  const motion = await inspector.row('motion', last);
  return { page, inspector, motion };
}

describe.each(['dark', 'light'] as const)('in the %s theme', (theme) => {
  it('can be read while nothing has happened yet', async () => {
    const page = await visits.open(quiet.url, { theme, hasMet: false });
    expect(await findings(page)).toEqual([]);
  });

  it('can be read live, held, with a selection, with help and with a filter', async () => {
    const { page, inspector, motion } = await look(home.url, { theme, hasMet: false });
    await page.locator('.note').waitFor();
    await keepPicture(page, `live-${theme}`);
    const found = { live: await findings(page) } as Record<string, string[]>;
    await page.keyboard.press('Space');
    await inspector.isHeld(true);
    found['held'] = await findings(page);
    await inspector.clickRow(motion);
    await page.locator('.payload', { hasText: 'hall' }).waitFor();
    await keepPicture(page, `selected-${theme}`);
    found['selected'] = await findings(page);
    await page.keyboard.press('?');
    await page.locator('dialog.help').waitFor();
    found['help'] = await findings(page);
    await page.keyboard.press('Escape');
    await page.locator('#filter').fill('nothing of that kind');
    await page.locator('.stage-empty').waitFor();
    found['filtered'] = await findings(page);
    expect(found).toEqual({ live: [], held: [], selected: [], help: [], filtered: [] });
  });

  it('can be read in each table', async () => {
    const { page, inspector } = await look(home.url, { theme });
    for (const tab of tabNames) {
      await inspector.tab(tab).click();
      await page.locator(`#side[aria-labelledby=tab-${tab}]`).waitFor();
      expect([tab, ...(await findings(page))]).toEqual([tab]);
    }
  });

  it.each([
    [1280, 720],
    [900, 900],
  ])('can be read at %d x %d, and nothing is wider than the window', async (width, height) => {
    const { page, inspector } = await look(home.url, { theme, width, height });
    expect(await findings(page)).toEqual([]);
    const tooWide = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(tooWide).toBe(0);
    await inspector.chains.first().waitFor({ state: 'attached' });
    await keepPicture(page, `${width}-${theme}`);
  });

  it('says at all times that a simulated home is simulated', async () => {
    const { page, inspector, motion } = await look(labelled.url, { theme });
    const band = page.locator('.band');
    await band.getByText('Simulated home').waitFor();
    expect(await findings(page)).toEqual([]);
    await inspector.clickRow(motion);
    expect(await band.isVisible()).toBe(true);
    await page.setViewportSize({ width: 900, height: 700 });
    expect(await band.isVisible()).toBe(true);
  });
});
