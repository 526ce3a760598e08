import type { Locator, Page } from 'playwright-core';
import { until } from '../integrations/until.js';
import type { StageFacts } from './facts.js';

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

  fact<
    K extends
      'rows' | 'taken' | 'span' | 'heldAt' | 'selected' | 'chain' | 'lanes' | 'fps' | 'gaps',
  >(name: K): Promise<StageFacts[K]> {
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

  /** Clicks a row. A live picture moves: who misses tries again. */
  async clickRow(id: number): Promise<void> {
    await until(`a click on row ${id}`, async () => {
      const { x, y } = await this.place(id);
      await this.page.mouse.click(x, y);
      return (await this.fact('selected')) === id;
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
