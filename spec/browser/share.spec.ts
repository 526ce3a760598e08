import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { marbles, replay } from 'rxhome/testing';
import type { Hub } from 'rxhome';
import { until } from '../integrations/until.js';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage } from './inspector-page.js';

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished();
  welcome(home.hub);
});
afterAll(() => home[Symbol.asyncDispose]());

/** What is tested: the bell makes the porch light. */
function welcome(hub: Hub): void {
  hub.bus.listen('doorbell', ({ data }) => {
    hub.states.set('light.porch', 'on');
    hub.bus.fire('chime', { door: data['door'] });
  });
}

async function look(hash = ''): Promise<{ page: Page; inspector: InspectorPage }> {
  const context: BrowserContext = await visits.visitor();
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const page = await context.newPage();
  await page.goto(`${home.url}/${hash}`);
  await page.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
  return { page, inspector: new InspectorPage(page) };
}

/** A ring that was over within half a millisecond: what took longer is another test. */
async function ring({ page, inspector }: Awaited<ReturnType<typeof look>>): Promise<number> {
  for (let tries = 0; ; tries++) {
    const last = await inspector.newest();
    home.hub.states.set('light.porch', 'off');
    home.hub.bus.fire('doorbell', { door: 'front' });
    const bell = await inspector.row('doorbell', last);
    await until('the newest chain', async () => {
      await page.locator('.chain', { hasText: 'doorbell' }).first().click();
      if ((await inspector.fact('selected')) === bell) return true;
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      return false;
    });
    await inspector.steps.nth(2).waitFor();
    const offsets = await page.locator('.step .offset').allTextContents();
    if (tries > 20 || offsets.every((text) => /^0|^\+0?\.[0-4]/.test(text))) return bell;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
  }
}

const clipboard = (page: Page): Promise<string> =>
  page.evaluate(() => navigator.clipboard.readText());

const run = (code: string, setUp: (hub: Hub) => void): Promise<void> =>
  Reflect.construct(AsyncFunction, ['marbles', 'replay', 'setUp', code])(marbles, replay, setUp);
const AsyncFunction = (async () => undefined).constructor as FunctionConstructor;

describe('what can be taken along', () => {
  it('copies a chain as a test that runs', async () => {
    const seen = await look();
    await ring(seen);
    await seen.page.keyboard.press('c');
    await seen.page.locator('.tool', { hasText: 'Copied ✓' }).waitFor();
    const text = await clipboard(seen.page);
    expect(text).toContain("expectEvents('chime')");
    const code = text.replace('// What is tested is set up here.', 'setUp(hub);');
    expect(code).not.toBe(text);
    await run(code, welcome);
    // And it is a test: without what is tested it fails.
    await expect(run(code, () => undefined)).rejects.toThrow();
  });

  it('copies a chain as JSON', async () => {
    const seen = await look();
    const bell = await ring(seen);
    await seen.page.locator('.tool', { hasText: 'Copy JSON' }).click();
    await seen.page.locator('.tool', { hasText: 'Copied ✓' }).waitFor();
    const rows = JSON.parse(await clipboard(seen.page)) as { row: { id: number; name: string } }[];
    expect(rows.map(({ row }) => row.name)).toEqual(expect.arrayContaining(['doorbell', 'chime']));
    expect(rows[0]!.row.id).toBe(bell);
  });

  it('shares a window and a selection by its address', async () => {
    const first = await look();
    const bell = await ring(first);
    await first.page.locator('.spans button', { hasText: '5 s' }).click();
    const hash = await first.inspector.hash(/span=5000&row=/);
    expect(hash).toMatch(/at=\d+/);
    expect(hash).toContain(`row=${bell}`);
    const second = await look(hash);
    await second.page.locator('.why-head h2', { hasText: 'doorbell' }).waitFor();
    expect(await second.inspector.fact('selected')).toBe(bell);
    expect(await second.inspector.fact('heldAt')).toBeCloseTo(
      (await first.inspector.fact('heldAt'))!,
      -1,
    );
    expect(await second.inspector.fact('span')).toBe(await first.inspector.fact('span'));
    const place = await second.inspector.place(bell);
    expect(place.x).toBeCloseTo((await first.inspector.place(bell)).x, -1);
  });

  it('says so when a link leads to what is no longer there', async () => {
    const { page, inspector } = await look('#at=1700000000000&row=77&run=another');
    await page.locator('.remark', { hasText: 'another run of the hub' }).waitFor();
    await inspector.isHeld(false);
  });

  it('has no hash while nothing is looked at', async () => {
    const { page, inspector } = await look();
    await page.locator('#filter').fill('light');
    await inspector.hash(/filter=light/);
    await page.keyboard.press('Escape');
    await inspector.hash(/^$/);
    expect(page.url()).toBe(`${home.url}/`);
  });
});
