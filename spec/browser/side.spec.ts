import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pause } from '../integrations/until.js';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage, type TabName } from './inspector-page.js';
import { until } from './until.js';

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished();
  home.walkBy();
});
afterAll(() => home[Symbol.asyncDispose]());

describe('around the stage', () => {
  it('shows only lanes that have what is looked for', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    home.walkBy();
    await inspector.row('motion');
    const all = await inspector.fact('lanes');
    await page.locator('#filter').fill('light');
    await page.waitForFunction((count) => window.rxhomePage!.lanes.length < count, all.length);
    expect(await inspector.fact('lanes')).toContain('states/light.hall');
    expect(await inspector.fact('lanes')).not.toContain('measures/sensor.power');
    await page.locator('#filter').fill('there is no such thing');
    await page.locator('.stage-empty', { hasText: 'there is no such thing' }).waitFor();
    await page.locator('[aria-label="Empty the filter"]').click();
    await page.waitForFunction((count) => window.rxhomePage!.lanes.length >= count, all.length);
  });

  it('shows five seconds, half a minute, two minutes or five', async () => {
    const page = await visits.open(home.url);
    for (const [label, span] of [
      ['5 s', 5_000],
      ['2 m', 120_000],
      ['5 m', 300_000],
      ['30 s', 30_000],
    ] as const) {
      await page.locator('.spans button', { hasText: new RegExp(`^${label}$`) }).click();
      await page.waitForFunction((wanted) => window.rxhomePage!.span === wanted, span);
    }
  });

  it('is dark or light, as the machine is or as somebody chose', async () => {
    const page = await visits.open(home.url, { theme: 'light' });
    const theme = (): Promise<string | undefined> =>
      page.evaluate(() => document.documentElement.dataset['theme']);
    expect(await theme()).toBe('light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await until('the dark theme', async () => (await theme()) === 'dark');
    await page.locator('button.theme').click();
    expect(await theme()).toBe('light');
    await page.reload();
    await page.locator('#make').waitFor();
    expect(await theme()).toBe('light');
  });

  it.each<[TabName, string]>([
    ['events', 'motion'],
    ['delay', 'Late by more than'],
    ['use', 'Tasks, now'],
    ['executor', 'thread'],
    ['listeners', 'hall light'],
    ['errors', 'since the start'],
  ])('has a table behind the tile %s', async (name, words) => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    await inspector.tab(name).click();
    await inspector.side.getByText(words).first().waitFor();
    expect(await inspector.side.getAttribute('role')).toBe('tabpanel');
    await inspector.tab(name).click();
    await page.locator('#make').waitFor();
  });

  it('folds chains that are the same, and selects the newest of them', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    home.walkBy();
    const walks = inspector.chains.filter({ hasText: 'motion' }).first();
    // A walk that is not over yet may stand above them for a moment.
    const words = await until('two walks', async () => {
      home.walkBy();
      const text = (await walks.textContent()) ?? '';
      return text.includes('×') ? text : null;
    });
    expect(words).toMatch(/motion.*×\d+.*effects?, median/);
    await walks.click();
    await inspector.steps.first().waitFor();
    expect(await page.locator('.why-head h2').textContent()).toContain('motion');
  });

  it('presses the buttons of the hub, and says why when it cannot', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    visits.forgive(/404/);
    await inspector.press('Walk by');
    await inspector.row('you pressed “Walk by”');
    await inspector.isPressed('Walk by');
    await page.route('**/api/press', (route) =>
      route.fulfill({
        status: 404,
        json: { error: { code: 'NO_BUTTON', message: 'There is no button of this id.' } },
      }),
    );
    await inspector.press('Walk by');
    await page.locator('.refused', { hasText: 'There is no button of this id.' }).waitFor();
  });

  it('tells who does not see the stage what happened, and no more than that', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    const heard = page.locator('.heard[aria-live=polite]');
    await inspector.press('Walk by');
    await until(
      'the announcement',
      async () => (await heard.textContent())?.includes('you pressed “Walk by”') ?? false,
    );
    expect(await heard.textContent()).toMatch(/set off/);
  });

  it('changes the order of lanes by hand and by keys, and remembers it', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    home.walkBy();
    await page.waitForFunction(() => window.rxhomePage!.lanes.includes('states/light.hall'));
    home.hub.states.set('light.stairs', 'on');
    await page.waitForFunction(() => window.rxhomePage!.lanes.includes('states/light.stairs'));
    const states = async (): Promise<string[]> =>
      (await inspector.fact('lanes')).filter((key) => key.startsWith('states/light'));
    const first = await states();
    const lane = page.locator('.lane', { hasText: first[0]!.slice('states/'.length) });
    await lane.focus();
    await page.keyboard.press('Alt+ArrowDown');
    const moved = await until('the other order', async () => {
      const now = await states();
      return now[0] === first[1] ? now : null;
    });
    await page.reload();
    await until('the same order', async () => (await states()).join() === moved.join());
    // Lanes that come move the others, and slowly.
    const box = await until('the lane to stand still', async () => {
      const before = await lane.boundingBox();
      await pause(300);
      const now = await lane.boundingBox();
      return before?.y === now?.y ? now : null;
    });
    await page.mouse.move(box.x + 60, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + 60, box.y - box.height / 2, { steps: 5 });
    await page.mouse.up();
    await until('the first order again', async () => (await states()).join() === first.join());
  });
});
