import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const SOURCES = fileURLToPath(new URL('./page/', import.meta.url));
const AS_THEY_ARE = ['index.html', 'icon.svg'];
const TIME_LIMIT_MS = 60_000;

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
 * The same into a folder. By esbuild in a process of its own: its functions for Node keep the loop
 * busy, and it may be the loop of a home.
 *
 * @throws what esbuild says (as a rejection).
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
  await run(esbuild(), options, { timeout: TIME_LIMIT_MS, windowsHide: true });
  for (const name of AS_THEY_ARE) await copyFile(join(SOURCES, name), join(folder, name));
}

/** The program that esbuild brings for this machine. */
function esbuild(): string {
  const { resolve } = createRequire(createRequire(import.meta.url).resolve('esbuild'));
  const { platform, arch } = process;
  const program = platform === 'win32' ? 'esbuild.exe' : 'bin/esbuild';
  return resolve(`@esbuild/${platform}-${arch}/${program}`);
}

const [, program, folder] = process.argv;
if (program === fileURLToPath(import.meta.url)) {
  if (folder === undefined) throw new Error('Expected the folder into which the page is built.');
  await writePage(folder);
}
