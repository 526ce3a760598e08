import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCES = fileURLToPath(new URL('./page/', import.meta.url));
const AS_THEY_ARE = ['index.html', 'icon.svg'];
const TIME_LIMIT_MS = 60_000;
/** Names of two words may be short, but for those that the wire, preact, browsers and spec/browser know. */
const KEPT_NAMES = [
  ...['startedAt', 'madeBy', 'ageMs', 'isCut', 'parentId', 'userId'],
  ...['onClick', 'onInput', 'onKeyDown', 'onPointerDown', 'ifAvailable'],
  ...['heldAt', 'knotOf'],
];
/** How terser makes small what esbuild has made. It knows most names of browsers itself. */
const SMALLER = [
  ...['--module', '--ecma', '2020', '--compress', 'passes=2', '--mangle', '--mangle-props'],
  `regex=/^[a-z]+[A-Z]/,keep_quoted=true,reserved=[${KEPT_NAMES.join()}]`,
];

const { resolve } = createRequire(import.meta.url);
const run = promisify(execFile);

/** Bundles the page out of its sources: by name, what the browser asks for. */
export async function buildPage(): Promise<ReadonlyMap<string, Buffer>> {
  const folder = await mkdtemp(join(tmpdir(), 'rxhome-page-'));
  try {
    await writePage(folder);
    const names = await readdir(folder);
    const files = names.map(async (name) => [name, await readFile(join(folder, name))] as const);
    return new Map(await Promise.all(files));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The same into a folder. By esbuild and terser in processes of their own: their functions for Node
 * keep the loop busy, and it may be the loop of a home.
 *
 * @throws what they say (as a rejection).
 */
async function writePage(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const options = [
    `page=${join(SOURCES, 'main.tsx')}`,
    `--outdir=${folder}`,
    `--tsconfig=${join(SOURCES, 'tsconfig.json')}`,
    '--bundle',
    '--minify',
    '--format=esm',
    '--target=es2022',
    '--legal-comments=none',
    '--log-level=error',
  ];
  await start(esbuild(), options);
  await shrink(join(folder, 'page.js'));
  for (const name of AS_THEY_ARE) await copyFile(join(SOURCES, name), join(folder, name));
}

/**
 * By terser, 1.4 kB of what is sent. It takes two seconds, so what it made of the same script before
 * is kept beside the packages and taken again.
 */
async function shrink(script: string): Promise<void> {
  const terser = resolve('terser/bin/terser');
  const hash = createHash('sha256')
    .update(await readFile(script))
    .update(SMALLER.join(' '));
  const kept = join(terser, '../../../.cache/rxhome-page', `${hash.digest('hex')}.js`);
  const isKept = await copyFile(kept, script).then(
    () => true,
    () => false,
  );
  if (isKept) return;
  await start(process.execPath, [terser, script, ...SMALLER, '--output', script]);
  try {
    // Those of older sources are of no use; somebody else may write the same one just now.
    await rm(dirname(kept), { recursive: true, force: true });
    await mkdir(dirname(kept), { recursive: true });
    await copyFile(script, `${kept}.${process.pid}`);
    await rename(`${kept}.${process.pid}`, kept);
  } catch {
    // Where nothing may be written, it is made anew each time.
  }
}

async function start(program: string, options: readonly string[]): Promise<void> {
  await run(program, options, { timeout: TIME_LIMIT_MS, windowsHide: true });
}

/** The program that esbuild brings for this machine. */
function esbuild(): string {
  const own = createRequire(resolve('esbuild'));
  const { platform, arch } = process;
  const program = platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return own.resolve(`@esbuild/${platform}-${arch}/${program}`);
}

const [, program, folder] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (folder === undefined) throw new Error('Expected the folder into which the page is built.');
  await writePage(folder);
}
