import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage } from './inspector-page.js';
import { until } from './until.js';

declare global {
  interface Window {
    /** Strokes on canvases so far. */
    strokes: number;
  }
}

/** Longer than the page waits for an answer while its clock is about to be stopped. */
const A_WHILE_MS = 60_000;

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished();
});
afterAll(() => home[Symbol.asyncDispose]());

/** Counts what is drawn, and can be hidden: a headless browser shows all of its tabs. */
function prepare(): void {
  window.strokes = 0;
  for (const name of ['fillRect', 'drawImage', 'clearRect'] as const) {
    const { prototype } = CanvasRenderingContext2D;
    const draw = prototype[name] as (...values: unknown[]) => void;
    prototype[name] = function count(this: CanvasRenderingContext2D, ...values: unknown[]) {
      window.strokes++;
      draw.apply(this, values);
    };
  }
}

async function show(page: Page, isHidden: boolean): Promise<void> {
  await page.evaluate((hidden) => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden });
    Object.defineProperty(document, 'visibilityState', {
      configurable: true,
      get: () => (hidden ? 'hidden' : 'visible'),
    });
    document.dispatchEvent(new Event('visibilitychange'));
  }, isHidden);
}

const strokes = (page: Page): Promise<number> => page.evaluate(() => window.strokes);
/** So many frames of the screen have passed. */
const frames = (page: Page, count: number): Promise<unknown> =>
  page.evaluate(
    (many) =>
      new Promise<void>((resolve) => {
        let left = many;
        const tick = (): void => {
          if (--left <= 0) resolve();
          else requestAnimationFrame(tick);
        };
        requestAnimationFrame(tick);
      }),
    count,
  );

describe('a page that nobody sees', () => {
  it('draws nothing, lets go of its feed after half a minute, and comes back complete', async () => {
    const closed: string[] = [];
    home.hub.bus.listen('inspector_closed', ({ data }) => void closed.push(data.page));
    const context = await visits.visitor();
    const page = await context.newPage();
    await page.addInitScript(prepare);
    await page.clock.install();
    await page.goto(home.url);
    await page.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
    const inspector = new InspectorPage(page);
    await until('the first pictures', async () => (await strokes(page)) > 50);

    await show(page, true);
    await frames(page, 2);
    const before = await strokes(page);
    home.walkBy();
    await inspector.row('motion'); // what comes is kept
    await frames(page, 30);
    expect(await strokes(page)).toBe(before);
    expect(closed).toEqual([]);

    // Hidden anew while the page's clock stands: none of the half minute is this machine's.
    await show(page, false);
    await page.clock.pauseAt((await page.evaluate(() => Date.now())) + A_WHILE_MS);
    await show(page, true);
    await page.clock.fastForward(29_000);
    expect(await page.locator('.link').count()).toBe(0);
    await page.clock.fastForward(2_000);
    await page.locator('.link', { hasText: 'not connected' }).waitFor({ state: 'attached' });
    await until('the hub to hear of it', () => closed.length === 1);
    const hidden = await strokes(page);
    await page.clock.resume();

    home.hub.bus.fire('while_hidden', {});
    await show(page, false);
    await inspector.row('while_hidden');
    await page.locator('.link').waitFor({ state: 'detached' });
    await until('pictures again', async () => (await strokes(page)) > hidden);
  });

  it('draws nothing either while a held picture stands still', async () => {
    const page = await (await visits.visitor()).newPage();
    await page.addInitScript(prepare);
    await page.goto(home.url);
    const inspector = new InspectorPage(page);
    home.walkBy();
    await inspector.row('motion');
    await page.keyboard.press('Space');
    await inspector.isHeld(true);
    // What the hub tells is drawn, four times a second: without it not one frame is.
    visits.forgive(/ERR_/);
    await page.context().setOffline(true);
    const isStill = async (): Promise<boolean> => {
      const before = await strokes(page);
      await frames(page, 10);
      return (await strokes(page)) === before;
    };
    expect(await until('a picture that stands still', isStill)).toBe(true);
  });
});

describe('less motion', () => {
  it.each([true, false])('reduced: %s', async (reducedMotion) => {
    const page = await visits.open(home.url, { reducedMotion });
    const inspector = new InspectorPage(page);
    const last = await inspector.newest();
    home.walkBy();
    const motion = await inspector.row('motion', last);
    await inspector.clickRow(motion);
    await inspector.steps.nth(4).waitFor();
    await page.keyboard.press('z');
    await page.mouse.move(5, 895);
    const box = (await page.locator('.stage canvas').first().boundingBox())!;
    const picture = async (): Promise<string> =>
      (await page.screenshot({ clip: { ...box, width: box.width - 60 } })).toString('base64');
    const isSame = async (): Promise<boolean> => {
      const first = await picture();
      await frames(page, 12);
      return first === (await picture());
    };
    // Sparks run along the chain, or nothing moves at all any more.
    const isAsWanted = async (): Promise<boolean> => (await isSame()) === reducedMotion;
    const isSo = async (): Promise<boolean> => (await isAsWanted()) && (await isAsWanted());
    expect(await until('the picture to be as it stays', isSo)).toBe(true);
  });
});
