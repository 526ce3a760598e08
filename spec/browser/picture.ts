/**
 * Makes the pictures at the top of the README: `npm run picture`. A real hub with the rxhome.yaml of
 * the repository, half a minute of the story, and what is to be seen then in both themes.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { pause } from '../integrations/until.js';
import { launchChromium } from './chromium.js';
import { House } from './house.js';
import { InspectorPage } from './inspector-page.js';

const DOCS = fileURLToPath(new URL('../../docs', import.meta.url));

/** What is done, and how long one looks at it. */
const STORY: readonly (readonly [label: string, seconds: number])[] = [
  ['Press the button', 4],
  ['Drop a file', 4],
  ['Stall the loop', 3],
  ['Drop a file', 3],
  ['Break a task', 3],
  ['Leak a listener', 2],
  ['Press the button', 2.5],
];

await using house = await House.start();
const browser = await launchChromium();
try {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    colorScheme: 'dark',
  });
  await context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('rxhome-met', '1');
  });
  const page = await context.newPage();
  const inspector = new InspectorPage(page);
  // The machine's own pulse first, so that there is something to see on the left.
  await page.goto(house.url);
  await pause(6_000);
  for (const [label, seconds] of STORY) {
    await inspector.press(label);
    await pause(seconds * 1_000);
  }
  await page.locator('.chain', { hasText: 'Press the button' }).first().click();
  await page.locator('.payload dl').waitFor();
  await page.mouse.move(2, 2);
  mkdirSync(DOCS, { recursive: true });
  for (const theme of ['dark', 'light'] as const) {
    if (theme === 'light') await page.locator('button.theme').click();
    await page.mouse.move(2, 2);
    await pause(500);
    await page.screenshot({ path: `${DOCS}/inspector-${theme}.png` });
  }
} finally {
  await browser.close();
}
