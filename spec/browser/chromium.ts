import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

/** It looks for nothing by itself, and finds nobody beyond this machine. */
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--enable-precise-memory-info',
  '--js-flags=--expose-gc',
];

/** A browser with a fresh profile. `names` are those of hosts that lead to this machine. */
export function launchChromium(names: readonly string[] = []): Promise<Browser> {
  const rules =
    names.length === 0
      ? ['MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost']
      : names.map((name) => `MAP ${name} 127.0.0.1`);
  return chromium.launch({
    executablePath: findChromium(),
    args: [...FLAGS, `--host-resolver-rules=${rules.join(', ')}`],
  });
}

/** @throws Error that says what to do when there is none. */
function findChromium(): string {
  const { CHROMIUM: asked, PATH = '' } = process.env;
  if (asked !== undefined && asked !== '') return asked;
  const folders = PATH.split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = places.find(isProgram);
  if (found !== undefined) return found;
  throw new Error(
    `There is no browser: none of ${NAMES.join(', ')} is on PATH. Install one (Debian: apt-get install chromium), or name it: CHROMIUM=/path/to/chromium npm run test:browser`,
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
