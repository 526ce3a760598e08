import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** A file as the browser gets it. */
export interface PageFile {
  readonly type: string;
  readonly bytes: Buffer;
  readonly zipped: Buffer;
}

/** The files of the page, by what they are called. */
export type PageFiles = ReadonlyMap<string, PageFile>;

const zip = promisify(gzip);
const BUILT = new URL('./page/', import.meta.url);
const TYPES: ReadonlyMap<string, string> = new Map([
  ['.html', 'text/html; charset=utf-8'],
  ['.js', 'text/javascript; charset=utf-8'],
  ['.css', 'text/css; charset=utf-8'],
  ['.svg', 'image/svg+xml'],
]);

let loading: Promise<PageFiles> | undefined;

/**
 * The page: as it was built into the package, or bundled now, from the sources. One run for all who
 * ask; after a failure the next one tries again.
 *
 * @throws what esbuild or the file system say (as a rejection).
 */
export function pageFiles(): Promise<PageFiles> {
  loading ??= load().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(): Promise<PageFiles> {
  const contents = existsSync(new URL('main.tsx', BUILT)) ? await bundled() : await built();
  const files = [...contents].map(async ([name, bytes]) => {
    const type = TYPES.get(extname(name)) ?? 'application/octet-stream';
    return [name, { type, bytes, zipped: await zip(bytes) }] as const;
  });
  return new Map(await Promise.all(files));
}

async function built(): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(BUILT);
  return new Map(
    await Promise.all(
      names.map(async (name) => [name, await readFile(new URL(name, BUILT))] as const),
    ),
  );
}

// Only who works on the page has esbuild.
async function bundled(): Promise<ReadonlyMap<string, Buffer>> {
  const { buildPage } = await import('./build-page.js');
  return buildPage();
}
