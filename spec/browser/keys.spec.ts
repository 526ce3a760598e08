import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { Visits } from './browser.js';
import { Home } from './home.js';
import { tabNames } from './inspector-page.js';
import { type Look, seeMotion } from './see-motion.js';

const visits = new Visits();
let home: Home;
beforeAll(async () => {
  home = await Home.furnished();
});
afterAll(() => home[Symbol.asyncDispose]());

const look = (): Promise<Look> => seeMotion(visits, home);

const selects = (page: Page, id: number | null): Promise<unknown> =>
  page.waitForFunction((wanted) => window.rxhomePage!.selected === wanted, id);

describe('the page, by keys', () => {
  it('presses a button of the hub with its key, but not while somebody writes', async () => {
    const { page, inspector } = await look();
    await page.keyboard.press('b');
    await inspector.row('you pressed “Walk by”');
    await inspector.isPressed('Walk by');
    const presses = (): Promise<number> =>
      page.evaluate(
        () => window.rxhomePage!.newest(500).filter(({ text }) => text.includes('pressed')).length,
      );
    const before = await presses();
    await page.keyboard.press('/');
    await page.keyboard.type('bright');
    expect(await page.locator('#filter').inputValue()).toBe('bright');
    await page.keyboard.press('Escape');
    expect(await page.locator('#filter').inputValue()).toBe('');
    await page.keyboard.press('Escape');
    await page.keyboard.press('b');
    await page.waitForFunction(
      (count) =>
        window.rxhomePage!.newest(500).filter(({ text }) => text.includes('pressed')).length ===
        count + 1,
      before,
    );
  });

  it('goes along the chain with [ and ], and opens it to milliseconds with z', async () => {
    const { page, inspector, motion } = await look();
    await inspector.clickRow(motion);
    await selects(page, motion);
    await inspector.steps.nth(3).waitFor();
    await page.keyboard.press(']');
    await page.waitForFunction((id) => window.rxhomePage!.selected !== id, motion);
    const next = await page.locator('.step[aria-current=true]').textContent();
    expect(next).not.toContain('motion');
    await page.keyboard.press('[');
    await selects(page, motion);
    await page.keyboard.press('['); // there is nothing before the first cause
    await selects(page, motion);
    await page.keyboard.press('z');
    // The chain and room around it, however long the hub was kept from ending it.
    await page.waitForFunction(
      () => window.rxhomePage!.span <= Math.max(5, window.rxhomePage!.lasts * 1.6) + 0.01,
    );
    expect((await inspector.place(motion)).x).toBeGreaterThan(188);
  });

  it('zooms with + and -, holds with space, and goes back step by step with Esc', async () => {
    const { page, inspector, motion } = await look();
    const span = await inspector.fact('span');
    await page.keyboard.press('+');
    await page.waitForFunction((was) => window.rxhomePage!.span < was, span);
    await page.keyboard.press('-');
    await page.keyboard.press('-');
    await page.waitForFunction((was) => window.rxhomePage!.span > was, span);
    await page.keyboard.press('Space');
    await inspector.isHeld(true);
    await page.keyboard.press('1');
    await page.locator('#tab-events[aria-selected=true]').waitFor();
    await page.locator('#filter').fill('motion');
    await page.locator('#filter').press('Enter');
    await inspector.clickRow(motion);
    await selects(page, motion);
    await page.keyboard.press('Escape');
    await selects(page, null);
    await page.keyboard.press('Escape');
    expect(await page.locator('#filter').inputValue()).toBe('');
    expect(await page.locator('#tab-events').getAttribute('aria-selected')).toBe('true');
    await page.keyboard.press('Escape');
    await page.locator('#tab-events[aria-selected=false]').waitFor();
    await inspector.isHeld(true);
    await page.keyboard.press('Escape');
    await inspector.isHeld(false);
  });

  it('opens each table with its number', async () => {
    const { page, inspector } = await look();
    for (const [index, name] of tabNames.entries()) {
      await page.keyboard.press(String(index + 1));
      await page.locator(`#side[aria-labelledby=tab-${name}]`).waitFor();
      expect(await inspector.tab(name).getAttribute('aria-selected')).toBe('true');
    }
    await page.keyboard.press('6');
    await page.locator('#make').waitFor();
  });

  it('tells of its keys with ?, and takes none of them meanwhile', async () => {
    const { page, inspector } = await look();
    await page.keyboard.press('?');
    const help = page.locator('dialog.help');
    await help.waitFor();
    expect(await help.textContent()).toContain('Walk by');
    await page.keyboard.press('Space');
    expect(await inspector.fact('heldAt')).toBeNull();
    await page.keyboard.press('Escape');
    await help.waitFor({ state: 'hidden' });
  });

  it('reaches every marble with the arrows, and selects it with Enter', async () => {
    const { page, inspector, motion } = await look();
    home.walkBy({ room: 'second' });
    await page.waitForFunction(
      (id) =>
        window.rxhomePage!.newest(50).some((row) => row.id > id && row.text.includes('motion')),
      motion,
    );
    const hover = (): Promise<string | null> => page.locator('.tip b').first().textContent();
    await page.keyboard.press('ArrowRight'); // the first one that is to be seen
    await page.locator('.tip').waitFor();
    const seen = new Set<string | null>();
    for (let step = 0; step < 12; step++) {
      seen.add(await hover());
      await page.keyboard.press('ArrowDown');
    }
    expect(seen.size).toBeGreaterThanOrEqual(3);
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowLeft');
    const last = await hover();
    await page.keyboard.press('Enter');
    await page.locator('.why-head h2').waitFor();
    expect(await page.locator('.why-head h2').textContent()).toBe(last);
    await inspector.isHeld(true);
  });

  it('lets Tab go through everything that can be pressed, and into nothing unseen', async () => {
    const { page } = await look();
    const reached = new Set<string>();
    for (let step = 0; step < 40; step++) {
      await page.keyboard.press('Tab');
      const what = await page.evaluate(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return 'body';
        const box = element.getBoundingClientRect();
        if (box.width < 2 || box.height < 2) return `unseen: ${element.outerHTML.slice(0, 80)}`;
        return element.closest('.vitals, .head, .side, .stage')?.classList[0] ?? element.tagName;
      });
      reached.add(what);
    }
    expect([...reached].filter((what) => what.startsWith('unseen'))).toEqual([]);
    for (const part of ['head', 'vitals', 'stage', 'side']) expect(reached).toContain(part);
  });
});
