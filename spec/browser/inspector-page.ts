import type { Locator, Page } from 'playwright-core';
import type { StageFacts } from './facts.js';
import { until } from './until.js';

const TABS = {
  events: 'Events',
  delay: 'Event-loop delay',
  use: 'Loop use',
  executor: 'Workers',
  listeners: 'Listeners',
  errors: 'Errors',
} as const;

export type TabName = keyof typeof TABS;
export const tabNames = Object.keys(TABS) as TabName[];

/** The page as who looks at it speaks of it. */
export class InspectorPage {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  get side(): Locator {
    return this.page.locator('#side');
  }

  get chains(): Locator {
    return this.page.locator('.chain');
  }

  get steps(): Locator {
    return this.page.locator('.tree .step');
  }

  get hold(): Locator {
    return this.page.locator('button.hold');
  }

  tab(name: TabName): Locator {
    return this.page.locator(`#tab-${name}`);
  }

  press(label: string): Promise<void> {
    return this.page.locator('.press', { hasText: label }).click();
  }

  /** Waits until a press of a button has been answered: until then it takes no other one. */
  isPressed(label: string): Promise<void> {
    return this.page.locator('.press[aria-busy=false]', { hasText: label }).waitFor();
  }

  fact<K extends 'rows' | 'taken' | 'span' | 'heldAt' | 'selected' | 'chain' | 'lanes' | 'gaps'>(
    name: K,
  ): Promise<StageFacts[K]> {
    return this.page.evaluate((key) => window.rxhomePage![key], name) as Promise<StageFacts[K]>;
  }

  /** The number of the newest row. Later ones have greater numbers. */
  newest(): Promise<number> {
    return this.page.evaluate(() =>
      Math.max(0, ...window.rxhomePage!.newest(500).map(({ id }) => id)),
    );
  }

  /** The newest row with these words that came after row `after`, as soon as there is one. */
  async row(words: string, after = 0): Promise<number> {
    const handle = await this.page.waitForFunction(
      ([text, last]) =>
        window.rxhomePage
          ?.newest(5_000)
          .find((row) => row.text.includes(text) && (last === 0 || row.id > last))?.id,
      [words, after] as const,
    );
    return (await handle.jsonValue())!;
  }

  /** Where a row stands in the window, as soon as it is to be seen. */
  async place(id: number): Promise<{ readonly x: number; readonly y: number }> {
    const handle = await this.page.waitForFunction((row) => window.rxhomePage?.placeOf(row), id, {
      timeout: 10_000,
    });
    return (await handle.jsonValue())!;
  }

  /** Clicks a row. A live picture moves: who misses tries again, and where it will be then. */
  async clickRow(id: number): Promise<void> {
    let ahead = 0;
    await until(`a click on row ${id}`, async () => {
      const { x, y } = await this.place(id);
      await this.page.mouse.click(x + ahead, y);
      if ((await this.fact('selected')) === id) return true;
      ahead = ((await this.place(id)).x - x) / 2;
      return false;
    });
  }

  /** Clicks the note at a row as a hand does, which does not wait until it stands still. */
  async clickNote(note: Locator, id: number): Promise<void> {
    await until('a click on the note', async () => {
      const box = await note.boundingBox({ timeout: 1_000 }).catch(() => null);
      if (box) await this.page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      return (await this.fact('selected')) === id;
    });
  }

  /** Points at a row until its tip says this. Lanes move when another one comes: then once more. */
  async pointAt(id: number, words: RegExp): Promise<string> {
    let ahead = 0;
    return until(`the tip of row ${id}`, async () => {
      const { x, y } = await this.place(id);
      await this.page.mouse.move(x + ahead, y);
      const [text = ''] = await this.page.locator('.tip').allTextContents();
      if (words.test(text)) return text;
      ahead = ((await this.place(id)).x - x) / 2;
      return null;
    });
  }

  /** Waits until the stage is held, or live. */
  async isHeld(held: boolean): Promise<void> {
    await this.page.waitForFunction(
      (wanted) => (window.rxhomePage?.heldAt !== null) === wanted,
      held,
    );
  }

  /** What stands in the address, once it does. */
  async hash(pattern: RegExp): Promise<string> {
    await this.page.waitForFunction(
      (source) => new RegExp(source).test(location.hash),
      pattern.source,
    );
    return this.page.evaluate(() => location.hash);
  }
}
