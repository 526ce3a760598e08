import type { Page } from 'playwright-core';
import type { Visits } from './browser.js';
import type { Home } from './home.js';
import { InspectorPage } from './inspector-page.js';

/** A page that shows a home, and in it the row of somebody who walks by. */
export interface Look {
  readonly page: Page;
  readonly inspector: InspectorPage;
  readonly motion: number;
}

/** Opens the page, lets somebody walk by, and waits until that is to be seen. */
export async function seeMotion(visits: Visits, home: Home): Promise<Look> {
  const page = await visits.open(home.url);
  const inspector = new InspectorPage(page);
  const last = await inspector.newest();
  home.walkBy();
  const motion = await inspector.row('motion', last);
  await inspector.place(motion);
  return { page, inspector, motion };
}
