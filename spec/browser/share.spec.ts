import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BrowserContext, Page } from 'playwright-core';
import { marbles, replay } from 'rxhome/testing';
import type { Hub } from 'rxhome';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage } from './inspector-page.js';
import { until } from './until.js';

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

/** Rings until it was over within half a millisecond: what took longer is another test. */
async function ringInNoTime(): Promise<number> {
  let rings = 0;
  await until('a ring in no time', () => {
    rings++;
    home.hub.states.set('light.porch', 'off');
    const from = performance.now();
    home.hub.bus.fire('doorbell', { door: 'front' });
    return performance.now() - from < 0.5;
  });
  return rings;
}

async function ring({ page, inspector }: Awaited<ReturnType<typeof look>>): Promise<number> {
  const last = await inspector.newest();
  await page.waitForFunction(
    ([id, rings]) => {
      const isRing = (row: { id: number; text: string }): boolean =>
        row.id > id && row.text.includes('doorbell');
      return window.rxhomePage!.newest(5_000).filter(isRing).length === rings;
    },
    [last, await ringInNoTime()] as const,
  );
  const bell = await inspector.row('doorbell', last);
  await until('the newest chain', async () => {
    await page.locator('.chain', { hasText: 'doorbell' }).first().click();
    if ((await inspector.fact('selected')) === bell) return true;
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    return false;
  });
  await inspector.steps.nth(2).waitFor();
  return bell;
}

/** It is said for two seconds only, so who waits for it has to be there before. */
async function copy(page: Page, press: () => Promise<void>): Promise<void> {
  const told = page.waitForFunction(() =>
    [...document.querySelectorAll('.tool')].some(({ textContent }) =>
      textContent.includes('Copied ✓'),
    ),
  );
  await press();
  await told;
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
    await copy(seen.page, () => seen.page.keyboard.press('c'));
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
    await copy(seen.page, () => seen.page.locator('.tool', { hasText: 'Copy JSON' }).click());
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

  it('says so when a link leads to a row that is not kept', async () => {
    const { page, inspector } = await look('#at=1700000000000&row=999999999');
    await page.locator('.remark', { hasText: 'no longer kept' }).waitFor();
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
