import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const RIVALS = new URL('../rivals/', import.meta.url);

/** Of the project itself: they are compared as well, and `npm ci` of the project has them. */
const OWN = ['rxjs', 'tinypool'];

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/** Installs what rxhome is compared with, if that is not there yet. Says so; the client says nothing. */
export function installRivals(): void {
  const wanted = Object.entries(manifest(new URL('package.json', RIVALS)).dependencies ?? {});
  const isThere = wanted.every(([name, version]) => installed(name) === version);
  if (isThere) return;
  console.error('Installing the rivals into bench/rivals, once …');
  const args = ['ci', '--silent', '--ignore-scripts', '--prefix', fileURLToPath(RIVALS)];
  // `npm run` says where npm is; its name alone is not a program on every system.
  const npm = process.env['npm_execpath'];
  const { status } = npm
    ? spawnSync(process.execPath, [npm, ...args], { stdio: 'ignore' })
    : spawnSync('npm', args, { stdio: 'ignore' });
  if (status !== 0)
    throw new Error('The rivals could not be installed. See `npm ci --prefix bench/rivals`.');
}

/** The versions of all that was compared. */
export function rivalVersions(): Record<string, string> {
  const { dependencies = {} } = manifest(new URL('package.json', RIVALS));
  const require = createRequire(import.meta.url);
  const own = OWN.map((name) => {
    const file = require.resolve.paths(name)?.find((path) => existsSync(`${path}/${name}`));
    return [name, JSON.parse(readFileSync(`${file ?? ''}/${name}/package.json`, 'utf8')).version];
  });
  return Object.fromEntries([...Object.entries(dependencies), ...own]) as Record<string, string>;
}

function installed(name: string): string | undefined {
  const file = new URL(`node_modules/${name}/package.json`, RIVALS);
  return existsSync(file) ? manifest(file).version : undefined;
}

function manifest(file: URL): Manifest {
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}
