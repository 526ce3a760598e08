import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { keepPicture, Visits } from './browser.js';
import { House } from './house.js';
import { InspectorPage } from './inspector-page.js';
import { until } from './until.js';

const visits = new Visits();
let house: House;
beforeAll(async () => {
  house = await House.start();
});
afterAll(() => house[Symbol.asyncDispose]());

it('is understood in thirty seconds, without reading a word', async () => {
  const visitor = await visits.visitor({ hasMet: false });
  const page = await visitor.newPage();
  const inspector = new InspectorPage(page);
  const steps = (): Promise<string[]> => page.locator('.step .cut').allTextContents();

  // The newcomer is the first event: coming home lights the lamp, and the lamp is this page.
  await page.goto(house.url);
  const opened = await inspector.row('you opened this page');
  const note = page.locator('.note');
  await note.waitFor();
  expect(await note.textContent()).toContain('That is you. Opening this page was an event.');
  await page.locator('html.lamp-on').waitFor();
  await keepPicture(page, 'story-1-opened');
  await inspector.clickNote(note, opened);
  await page.locator('.why-head h2', { hasText: 'you opened this page' }).waitFor();
  expect(await inspector.fact('selected')).toBe(opened);
  await inspector.isHeld(true);
  for (const words of [
    'person.you: away → home',
    'Welcome',
    'light.turn_on',
    'light.page: off → on',
    '20 s',
  ])
    await inspector.steps.getByText(words).first().waitFor();
  expect(await inspector.side.textContent()).toMatch(/It set off \d+ more events/);
  await keepPicture(page, 'story-2-chain');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await inspector.isHeld(false);
  expect(await note.count()).toBe(0);

  // A key: the lamp toggles, and a worker counts while the loop stays free. Until here it is on for
  // twenty seconds, so a slow machine may find it off.
  await page.keyboard.press('b');
  const pressed = await inspector.row('you pressed “Press the button”');
  await inspector.row('sensor.primes', pressed);
  await inspector.clickRow(pressed);
  await inspector.steps.getByText('house.count_primes').first().waitFor();
  const button = await until('all that the button led to', async () => {
    const words = (await steps()).join('\n');
    return /primesBelow[\s\S]*sensor\.primes: /.test(words) ? words : null;
  });
  expect(button).toMatch(/light\.toggle[\s\S]*light\.page: (on → off|off → on)/);
  const isOn = button.includes('light.page: off → on');
  await page.waitForFunction(
    (on) => document.documentElement.classList.contains('lamp-on') === on,
    isOn,
  );
  expect(await inspector.fact('lanes')).toContain('work/worker 1');
  await keepPicture(page, 'story-3-button');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  // A real file: it is found, and a worker hashes it.
  await inspector.press('Drop a file');
  await inspector.row('folder_watcher created dropped-1.txt');
  await inspector.row('sensor.dropped_1_txt_sha256');

  // The loop stands still, for everything and everybody; and who did it is named.
  await inspector.press('Stall the loop');
  await inspector.row('The event loop stood still');
  await inspector.tab('delay').click();
  await inspector.side
    .getByText(/\d+ ms stall/)
    .first()
    .waitFor();
  await inspector.side.getByText('of house was running').first().waitFor();
  await keepPicture(page, 'story-4-stall');
  await inspector.tab('delay').click();

  // A task breaks, and the page says why.
  await inspector.press('Break a task');
  const failed = await inspector.row('read the thermometer: Unexpected token');
  await inspector.tab('errors').click();
  await inspector.side.locator('.entry', { hasText: 'Unexpected token' }).first().click();
  expect(await inspector.fact('selected')).toBe(failed);
  expect(await inspector.side.textContent()).toContain('you pressed “Break a task”');
  await keepPicture(page, 'story-5-broken');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await inspector.isHeld(false);

  // Somebody goes and leaves a listener behind.
  await inspector.press('Leak a listener');
  await page.locator('#tab-listeners .number.warns').waitFor();
  expect(await inspector.tab('listeners').textContent()).toContain('1 leaked');
  await inspector.tab('listeners').click();
  await inspector.side.getByText('guest 1').first().waitFor();
  await keepPicture(page, 'story-6-leak');

  // Gone is away, and back is home: presence, without a word.
  await page.close();
  const you = async (): Promise<string> => {
    const answer = await fetch(`${house.url}/api/states?pattern=person.you`);
    return ((await answer.json()) as { state: string }[])[0]?.state ?? '';
  };
  await until('nobody at home', async () => (await you()) === 'away');
  const again = await visitor.newPage();
  await again.goto(house.url);
  await again.locator('html.lamp-on').waitFor();
  await until('somebody at home', async () => (await you()) === 'home');
  expect(await again.locator('.note').count()).toBe(0);
});

it('keeps what was first in sight while the window grows, and the note at it', async () => {
  await using other = await House.start(); // where nobody has just left
  const visitor = await visits.visitor({ hasMet: false });
  const page = await visitor.newPage();
  await page.goto(other.url);
  await page.locator('.note').waitFor();
  await page.waitForFunction(() => (window.rxhomePage?.span ?? 0) > 13_000);
  expect(await page.locator('.note').count()).toBe(1);
  await page.close();
});
