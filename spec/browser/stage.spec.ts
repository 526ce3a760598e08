import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { InspectorPage } from './inspector-page.js';
import { type Look, seeMotion } from './see-motion.js';
import { until } from './until.js';

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished();
});
afterAll(() => home[Symbol.asyncDispose]());

const look = (): Promise<Look> => seeMotion(visits, home);

describe('the stage, by hand', () => {
  it('shows the chain of a marble that is clicked, holds, and goes live again with Esc', async () => {
    const { page, inspector, motion } = await look();
    await inspector.clickRow(motion);
    await inspector.isHeld(true);
    expect(await inspector.fact('selected')).toBe(motion);
    await page.locator('.why-head h2', { hasText: 'motion' }).waitFor();
    await inspector.steps.getByText('light.hall: on → off').waitFor();
    expect(await inspector.side.textContent()).toContain('Nothing on the bus caused this');
    await page.waitForFunction(() => window.rxhomePage!.chain >= 4);
    // The payload is asked for, and told.
    await page.locator('.payload', { hasText: 'hall' }).waitFor();
    await page.keyboard.press('Escape');
    await inspector.isHeld(true);
    expect(await inspector.fact('selected')).toBeNull();
    await page.keyboard.press('Escape');
    await inspector.isHeld(false);
  });

  it('says what the pointer is at', async () => {
    const { page, inspector, motion } = await look();
    // Held, it stays where it is: nothing jumps.
    const jumped = await page.evaluate((id) => {
      const before = window.rxhomePage!.placeOf(id)!.x;
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true }));
      return window.rxhomePage!.placeOf(id)!.x - before;
    }, motion);
    expect(jumped).toBe(0);
    await inspector.isHeld(true);
    const tip = await inspector.pointAt(motion, /motion.*caused \d+ more/);
    expect(tip).toMatch(/\d\d:\d\d:\d\d\.\d{3}/);
    await page.mouse.move(600, 20);
    await page.locator('.tip').waitFor({ state: 'detached' });
  });

  it('is dragged into the past, and holds there', async () => {
    const { page, inspector, motion } = await look();
    const { x, y } = await inspector.place(motion);
    await page.mouse.move(600, y + 200);
    await page.mouse.down();
    await page.mouse.move(400, y + 200, { steps: 4 });
    await page.mouse.move(500, y + 200, { steps: 4 });
    await page.mouse.up();
    await inspector.isHeld(true);
    const at = await inspector.fact('heldAt');
    const before = await inspector.place(motion);
    expect(before.x).toBeLessThan(x);
    await page.mouse.move(400, y + 200);
    await page.mouse.down();
    await page.mouse.move(480, y + 200, { steps: 4 });
    await page.mouse.up();
    // To the right is into the past, pixel by pixel.
    const after = await inspector.place(motion);
    expect(after.x - before.x).toBeCloseTo(80, 0);
    expect(await inspector.fact('heldAt')).toBeLessThan(at!);
  });

  it('zooms at the pointer with ctrl and the wheel', async () => {
    const { page, inspector, motion } = await look();
    await page.keyboard.press('Space');
    await inspector.isHeld(true);
    // The first window may be about to grow when it is held.
    const { x, y } = await until('the picture to stand still', async () => {
      const [before, now] = [await inspector.place(motion), await inspector.place(motion)];
      return before.x === now.x ? now : null;
    });
    const span = await inspector.fact('span');
    await page.mouse.move(x, y);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -60);
    await page.mouse.wheel(0, -60);
    await page.keyboard.up('Control');
    await page.waitForFunction((was) => window.rxhomePage!.span < was * 0.6, span);
    const after = await inspector.place(motion);
    expect(Math.abs(after.x - x)).toBeLessThan(2);
  });

  it('opens several at once as one opens a cluster on a map', async () => {
    const page = await visits.open(home.url);
    const inspector = new InspectorPage(page);
    const tip = page.locator('.tip', { hasText: '2 together' });
    // A bucket of the picture may end between two that are near, and lanes may move: then two others.
    const knock = await until('two in one bucket that open', async () => {
      const last = await inspector.newest();
      home.hub.bus.fire('knock', { times: 1 });
      for (const from = performance.now(); performance.now() < from + 5;);
      home.hub.bus.fire('knock', { times: 2 });
      await page.waitForFunction(
        (id) =>
          window.rxhomePage!.newest(500).filter((row) => row.id > id && row.text.includes('knock'))
            .length === 2,
        last,
      );
      const newest = await inspector.row('knock', last);
      await page.keyboard.press('Space');
      await inspector.isHeld(true);
      const { x, y } = await inspector.place(newest);
      await page.mouse.move(x, y);
      if ((await tip.count()) > 0) {
        await page.mouse.click(x, y);
        if ((await inspector.fact('span')) < 1_000) return newest;
      }
      await page.keyboard.press('Space');
      await inspector.isHeld(false);
      return null;
    });
    await inspector.clickRow(knock);
    await page.waitForFunction((id) => window.rxhomePage!.selected === id, knock);
  });

  it('goes where the map of five minutes is touched', async () => {
    const { page, inspector } = await look();
    const map = (await page.locator('.stage canvas').nth(1).boundingBox())!;
    const before = Date.now();
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
    await inspector.isHeld(true);
    const middle = (await inspector.fact('heldAt'))!;
    // The middle of five minutes, and half a window beyond it.
    expect(Date.now() - middle).toBeGreaterThan(120_000);
    expect(before - middle).toBeLessThan(150_000);
    await page.mouse.click(map.x + map.width - 2, map.y + map.height / 2);
    await inspector.isHeld(false);
  });

  it('loses nothing while it is held', async () => {
    const { page, inspector } = await look();
    await inspector.hold.click();
    await inspector.isHeld(true);
    const before = await inspector.fact('taken');
    for (let index = 0; index < 50; index++) home.hub.bus.fire('held_event', { index });
    await page.waitForFunction((rows) => window.rxhomePage!.taken >= rows + 50, before);
    const text = await until('what is new', async () => {
      const words = (await inspector.hold.textContent()) ?? '';
      return Number(/Held, (\d+) new/.exec(words)?.[1] ?? 0) >= 50 ? words : null;
    });
    expect(text).toContain('Esc for live');
    await inspector.hold.click();
    await inspector.isHeld(false);
    expect(await inspector.hold.textContent()).toContain('Live');
    const kept = (): Promise<number> =>
      page.evaluate(
        () =>
          window.rxhomePage!.newest(1_000).filter(({ text: words }) => words.includes('held_event'))
            .length,
      );
    await until('all of them', async () => (await kept()) >= 50);
    expect(await kept()).toBe(50);
  });
});
