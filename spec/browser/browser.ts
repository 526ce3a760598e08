import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { launchChromium } from './chromium.js';
import { showFacts } from './facts.js';

export const PICTURES = fileURLToPath(new URL('../../.screenshots', import.meta.url));

export interface Look {
  readonly theme?: 'dark' | 'light';
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
  /** Somebody who was here before: without the note of the first visit. */
  readonly hasMet?: boolean;
  /** For what has to be put into the page from outside. */
  readonly bypassCSP?: boolean;
}

/**
 * A browser for the specs of a file. After each of them no page may have complained, or asked for
 * anything beyond this machine.
 */
export class Visits {
  readonly #contexts: BrowserContext[] = [];
  readonly #requests: string[] = [];
  readonly #complaints: string[] = [];
  readonly #forgiven: RegExp[] = [];
  readonly #names: readonly string[];
  #browser: Browser | null = null;

  constructor(names: readonly string[] = []) {
    this.#names = names;
    beforeAll(async () => {
      this.#browser = await launchChromium(names);
    });
    afterEach(async () => this.#judge());
    afterAll(async () => this.#browser?.close());
  }

  /** Who has its own storage, as another human or another machine has. */
  async visitor(look: Look = {}): Promise<BrowserContext> {
    if (this.#browser === null) throw new Error('The browser is not there yet.');
    const { theme = 'dark', width = 1440, height = 900, hasMet = true } = look;
    const options: BrowserContextOptions = {
      viewport: { width, height },
      colorScheme: theme,
      reducedMotion: look.reducedMotion === true ? 'reduce' : 'no-preference',
      bypassCSP: look.bypassCSP ?? false,
    };
    const context = await this.#browser.newContext(options);
    this.#contexts.push(context);
    await context.addInitScript(showFacts);
    if (hasMet) await context.addInitScript(met);
    context.on('request', (request) => this.#requests.push(request.url()));
    context.on('console', (message) => {
      // Browsers ask for it wherever they are; our own page names its picture.
      if (message.type() !== 'error' || message.location().url.endsWith('/favicon.ico')) return;
      this.#complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) =>
      this.#complaints.push(`error: ${error.error().stack ?? String(error.error())}`),
    );
    return context;
  }

  /** A page that has heard from its hub. */
  async open(url: string, look: Look = {}): Promise<Page> {
    const page = await (await this.visitor(look)).newPage();
    await page.goto(url);
    await page.waitForFunction(() => (window.rxhomePage?.rows ?? 0) > 0);
    return page;
  }

  /** What is meant to go wrong in this spec. */
  forgive(complaint: RegExp): void {
    this.#forgiven.push(complaint);
  }

  get requests(): readonly string[] {
    return this.#requests;
  }

  async #judge(): Promise<void> {
    const foreign = this.#requests.filter((url) => !this.#isHere(url));
    const complaints = this.#complaints.filter(
      (text) => !this.#forgiven.some((pattern) => pattern.test(text)),
    );
    for (const list of [this.#requests, this.#complaints, this.#forgiven]) list.length = 0;
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    if (foreign.length > 0) throw new Error(`Asked beyond this machine: ${foreign.join(', ')}`);
    if (complaints.length > 0) throw new Error(`The page complained:\n${complaints.join('\n')}`);
  }

  #isHere(url: string): boolean {
    const { hostname, protocol } = new URL(url);
    if (protocol === 'data:' || protocol === 'blob:') return true;
    return ['127.0.0.1', 'localhost', ...this.#names].includes(hostname);
  }
}

function met(): void {
  if (location.protocol === 'http:') localStorage.setItem('rxhome-met', '1');
}

/** Keeps what is to be seen, for who wants to look: `.screenshots/<name>.png`. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: join(PICTURES, `${name}.png`) });
}
